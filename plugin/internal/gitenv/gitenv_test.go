package gitenv

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEnvironment: what the caller has set leads git nowhere else, and what the
// repository says counts less.
func TestEnvironment(t *testing.T) {
	t.Setenv("GIT_DIR", "/elsewhere")
	t.Setenv("GIT_CONFIG_COUNT", "9")
	t.Setenv("GIT_CONFIG_GLOBAL", "/home/config")
	env := Environment([][2]string{{"filter.x.clean", ""}}, "GIT_LITERAL_PATHSPECS=1")
	assert.NotContains(t, env, "GIT_DIR=/elsewhere")
	assert.NotContains(t, env, "GIT_CONFIG_COUNT=9")
	assert.Contains(t, env, "GIT_CONFIG_COUNT=6")
	assert.Contains(t, env, "GIT_CONFIG_KEY_5=filter.x.clean")
	assert.Contains(t, env, "GIT_CONFIG_GLOBAL=/home/config")
	assert.Contains(t, env, "GIT_LITERAL_PATHSPECS=1")
	assert.Contains(t, env, "GIT_NO_LAZY_FETCH=1")
}

// TestReason: what git says before it fails does not hide why.
func TestReason(t *testing.T) {
	assert.Equal(t, "fatal: no", Reason("warning: lazy\nhint: x\nfatal: no\nfatal: more\n"))
	assert.Equal(t, "usage: git", Reason("\nusage: git\n  more\n"))
	assert.Equal(t, "usage: git", Reason("hint: x\nhint:\nwarning: y\nusage: git\n"))
	assert.Empty(t, Reason("hint: Support for grafts is deprecated\nhint: x\n"))
}

func TestGit(t *testing.T) {
	ctx := t.Context()
	g := Git{Dir: t.TempDir()}
	_, err := g.Line(ctx, "rev-parse", "--show-toplevel")
	assert.Equal(t, 128, ExitCode(err))
	assert.ErrorContains(t, err, "git rev-parse: fatal: not a git repository")
	_, err = g.Line(ctx, "init", "-q")
	require.NoError(t, err)
	all, err := g.Asking([]string{"a b", "c"}).Fields(ctx, "check-attr", "-z", "--stdin", "text")
	require.NoError(t, err)
	assert.Equal(t, []string{"a b", "text", "unspecified", "c", "text", "unspecified"}, all)
	gone, stop := context.WithCancel(ctx)
	stop()
	_, err = g.Line(gone, "version")
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, -1, ExitCode(err))
}

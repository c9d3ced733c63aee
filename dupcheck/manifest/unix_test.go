//go:build unix

package manifest_test

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// TestTreeSpecialFiles has what would block whoever opens it.
func TestTreeSpecialFiles(t *testing.T) {
	inDir(t, map[string]string{"d/a.yaml": cm("a")})
	require.NoError(t, syscall.Mkfifo("d/pipe.yaml", 0o666))
	require.NoError(t, syscall.Mkfifo("d/pipe.txt", 0o666))
	require.NoError(t, os.Symlink("pipe.yaml", "d/to-pipe.yaml"))
	done := make(chan []string)
	go func() { done <- show(t, &manifest.Tree{Args: []string{"d", "d/pipe.yaml", "d/pipe.txt", "/dev/null"}}) }()
	select {
	case got := <-done:
		assert.Equal(t, []string{
			"d/a.yaml: a", "unread d/pipe.yaml: not a regular file", "unread d/to-pipe.yaml: not a regular file",
			"unread d/pipe.yaml: not a regular file", "unread d/pipe.txt: not a regular file", "unread /dev/null: not a regular file",
		}, got)
	case <-time.After(10 * time.Second):
		t.Fatal("somebody opened a pipe that has no writer")
	}
}

// TestTreeSubstitution reads what a shell's <(command) names.
func TestTreeSubstitution(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	go func() {
		_, _ = w.WriteString(block("a"))
		_ = w.Close()
	}()
	name := filepath.Join("/dev/fd", strconv.Itoa(int(r.Fd())))
	if _, err := os.Stat(name); err != nil {
		t.Skip("no /dev/fd here")
	}
	assert.Equal(t, []string{name + ": a"}, show(t, &manifest.Tree{Args: []string{name}}))
}

func TestTreePermissions(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	inDir(t, map[string]string{"d/a.yaml": cm("a"), "d/secret.yaml": cm("b"), "d/closed/c.yaml": cm("c"), "d/z.yaml": cm("z")})
	require.NoError(t, os.Chmod("d/secret.yaml", 0))
	require.NoError(t, os.Chmod("d/closed", 0))
	defer func() { _ = os.Chmod("d/closed", 0o777) }()
	require.NoError(t, os.Symlink("closed/c.yaml", "d/link.yaml"))
	assert.Equal(t, []string{
		"d/a.yaml: a", "unread d/closed: permission denied", "unread d/link.yaml: a link that cannot be followed: permission denied",
		"unread d/secret.yaml: permission denied", "d/z.yaml: z",
	}, show(t, &manifest.Tree{Args: []string{"d"}}))
	assert.Equal(t, []string{"unread d/secret.yaml: permission denied"}, show(t, &manifest.Tree{Args: []string{"d/secret.yaml"}}))
}

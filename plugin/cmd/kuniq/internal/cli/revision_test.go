package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A manifest that is too long to read must not look as if it were not there:
// all of its objects would seem to be pruned, or to be new.
func TestLongManifestOfARevision(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 64 MiB")
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git")
	}
	dir := t.TempDir()
	for _, name := range []string{"long.yaml", "long.bin"} {
		f, err := os.Create(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, f.Truncate(mostBlob+1))
		require.NoError(t, f.Close())
	}
	git := func(args ...string) {
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.compression=1"}, args...)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	git("init", "-q", ".")
	git("add", "long.bin")
	git("commit", "-q", "-m", "no manifest")
	_, err := repository{dir}.tree(t.Context(), "HEAD")
	require.NoError(t, err)
	git("add", "long.yaml")
	git("commit", "-q", "-m", "a manifest")
	_, err = repository{dir}.tree(t.Context(), "HEAD")
	assert.ErrorContains(t, err, "long.yaml in HEAD has more than 64 MiB")
}

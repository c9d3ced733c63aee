package rootfs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/kuniq/kuniq/internal/assertion"
	"github.com/kuniq/kuniq/internal/rootfs"
)

var assert, require = assertion.Continue, assertion.Stop

// TestFS: it is the FS of the Root, entry for entry, and leads nowhere else.
func TestFS(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b", "a", "sub/c", "sub/deep/d"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o666))
	}
	for name, to := range map[string]string{"file": "a", "inside": "sub", "outside": os.TempDir(), "nowhere": "x"} {
		require.NoError(t, os.Symlink(to, filepath.Join(dir, name)))
	}
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer root.Close()
	tree := rootfs.FS(root)
	for _, name := range []string{".", "sub", "sub/deep", "inside", "outside", "nowhere", "a", "missing", "../x", "/"} {
		want, errWant := fs.ReadDir(root.FS(), name)
		got, err := fs.ReadDir(tree, name)
		assert.Equal(t, errWant == nil, err == nil, "%s: %v", name, err)
		require.Len(t, got, len(want), name)
		for i := range want {
			assert.Equal(t, want[i].Name(), got[i].Name())
			assert.Equal(t, want[i].Type(), got[i].Type(), got[i].Name())
			info, err := got[i].Info()
			require.NoError(t, err)
			assert.Equal(t, want[i].Type(), info.Mode().Type())
		}
	}
	// Since Go 1.25 it can read links, for fs.ReadLink.
	type reader interface {
		ReadLink(name string) (string, error)
	}
	if _, ok := root.FS().(reader); ok {
		links, ok := tree.(reader)
		require.True(t, ok)
		target, err := links.ReadLink("file")
		require.NoError(t, err)
		assert.Equal(t, "a", target)
	}
}

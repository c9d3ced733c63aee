package split

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// TestWriteDir: the directory and those above it are made, and go again if nothing is
// written.
func TestWriteDir(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "a", "b", "out")
	plan := New([]Input{{Name: "in.yaml", Data: []byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")}}, Options{})
	written, refusals, err := plan.PreviewDir(out, WriteOptions{})
	require.NoError(t, err)
	require.Len(t, refusals, 0)
	require.Equal(t, []string{"v1.Namespace-shop.yaml"}, written.Written)
	refused := plan
	refused.Refusals = []Refusal{{At: dupcheck.Position{File: "in.yaml"}, Reason: "no"}}
	_, err = refused.WriteDir(context.Background(), out, WriteOptions{})
	require.ErrorContains(t, err, "nothing was written")
	require.Equal(t, files{}, readAll(t, dir))
	_, err = os.Stat(filepath.Join(dir, "a"))
	require.ErrorIs(t, err, os.ErrNotExist)
	for range 2 { // the second time the directory is there
		written, err = plan.WriteDir(context.Background(), out+"/", WriteOptions{})
		require.NoError(t, err)
		require.Len(t, readAll(t, out), 2) // and the index
	}
	require.Equal(t, []string{"v1.Namespace-shop.yaml"}, written.Unchanged)
}

func TestWriteDirRefuses(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, files{"file": "x\n", "real/x": "x\n"})
	link(t, "real", filepath.Join(dir, "link"))
	for name, want := range map[string]string{
		"file":     filepath.Join(dir, "file") + ": not a directory",
		"link":     "/link: a symbolic link; name the directory itself",
		"file/out": "not a directory",
	} {
		_, err := Plan{}.WriteDir(context.Background(), filepath.Join(dir, name), WriteOptions{})
		require.ErrorContains(t, err, want)
		_, _, err = Plan{}.PreviewDir(filepath.Join(dir, name), WriteOptions{})
		require.ErrorContains(t, err, want)
	}
}

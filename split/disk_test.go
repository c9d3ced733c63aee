package split

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestFolder is about what both ways to the disk must do, and what would only
// show if another process changes the directory at the same time.
func TestFolder(t *testing.T) {
	for name, open := range systems {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, files{"sub/x": "x", "file": "f", "link": "-> file", "linked": "-> sub", "away": "-> .."})
			top, err := open(openRoot(t, dir))
			require.NoError(t, err)
			defer top.close()

			for _, name := range []string{"linked", "away", "file", "missing"} {
				_, err := top.sub(name)
				require.NotNil(t, err, name)
			}
			for _, name := range []string{"link", "linked", "missing"} {
				_, err := top.read(name)
				require.NotNil(t, err, name)
			}
			for _, name := range []string{"file", "link", "sub"} {
				require.ErrorIs(t, top.create(name, 0, nil), fs.ErrExist, name)
				require.ErrorIs(t, top.mkdir(name, dirPerm), fs.ErrExist, name)
			}
			require.NotNil(t, top.rmdir("linked"))
			require.ErrorIs(t, top.rmdir("sub"), fs.ErrExist)
			require.NotNil(t, top.rmdir("file"))

			types, err := top.list()
			require.NoError(t, err)
			require.Equal(t, map[string]fs.FileMode{
				"sub": fs.ModeDir, "file": 0, "link": fs.ModeSymlink, "linked": fs.ModeSymlink, "away": fs.ModeSymlink,
			}, types)
			testMoves(t, dir, top)
		})
	}
}

func testMoves(t *testing.T, dir string, top folder) {
	sub, err := top.sub("sub")
	require.NoError(t, err)
	defer sub.close()
	require.NoError(t, top.create("private", 0o640, []byte("p")))
	mode, err := top.perm("private")
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o640), mode)
	require.NoError(t, top.link("private", sub, "second"))
	require.NoError(t, top.rename("private", sub, "x"), "in place of another")
	require.NoError(t, sub.rename("second", top, "link"), "in place of a link")
	require.NoError(t, top.remove("away"))
	require.Equal(t, files{"sub/x": "p", "file": "f", "link": "p", "linked": "-> sub"}, readAll(t, dir))

	f, err := top.read("file")
	require.NoError(t, err)
	content, err := io.ReadAll(f)
	require.NoError(t, err)
	require.Equal(t, "f", string(content))
	require.NoError(t, f.Close())
	requireThere(t, "nothing", filepath.Join(dir, "away"))
	requireThere(t, "a directory", filepath.Dir(dir))
	_, err = os.Stat(dir)
	require.NoError(t, err)
}

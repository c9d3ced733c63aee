package split

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/kuniq/kuniq/split/journal"
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
			defer top.Close()

			for _, name := range []string{"linked", "away", "file", "missing"} {
				_, err := top.Sub(name)
				require.NotNil(t, err, name)
			}
			for _, name := range []string{"link", "linked", "missing"} {
				_, err := top.Read(name)
				require.NotNil(t, err, name)
			}
			for _, name := range []string{"file", "link", "sub"} {
				require.ErrorIs(t, top.Create(name, 0, nil, nil), fs.ErrExist, name)
				require.ErrorIs(t, top.Mkdir(name, journal.DirPerm), fs.ErrExist, name)
			}
			require.NotNil(t, top.Rmdir("linked"))
			require.ErrorIs(t, top.Rmdir("sub"), fs.ErrExist)
			require.NotNil(t, top.Rmdir("file"))

			types, err := top.List()
			require.NoError(t, err)
			require.Equal(t, map[string]fs.FileMode{
				"sub": fs.ModeDir, "file": 0, "link": fs.ModeSymlink, "linked": fs.ModeSymlink, "away": fs.ModeSymlink,
			}, types)
			testMoves(t, dir, top)
		})
	}
}

func testMoves(t *testing.T, dir string, top journal.Folder) {
	sub, err := top.Sub("sub")
	require.NoError(t, err)
	defer sub.Close()
	require.NoError(t, top.Create("private", 0o640, []byte("p"), nil))
	mode, err := top.Perm("private")
	require.NoError(t, err)
	if runtime.GOOS != "windows" { // which knows only who may not write
		require.Equal(t, fs.FileMode(0o640), mode)
	}
	require.NoError(t, top.Link("private", sub, "second"))
	require.NoError(t, top.Rename("private", sub, "x"), "in place of another")
	require.NoError(t, sub.Rename("second", top, "link"), "in place of a link")
	require.NoError(t, top.Remove("away"))
	require.Equal(t, files{"sub/x": "p", "file": "f", "link": "p", "linked": "-> sub"}, readAll(t, dir))

	f, err := top.Read("file")
	require.NoError(t, err)
	content, err := io.ReadAll(io.NewSectionReader(f, 0, journal.NoLimit))
	require.NoError(t, err)
	require.Equal(t, "f", string(content))
	require.NoError(t, f.Close())
	requireThere(t, "nothing", filepath.Join(dir, "away"))
	requireThere(t, "a directory", filepath.Dir(dir))
	_, err = os.Stat(dir)
	require.NoError(t, err)
}

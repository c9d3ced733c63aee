package checkout

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// copies is a tree whose files may be changed, as fstest.TestFS does.
type copies struct{ *CachingFS }

func (c copies) ReadFile(name string) ([]byte, error) {
	data, err := c.CachingFS.ReadFile(name)
	return bytes.Clone(data), err
}

func TestCachingFS(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a/b/c.yaml": "c", "a/d.yaml": "d", "e": ""} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666))
	}
	require.NoError(t, fstest.TestFS(copies{NewCachingFS(os.DirFS(dir))}, "a/b/c.yaml", "a/d.yaml", "e"))

	require.NoError(t, os.Symlink("a", filepath.Join(dir, "link")))
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	defer root.Close()
	k := NewCachingFS(root.FS())
	info, err := k.Lstat("link")
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&fs.ModeSymlink)
	info, err = k.Stat("link")
	require.NoError(t, err)
	assert.True(t, info.IsDir())
	through, err := k.ReadFile("link/d.yaml")
	require.NoError(t, err)
	assert.Equal(t, "d", string(through))
	for _, name := range []string{"no", "no/no", "e/no"} {
		_, err = k.Stat(name)
		require.Error(t, err, name)
		_, err = k.ReadFile(name)
		require.Error(t, err, name)
	}

	// A directory that was read stays as it was.
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a/d.yaml"), []byte("changed"), 0o666))
	_, err = k.ReadDir("a")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a/new"), nil, 0o666))
	_, err = k.ReadFile("a/d.yaml")
	require.NoError(t, err)
	before, err := k.ReadFile("a/d.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a/d.yaml"), []byte("again"), 0o666))
	after, err := k.ReadFile("a/d.yaml")
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after))
	_, err = k.Lstat("a/new")
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

// TestCachingFSLimits: beyond Most files are read again, and after Forget all are.
func TestCachingFSLimits(t *testing.T) {
	files := fstest.MapFS{"a": {Data: []byte("1")}, "b": {Data: []byte("22")}, "c": {Data: []byte("3")}}
	k := NewCachingFS(files)
	k.Most = 2
	read := func(want string) {
		t.Helper()
		var got []byte
		for _, name := range []string{"a", "b", "c"} {
			data, err := k.ReadFile(name)
			require.NoError(t, err)
			got = append(got, data...)
		}
		assert.Equal(t, want, string(got))
	}
	read("1223")
	for _, f := range files {
		f.Data = []byte("x")
	}
	read("1x3")
	_, err := k.Lstat("d")
	require.Error(t, err)
	files["d"] = &fstest.MapFile{}
	_, err = k.Lstat("d")
	require.Error(t, err)
	k.Forget()
	read("xxx")
	_, err = k.Lstat("d")
	require.NoError(t, err)
}

// TestCachingFSOpensNoPipe: a named pipe is not opened, be it as a file, as a directory or
// as a part of a path.
func TestCachingFSOpensNoPipe(t *testing.T) {
	k := NewCachingFS(fstest.MapFS{
		"pipe": {Mode: fs.ModeNamedPipe}, "dir/pipe": {Mode: fs.ModeNamedPipe},
		"to": {Mode: fs.ModeSymlink, Data: []byte("pipe")},
	})
	for _, name := range []string{"pipe", "dir/pipe", "to"} {
		_, err := k.ReadFile(name)
		require.ErrorContains(t, err, "not a regular file", name)
		_, err = k.ReadDir(name)
		require.ErrorContains(t, err, "not a directory", name)
		_, err = k.Lstat(name + "/below")
		require.Error(t, err, name)
		info, err := k.Stat(name)
		require.NoError(t, err, name)
		assert.False(t, info.Mode().IsRegular() || info.IsDir(), name)
	}
	_, err := k.ReadFile("dir")
	require.ErrorContains(t, err, "not a regular file")
}

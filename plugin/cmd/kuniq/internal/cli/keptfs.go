package cli

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// keptFS is a tree of which whatever was read stays in memory, so that all who
// read it see the same. Its files are not copied and must not change. It may be
// used concurrently.
type keptFS struct {
	fs.FS
	mu    sync.Mutex
	files map[string]keptFile
	dirs  map[string]keptDir
	bytes int64
}

type keptFile struct {
	data []byte
	err  error
}

type keptDir struct {
	entries []fs.DirEntry
	infos   map[string]fs.FileInfo
	err     error
}

func newKeptFS(tree fs.FS) *keptFS {
	return &keptFS{FS: tree, files: map[string]keptFile{}, dirs: map[string]keptDir{}}
}

// What is kept of one tree. Larger files, and whatever comes later, are read
// again each time.
const (
	mostKeptFile = 8 << 20
	mostKept     = 512 << 20
)

// ReadFile is that of fs.ReadFileFS.
func (k *keptFS) ReadFile(name string) ([]byte, error) {
	k.mu.Lock()
	f, known := k.files[name]
	k.mu.Unlock()
	if known {
		return f.data, f.err
	}
	f.data, f.err = fs.ReadFile(k.FS, name)
	k.mu.Lock()
	defer k.mu.Unlock()
	if first, known := k.files[name]; known {
		return first.data, first.err
	}
	if size := int64(len(f.data)); size <= mostKeptFile && k.bytes+size <= mostKept {
		k.bytes += size
		k.files[name] = f
	}
	return f.data, f.err
}

// ReadDir is that of fs.ReadDirFS.
func (k *keptFS) ReadDir(name string) ([]fs.DirEntry, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	d := k.dir(name)
	return slices.Clone(d.entries), d.err
}

// dir is a directory, which is read once.
func (k *keptFS) dir(name string) keptDir {
	d, known := k.dirs[name]
	if !known {
		d.entries, d.err = fs.ReadDir(k.FS, name)
		d.infos = map[string]fs.FileInfo{}
		k.dirs[name] = d
	}
	return d
}

// Lstat is that of fs.ReadLinkFS. The directory says what is not there.
func (k *keptFS) Lstat(name string) (fs.FileInfo, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	base := path.Base(name)
	d := k.dir(path.Dir(name))
	if d.err != nil && !errors.Is(d.err, fs.ErrNotExist) || name == "." || !fs.ValidPath(name) {
		return fs.Lstat(k.FS, name)
	}
	if info, known := d.infos[base]; known {
		return info, nil
	}
	if _, found := slices.BinarySearchFunc(d.entries, base, func(e fs.DirEntry, name string) int { return strings.Compare(e.Name(), name) }); !found {
		return nil, &fs.PathError{Op: "lstat", Path: name, Err: fs.ErrNotExist}
	}
	info, err := fs.Lstat(k.FS, name)
	if err == nil {
		d.infos[base] = info
	}
	return info, err
}

// Stat is that of fs.StatFS.
func (k *keptFS) Stat(name string) (fs.FileInfo, error) {
	info, err := k.Lstat(name)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return fs.Stat(k.FS, name)
	}
	return info, err
}

// ReadLink is that of fs.ReadLinkFS.
func (k *keptFS) ReadLink(name string) (string, error) { return fs.ReadLink(k.FS, name) }

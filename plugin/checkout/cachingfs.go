package checkout

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// CachingFS is a tree that keeps the files that were read in memory, so that all readers
// see the same. It opens only regular files and directories. The bytes of its files are
// shared and must not be changed. It may be used concurrently.
type CachingFS struct {
	fs.FS
	// Most is how many bytes of files are kept, 0 means 512 MiB. Further files, and each
	// of more than 8 MiB, are read again each time. It must not change while the tree is
	// used.
	Most int64

	mu    sync.Mutex
	files map[string]cachedFile
	dirs  map[string]cachedDir
	bytes int64
}

type cachedFile struct {
	data []byte
	err  error
}

type cachedDir struct {
	entries []fs.DirEntry
	infos   map[string]fs.FileInfo
	err     error
}

// NewCachingFS returns a tree that caches another one.
func NewCachingFS(tree fs.FS) *CachingFS {
	return &CachingFS{FS: tree, files: map[string]cachedFile{}, dirs: map[string]cachedDir{}}
}

// Forget drops all cached files and directories. They are read again when they are needed.
func (k *CachingFS) Forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.files, k.dirs, k.bytes = map[string]cachedFile{}, map[string]cachedDir{}, 0
}

// The limits of one tree, as CachingFS says.
const (
	mostCachedFile = 8 << 20
	mostCached     = 512 << 20
)

// ReadFile implements fs.ReadFileFS.
func (k *CachingFS) ReadFile(name string) ([]byte, error) {
	k.mu.Lock()
	f, known := k.files[name]
	k.mu.Unlock()
	if known {
		return f.data, f.err
	}
	if f.err = k.mayRead(name); f.err == nil {
		f.data, f.err = fs.ReadFile(k.FS, name)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if first, known := k.files[name]; known {
		return first.data, first.err
	}
	if size := int64(len(f.data)); size <= mostCachedFile && k.bytes+size <= cmp.Or(k.Most, mostCached) {
		k.bytes += size
		k.files[name] = f
	}
	return f.data, f.err
}

// mayRead returns an error unless a path leads to a regular file. Opening a named pipe
// would block until another process writes to it.
func (k *CachingFS) mayRead(name string) error {
	info, err := k.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "read", Path: name, Err: errors.New("not a regular file")}
	}
	return err
}

// ReadDir implements fs.ReadDirFS.
func (k *CachingFS) ReadDir(name string) ([]fs.DirEntry, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	d := k.dir(name)
	return slices.Clone(d.entries), d.err
}

// dir is a directory, which is read once.
func (k *CachingFS) dir(name string) cachedDir {
	d, known := k.dirs[name]
	if !known {
		if d.err = k.mayList(name); d.err == nil {
			d.entries, d.err = fs.ReadDir(k.FS, name)
		}
		d.infos = map[string]fs.FileInfo{}
		k.dirs[name] = d
	}
	return d
}

// mayList returns an error unless a path leads to a directory.
func (k *CachingFS) mayList(name string) error {
	if e := k.dirs[path.Dir(name)].entry(path.Base(name)); e != nil && e.IsDir() {
		return nil
	}
	info, err := fs.Stat(k.FS, name)
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a directory")}
	}
	return err
}

// entry returns the entry of a name, or nil if there is none.
func (d cachedDir) entry(name string) fs.DirEntry {
	i, found := slices.BinarySearchFunc(d.entries, name, func(e fs.DirEntry, name string) int { return strings.Compare(e.Name(), name) })
	if !found {
		return nil
	}
	return d.entries[i]
}

// isFile says whether a path is known to be no directory, without a look at it.
func (k *CachingFS) isFile(name string) bool {
	e := k.dirs[path.Dir(name)].entry(path.Base(name))
	return e != nil && e.Type().IsRegular()
}

// Lstat implements fs.ReadLinkFS. The cached directory knows missing files.
func (k *CachingFS) Lstat(name string) (fs.FileInfo, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	dir, base := path.Split(name)
	if dir = path.Clean(dir); k.isFile(dir) {
		return nil, &fs.PathError{Op: "lstat", Path: name, Err: fs.ErrNotExist}
	}
	d := k.dir(dir)
	if d.err != nil && !errors.Is(d.err, fs.ErrNotExist) || name == "." || !fs.ValidPath(name) {
		return fs.Lstat(k.FS, name)
	}
	if info, known := d.infos[base]; known {
		return info, nil
	}
	if d.entry(base) == nil {
		return nil, &fs.PathError{Op: "lstat", Path: name, Err: fs.ErrNotExist}
	}
	info, err := fs.Lstat(k.FS, name)
	if err == nil {
		d.infos[base] = info
	}
	return info, err
}

// Stat implements fs.StatFS.
func (k *CachingFS) Stat(name string) (fs.FileInfo, error) {
	info, err := k.Lstat(name)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return fs.Stat(k.FS, name)
	}
	return info, err
}

// ReadLink implements fs.ReadLinkFS.
func (k *CachingFS) ReadLink(name string) (string, error) { return fs.ReadLink(k.FS, name) }

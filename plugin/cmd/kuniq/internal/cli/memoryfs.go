package cli

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// memoryFS is a tree in memory. Its files are not copied and must not change.
type memoryFS struct {
	files map[string][]byte
	dirs  map[string][]fs.DirEntry // sorted
}

// newMemoryFS makes a tree of files by their paths. links are names that are
// there and cannot be read.
func newMemoryFS(files map[string][]byte, links []string) *memoryFS {
	m := &memoryFS{files: files, dirs: map[string][]fs.DirEntry{".": nil}}
	for name, data := range files {
		m.enter(name, memoryFile{name: path.Base(name), size: int64(len(data)), mode: 0o444})
	}
	for _, name := range links {
		m.enter(name, memoryFile{name: path.Base(name), mode: 0o444 | fs.ModeSymlink})
	}
	for _, entries := range m.dirs {
		slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	return m
}

// enter puts an entry into its directory, and that into the one above.
func (m *memoryFS) enter(name string, f memoryFile) {
	dir := path.Dir(name)
	_, known := m.dirs[dir]
	m.dirs[dir] = append(m.dirs[dir], fs.FileInfoToDirEntry(f))
	if !known {
		m.enter(dir, memoryFile{name: path.Base(dir), mode: 0o555 | fs.ModeDir})
	}
}

// memoryFile is the information about a file or directory.
type memoryFile struct {
	name string
	size int64
	mode fs.FileMode
}

// These make it a fs.FileInfo.
func (f memoryFile) Name() string       { return f.name }
func (f memoryFile) Size() int64        { return f.size }
func (f memoryFile) Mode() fs.FileMode  { return f.mode }
func (f memoryFile) ModTime() time.Time { return time.Time{} }
func (f memoryFile) IsDir() bool        { return f.mode.IsDir() }
func (f memoryFile) Sys() any           { return nil }

// Stat is that of fs.StatFS.
func (m *memoryFS) Stat(name string) (fs.FileInfo, error) {
	if data, ok := m.files[name]; ok {
		return memoryFile{name: path.Base(name), size: int64(len(data)), mode: 0o444}, nil
	}
	if _, ok := m.dirs[name]; ok {
		return memoryFile{name: path.Base(name), mode: 0o555 | fs.ModeDir}, nil
	}
	return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

// ReadFile is that of fs.ReadFileFS.
func (m *memoryFS) ReadFile(name string) ([]byte, error) {
	if data, ok := m.files[name]; ok {
		return data, nil
	}
	return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
}

// ReadDir is that of fs.ReadDirFS.
func (m *memoryFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if entries, ok := m.dirs[name]; ok {
		return slices.Clone(entries), nil
	}
	return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
}

// Open is that of fs.FS.
func (m *memoryFS) Open(name string) (fs.File, error) {
	info, err := m.Stat(name)
	if err != nil {
		return nil, err
	}
	return &openMemory{info: info, Reader: bytes.NewReader(m.files[name]), entries: m.dirs[name]}, nil
}

// openMemory is an open file or directory.
type openMemory struct {
	*bytes.Reader
	info    fs.FileInfo
	entries []fs.DirEntry
}

// Stat is that of fs.File.
func (o *openMemory) Stat() (fs.FileInfo, error) { return o.info, nil }

// Close is that of fs.File.
func (o *openMemory) Close() error { return nil }

// ReadDir is that of fs.ReadDirFile.
func (o *openMemory) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		rest := o.entries
		o.entries = nil
		return rest, nil
	}
	if len(o.entries) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(o.entries))
	rest := o.entries[:n]
	o.entries = o.entries[n:]
	return rest, nil
}

package revision

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// memory is a tree in memory. Its files are not copied and must not change.
// Symbolic links are followed as far as they stay inside.
type memory struct {
	files map[string][]byte
	links map[string]string        // what they say
	dirs  map[string][]fs.DirEntry // sorted
}

// newMemory makes a tree of files and links by their paths.
func newMemory(files map[string][]byte, links map[string]string) *memory {
	m := &memory{files: files, links: links, dirs: map[string][]fs.DirEntry{".": nil}}
	for name, data := range files {
		m.enter(name, memoryFile{name: path.Base(name), size: int64(len(data)), mode: 0o444})
	}
	for name := range links {
		m.enter(name, memoryFile{name: path.Base(name), mode: 0o444 | fs.ModeSymlink})
	}
	for _, entries := range m.dirs {
		slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	return m
}

// enter puts an entry into its directory, and that into the one above.
func (m *memory) enter(name string, f memoryFile) {
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

// follow returns the path behind all links that a path goes through, except for
// the last part if that is to be left alone. It is "" for a path that leads out
// of the tree, or nowhere.
func (m *memory) follow(name string, last bool) string {
	if !fs.ValidPath(name) {
		return ""
	}
	at, rest := ".", strings.Split(name, "/")
	for links := 0; len(rest) > 0; {
		next := path.Join(at, rest[0])
		rest = rest[1:]
		target, link := m.links[next]
		switch {
		case next == ".." || strings.HasPrefix(next, "../"):
			return ""
		case !link || len(rest) == 0 && !last:
			at = next
			continue
		case path.IsAbs(target) || target == "" || links == mostLinks:
			return ""
		}
		links++
		rest = append(strings.Split(target, "/"), rest...)
	}
	return at
}

// notThere is the error for a path.
func notThere(op, name string) error {
	return &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
}

func (m *memory) info(op, name, at string) (fs.FileInfo, error) {
	f := memoryFile{name: path.Base(name), mode: 0o444}
	if data, ok := m.files[at]; ok {
		f.size = int64(len(data))
		return f, nil
	}
	if _, ok := m.links[at]; ok {
		f.mode |= fs.ModeSymlink
		return f, nil
	}
	if _, ok := m.dirs[at]; ok {
		f.mode = 0o555 | fs.ModeDir
		return f, nil
	}
	return nil, notThere(op, name)
}

// Stat is that of fs.StatFS.
func (m *memory) Stat(name string) (fs.FileInfo, error) {
	return m.info("stat", name, m.follow(name, true))
}

// Lstat is that of fs.ReadLinkFS.
func (m *memory) Lstat(name string) (fs.FileInfo, error) {
	return m.info("lstat", name, m.follow(name, false))
}

// ReadLink is that of fs.ReadLinkFS.
func (m *memory) ReadLink(name string) (string, error) {
	if target, ok := m.links[m.follow(name, false)]; ok {
		return target, nil
	}
	return "", notThere("readlink", name)
}

// ReadFile is that of fs.ReadFileFS.
func (m *memory) ReadFile(name string) ([]byte, error) {
	if data, ok := m.files[m.follow(name, true)]; ok {
		return data, nil
	}
	return nil, notThere("read", name)
}

// ReadDir is that of fs.ReadDirFS.
func (m *memory) ReadDir(name string) ([]fs.DirEntry, error) {
	if entries, ok := m.dirs[m.follow(name, true)]; ok {
		return slices.Clone(entries), nil
	}
	return nil, notThere("readdir", name)
}

// Open is that of fs.FS.
func (m *memory) Open(name string) (fs.File, error) {
	at := m.follow(name, true)
	info, err := m.info("open", name, at)
	if err != nil {
		return nil, err
	}
	return &openMemory{info: info, Reader: bytes.NewReader(m.files[at]), entries: m.dirs[at]}, nil
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

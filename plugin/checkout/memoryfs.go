package checkout

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// MemoryFS is a tree in memory. Symbolic links are followed as far as they stay inside.
type MemoryFS struct{ nodes map[string]*node }

// node is a file, a symbolic link or a directory.
type node struct {
	name    string
	mode    fs.FileMode
	data    []byte        // the target of a link
	entries []fs.DirEntry // sorted
}

// These make it a fs.FileInfo.
func (n *node) Name() string       { return n.name }
func (n *node) Size() int64        { return int64(len(n.data)) }
func (n *node) Mode() fs.FileMode  { return n.mode }
func (n *node) ModTime() time.Time { return time.Time{} }
func (n *node) IsDir() bool        { return n.mode.IsDir() }
func (n *node) Sys() any           { return nil }

func (n *node) isLink() bool { return n.mode&fs.ModeSymlink != 0 }

// NewMemoryFS returns a tree of files, and of links with their targets, by their paths,
// which fs.ValidPath accepts. The files are not copied and must not change.
func NewMemoryFS(files map[string][]byte, links map[string]string) *MemoryFS {
	m := &MemoryFS{map[string]*node{".": {name: ".", mode: 0o555 | fs.ModeDir}}}
	for name, data := range files {
		m.enter(name, &node{mode: 0o444, data: data})
	}
	for name, target := range links {
		m.enter(name, &node{mode: 0o444 | fs.ModeSymlink, data: []byte(target)})
	}
	for _, n := range m.nodes {
		slices.SortFunc(n.entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	return m
}

// enter puts a node into its directory, and that into the one above.
func (m *MemoryFS) enter(name string, n *node) {
	n.name = path.Base(name)
	m.nodes[name] = n
	dir := path.Dir(name)
	if m.nodes[dir] == nil {
		m.enter(dir, &node{mode: 0o555 | fs.ModeDir})
	}
	m.nodes[dir].entries = append(m.nodes[dir].entries, fs.FileInfoToDirEntry(n))
}

// mostHops is how many symbolic links a path may go through, as on Linux.
const mostHops = 40

// find follows all links in a path, except the last part if that is to be left alone. It
// fails for a path that leads out of the tree, or to nothing.
func (m *MemoryFS) find(op, name string, last bool) (*node, error) {
	missing := &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	if !fs.ValidPath(name) {
		return nil, missing
	}
	at, rest := ".", strings.Split(name, "/")
	for links := 0; len(rest) > 0; {
		next := path.Join(at, rest[0])
		rest = rest[1:]
		n := m.nodes[next]
		if n == nil || !n.isLink() || len(rest) == 0 && !last {
			at = next
			continue
		}
		target := string(n.data)
		if links++; path.IsAbs(target) || target == "" || links > mostHops {
			return nil, missing
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	if m.nodes[at] == nil {
		return nil, missing
	}
	return m.nodes[at], nil
}

// Stat implements fs.StatFS.
func (m *MemoryFS) Stat(name string) (fs.FileInfo, error) { return info(m.find("stat", name, true)) }

// Lstat implements fs.ReadLinkFS.
func (m *MemoryFS) Lstat(name string) (fs.FileInfo, error) { return info(m.find("lstat", name, false)) }

// info returns a nil interface for a nil node.
func info(n *node, err error) (fs.FileInfo, error) {
	if err != nil {
		return nil, err
	}
	return n, nil
}

// ReadLink implements fs.ReadLinkFS.
func (m *MemoryFS) ReadLink(name string) (string, error) {
	n, err := m.find("readlink", name, false)
	if err == nil && !n.isLink() {
		err = &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	if err != nil {
		return "", err
	}
	return string(n.data), nil
}

// ReadFile implements fs.ReadFileFS.
func (m *MemoryFS) ReadFile(name string) ([]byte, error) {
	n, err := m.find("read", name, true)
	if err == nil && n.IsDir() {
		err = &fs.PathError{Op: "read", Path: name, Err: fs.ErrInvalid}
	}
	if err != nil {
		return nil, err
	}
	return n.data, nil
}

// ReadDir implements fs.ReadDirFS.
func (m *MemoryFS) ReadDir(name string) ([]fs.DirEntry, error) {
	n, err := m.find("readdir", name, true)
	if err == nil && !n.IsDir() {
		err = &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	if err != nil {
		return nil, err
	}
	return slices.Clone(n.entries), nil
}

// Open implements fs.FS.
func (m *MemoryFS) Open(name string) (fs.File, error) {
	n, err := m.find("open", name, true)
	if err != nil {
		return nil, err
	}
	return &openFile{Reader: bytes.NewReader(n.data), node: n, rest: n.entries}, nil
}

// openFile is an open file or directory.
type openFile struct {
	*bytes.Reader
	node *node
	rest []fs.DirEntry
}

// Stat implements fs.File.
func (o *openFile) Stat() (fs.FileInfo, error) { return o.node, nil }

// Close implements fs.File.
func (o *openFile) Close() error { return nil }

// ReadDir implements fs.ReadDirFile.
func (o *openFile) ReadDir(n int) ([]fs.DirEntry, error) {
	if n > 0 && len(o.rest) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(o.rest) {
		n = len(o.rest)
	}
	out := slices.Clone(o.rest[:n])
	o.rest = o.rest[n:]
	return out, nil
}

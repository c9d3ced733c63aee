//go:build unix

package rootfs

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// tree is the interface of the FS of an os.Root.
type tree interface {
	fs.StatFS
	fs.ReadFileFS
	fs.ReadDirFS
}

// links are the methods that fs.ReadLinkFS adds. Go 1.24 has neither.
type links interface {
	ReadLink(name string) (string, error)
	Lstat(name string) (fs.FileInfo, error)
}

type listing struct {
	tree
	root *os.Root
}

func below(root *os.Root) fs.FS {
	all := root.FS()
	t, ok := all.(tree)
	if !ok {
		return all
	}
	if l, ok := all.(links); ok {
		return struct {
			listing
			links
		}{listing{t, root}, l}
	}
	return listing{t, root}
}

// ReadDir implements fs.ReadDirFS.
func (l listing) ReadDir(name string) ([]fs.DirEntry, error) {
	if !fs.ValidPath(name) {
		return l.tree.ReadDir(name)
	}
	within, err := l.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	defer within.Close()
	fd, err := duplicate(within)
	if err != nil {
		return l.tree.ReadDir(name)
	}
	// A file that is not known to be in a Root.
	dir := os.NewFile(uintptr(fd), filepath.Join(l.root.Name(), filepath.FromSlash(name)))
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

// duplicate returns another descriptor of a file, which no child process inherits.
func duplicate(f *os.File) (int, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fd, err := syscall.Dup(int(f.Fd()))
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	return fd, err
}

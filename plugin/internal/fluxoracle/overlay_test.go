package fluxoracle

import (
	"io/fs"
	"testing/fstest"
)

// overlay is a directory with one more file at its top.
type overlay struct {
	fs.FS
	name string
	data []byte
}

func (o *overlay) more() fstest.MapFS { return fstest.MapFS{o.name: {Data: o.data}} }

// Open is that of fs.FS.
func (o *overlay) Open(name string) (fs.File, error) {
	if name == o.name {
		return o.more().Open(name)
	}
	return o.FS.Open(name)
}

// ReadDir is that of fs.ReadDirFS.
func (o *overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.FS, name)
	if name == "." && err == nil {
		more, _ := o.more().ReadDir(".")
		entries = append(entries, more...)
	}
	return entries, err
}

// Lstat and ReadLink are those of fs.ReadLinkFS.
func (o *overlay) Lstat(name string) (fs.FileInfo, error) {
	if name == o.name {
		return fs.Stat(o.more(), name)
	}
	return fs.Lstat(o.FS, name)
}

func (o *overlay) ReadLink(name string) (string, error) { return fs.ReadLink(o.FS, name) }

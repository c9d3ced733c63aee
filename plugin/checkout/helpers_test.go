package checkout

import (
	"io/fs"
	"testing/fstest"

	"golang.org/x/tools/txtar"
)

// tree makes a file system of a txtar archive.
func tree(text string) fs.FS {
	fsys := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(text)).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
	}
	return fsys
}

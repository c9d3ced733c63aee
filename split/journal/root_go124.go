//go:build !go1.25

package journal

import (
	"os"
	"path/filepath"
)

// renameIn is for Go 1.24, where an os.Root cannot rename. Unlike the one of Go 1.25
// it follows a directory that becomes a symbolic link at this moment.
func renameIn(root *os.Root, name, newName string) error {
	return os.Rename(filepath.Join(root.Name(), name), filepath.Join(root.Name(), newName))
}

// linkIn is the same for a second name of a file.
func linkIn(root *os.Root, name, newName string) error {
	return os.Link(filepath.Join(root.Name(), name), filepath.Join(root.Name(), newName))
}

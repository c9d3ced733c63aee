//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package journal

import "os"

// OpenFolder opens a directory.
func OpenFolder(root *os.Root) (Folder, error) { return OpenPortable(root) }

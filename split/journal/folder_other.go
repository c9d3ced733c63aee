//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package journal

import (
	"errors"
	"os"
)

// OpenFolder opens a directory.
func OpenFolder(root *os.Root) (Folder, error) { return OpenPortable(root) }

// LockDirectory cannot lock a directory here.
func LockDirectory(*os.Root) (unlock func(), err error) { return nil, errors.ErrUnsupported }

//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package split

import (
	"errors"
	"os"
)

// lockDirectory cannot lock a directory here.
func lockDirectory(*os.Root) (unlock func(), err error) { return nil, errors.ErrUnsupported }

//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package migrate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// lock keeps other runs out of a directory by means of a file. Unlike a lock
// of the system it outlives a killed process.
func lock(root *os.Root) (unlock func(), err error) {
	const name = "lock"
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%w, or one was killed; if none is at work, remove kuniq-migrate/lock from the git directory", ErrBusy)
	}
	if err != nil {
		return nil, err
	}
	return func() {
		_ = f.Close()
		_ = root.Remove(name)
	}, nil
}

package split

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/kuniq/kuniq/dupcheck"
)

// ErrBusy is the error of Plan.Write, wrapped, if another run is writing to the
// same directory.
var ErrBusy = errors.New("another run of kuniq is writing there")

// lock keeps other runs out of a directory until unlock is called. Where the
// directory itself cannot be locked a file must do.
func lock(root *os.Root) (unlock func(), err error) {
	unlock, err = lockDirectory(root)
	if errors.Is(err, errors.ErrUnsupported) {
		return lockByFile(root)
	}
	return unlock, err
}

// lockByFile keeps other runs out of a directory by means of a file, where the
// directory itself cannot be locked. Unlike a lock of the system it outlives
// a killed process.
func lockByFile(root *os.Root) (unlock func(), err error) {
	f, err := root.OpenFile(lockName, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s: %w, or one was killed; if none is at work, remove the file",
			shown(root, lockName), ErrBusy)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shown(root, lockName), reason(err))
	}
	return func() {
		_ = f.Close()
		_ = root.Remove(lockName) // If it stays, the next run says so.
	}, nil
}

// shown returns a path below the root as messages show it.
func shown(root *os.Root, name string) string {
	return dupcheck.Quote(path.Join(filepath.ToSlash(root.Name()), name))
}

package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/kuniq/kuniq/dupcheck"
)

// ErrBusy is the error, wrapped, if another run is writing to the same directory.
var ErrBusy = errors.New("another run of kuniq is writing there")

// lock keeps other runs out of a directory until unlock is called. Where the
// directory itself cannot be locked a file must do. The error is ErrBusy if another
// run is at work there.
func lock(root *os.Root) (unlock func(), err error) {
	unlock, err = LockDirectory(root)
	if errors.Is(err, errors.ErrUnsupported) {
		return LockByFile(root)
	}
	return unlock, err
}

// LockByFile keeps other runs out of a directory with a file, if the directory itself
// cannot be locked. Unlike a lock of the system it outlives a killed process.
func LockByFile(root *os.Root) (unlock func(), err error) {
	f, err := root.OpenFile(LockName, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s: %w, or one was killed; if no run is active, remove the file",
			Shown(root, LockName), ErrBusy)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Shown(root, LockName), Reason(err))
	}
	return func() {
		_ = f.Close()
		_ = root.Remove(LockName) // If it stays, the next run says so.
	}, nil
}

// Shown returns a path below the root as messages show it.
func Shown(root *os.Root, name string) string {
	return dupcheck.Quote(path.Join(filepath.ToSlash(root.Name()), name))
}

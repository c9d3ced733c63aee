//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package journal

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// LockDirectory keeps other runs out of a directory until unlock is called or
// the process ends, however it ends. It locks the directory itself and so changes
// nothing in it. Where that does not work, as on NFS, the error is
// errors.ErrUnsupported.
func LockDirectory(root *os.Root) (unlock func(), err error) {
	f, err := root.Open(".")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Shown(root, "."), Reason(err))
	}
	_, err = uninterrupted(func() (int, error) {
		return 0, unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	})
	switch {
	case err == nil:
		return func() { _ = f.Close() }, nil
	case errors.Is(err, unix.EWOULDBLOCK):
		_ = f.Close()
		return nil, fmt.Errorf("%s: %w", Shown(root, "."), ErrBusy)
	}
	_ = f.Close()
	return nil, errors.ErrUnsupported
}

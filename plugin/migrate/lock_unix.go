//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package migrate

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock keeps other runs out of a directory until unlock is called or the
// process ends, however it ends.
func lock(root *os.Root) (unlock func(), err error) {
	f, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	for {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	switch {
	case err == nil:
		return func() { _ = f.Close() }, nil
	case errors.Is(err, unix.EWOULDBLOCK):
		err = ErrBusy
	}
	_ = f.Close()
	return nil, err
}

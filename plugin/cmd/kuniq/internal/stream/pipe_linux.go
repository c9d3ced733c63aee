package stream

import (
	"os"

	"golang.org/x/sys/unix"
)

// pipeSize is how many bytes Widen asks for: the kernel grants that many to every user
// ("pipe capacity" in pipe(7)).
const pipeSize = 1 << 20

// Widen enlarges a pipe: with its 64 KiB, writer and reader wait for each other a thousand
// times in place of sixty. Any other file, or a pipe that cannot be larger, stays unchanged.
func Widen(f *os.File) {
	raw, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		if has, err := unix.FcntlInt(fd, unix.F_GETPIPE_SZ, 0); err == nil && has < pipeSize {
			_, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeSize)
		}
	})
}

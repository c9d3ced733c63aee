//go:build unix

package worker

import "syscall"

// limitMemory makes the process fail when it has more data than that. If the limit cannot be
// set, that of the garbage collector has to suffice.
func limitMemory(bytes uint64) {
	var limit syscall.Rlimit
	set(&limit.Cur, bytes)
	set(&limit.Max, bytes)
	_ = syscall.Setrlimit(syscall.RLIMIT_DATA, &limit)
}

// set sets a field of a limit, which is signed on FreeBSD.
func set[T int64 | uint64](field *T, value uint64) { *field = T(value) }

//go:build unix

package worker

import "syscall"

// limitMemory makes the process fail when it has more data than that. If the limit cannot be
// set, that of the garbage collector has to suffice.
func limitMemory(bytes uint64) {
	_ = syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: bytes, Max: bytes})
}

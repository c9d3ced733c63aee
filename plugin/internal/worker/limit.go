package worker

import "runtime/debug"

// StackOf is how much of its memory may be one stack: while that grows, Go has it twice.
func StackOf(memory int64) int64 { return memory / 4 }

// Limit limits this process to so many bytes of memory. One that needs more dies.
func Limit(memory int64) {
	debug.SetMaxStack(int(StackOf(memory)))
	debug.SetMemoryLimit(memory / 4 * 3)
	// Most of what a root needs is garbage at once, and how much there may
	// be is limited anyway.
	debug.SetGCPercent(400)
	limitMemory(uint64(memory))
}

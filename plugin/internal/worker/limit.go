package worker

import "runtime/debug"

// StackOf is how much of its memory one stack may take: while a stack grows, Go has it
// twice.
func StackOf(memory int64) int64 { return memory / 4 }

// Limit limits the memory of this process, in bytes. A process that needs more dies.
func Limit(memory int64) {
	debug.SetMaxStack(int(StackOf(memory)))
	debug.SetMemoryLimit(memory / 4 * 3)
	// Most memory of a root soon becomes garbage, and its amount is limited anyway.
	debug.SetGCPercent(400)
	limitMemory(uint64(memory))
}

//go:build !unix

package worker

// limitMemory does nothing: the only limit is that of the garbage collector.
func limitMemory(uint64) {}

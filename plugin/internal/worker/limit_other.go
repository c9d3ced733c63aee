//go:build !unix

package worker

// limitMemory does nothing: there is only the limit of the garbage collector.
func limitMemory(uint64) {}

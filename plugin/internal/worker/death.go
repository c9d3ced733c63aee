package worker

import "bytes"

// Death is why a process died.
type Death uint8

// The ways to die that can be told.
const (
	Unknown   Death = iota // of a signal, or of a garbage collector that got no memory
	Memory                 // it needed more memory than it may have
	Recursion              // it needed more stack than it may have
)

// lastWords are the beginning of what a process writes to standard error. A Go
// program says there why it dies, before it shows its stacks.
type lastWords struct{ text []byte }

const mostWords = 4 << 10

// Write takes in what still has room, and drops the rest.
func (l *lastWords) Write(p []byte) (int, error) {
	l.text = append(l.text, p[:min(len(p), mostWords-len(l.text))]...)
	return len(p), nil
}

// outOfMemory is what the Go runtime prints when it gets no more memory, in Go
// 1.26: runtime/malloc.go, runtime/mem_linux.go, and runtime/cgo/gcc_util.c and
// runtime/os_linux.go about the stack of a new thread.
var outOfMemory = []string{"out of memory", "cannot allocate memory", "pthread_create failed", "failed to create new OS thread"}

// death reads what the Go runtime prints.
func (l *lastWords) death() Death {
	if bytes.Contains(l.text, []byte("fatal error: stack overflow")) { // runtime/stack.go
		return Recursion
	}
	for _, words := range outOfMemory {
		if bytes.Contains(l.text, []byte(words)) {
			return Memory
		}
	}
	return Unknown
}

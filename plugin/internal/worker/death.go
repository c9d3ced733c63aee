package worker

import "bytes"

// Death is the cause of death of a process.
type Death uint8

// The causes that can be distinguished.
const (
	Unknown   Death = iota // of a signal, or of a garbage collector that got no memory
	Memory                 // it needed more memory than it may have
	Recursion              // it needed more stack than it may have
)

// lastWords keeps the beginning of a process's output to standard error. There a Go program
// says why it dies, before it shows its stacks.
type lastWords struct{ text []byte }

const mostWords = 4 << 10

// Write keeps as much as there is room for, and drops the rest.
func (l *lastWords) Write(p []byte) (int, error) {
	l.text = append(l.text, p[:min(len(p), mostWords-len(l.text))]...)
	return len(p), nil
}

// outOfMemory is the output of the Go runtime when it gets no more memory, in Go 1.26:
// runtime/malloc.go, runtime/mem_linux.go, and runtime/cgo/gcc_util.c and
// runtime/os_linux.go about the stack of a new thread.
var outOfMemory = []string{"out of memory", "cannot allocate memory", "pthread_create failed", "failed to create new OS thread"}

// death parses the output of the Go runtime.
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

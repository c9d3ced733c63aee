// Package stream has kuniq's tools for the standard streams.
package stream

import (
	"io"
	"os"
)

// Output is standard output. It keeps its first failure, so that one place reports it.
type Output struct {
	io.Writer
	// Err is the first failure.
	Err error
}

// muchOutput is how many bytes, written at once, do not fit into any usual pipe.
const muchOutput = 64 << 10

// Write never fails. After a failure it does nothing.
func (o *Output) Write(p []byte) (int, error) {
	if f, ok := o.Writer.(*os.File); ok && len(p) > muchOutput {
		Widen(f)
	}
	if o.Err == nil {
		_, o.Err = o.Writer.Write(p)
	}
	return len(p), nil
}

package evaluate

import (
	"encoding/gob"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// message is what the process says. It says many things, one after another.
type message struct {
	Kind   kind
	Text   string
	Words  bool
	Report dupcheck.Report
	Output []byte
}

// kind is what a message is about.
type kind uint8

const (
	begun    kind = iota // a program, whose name is the text
	traced               // the text of a std.trace
	failed               // a Failure, which is the last message
	reported             // a Report
	printed              // a part of the output
	answered             // the last message
)

// mostAtOnce is how much output goes into one message: the encoder copies it.
const mostAtOnce = 1 << 20

// answer sends a result.
func answer(to *gob.Encoder, r Result) error {
	if err := to.Encode(message{Kind: reported, Report: r.Report}); err != nil {
		return err
	}
	for part := range slices.Chunk(r.Output, mostAtOnce) {
		if err := to.Encode(message{Kind: printed, Output: part}); err != nil {
			return err
		}
	}
	return to.Encode(message{Kind: answered})
}

// Limits of what a program may say.
const (
	mostWords  = 64 << 10 // in a message of an error, and in one trace
	mostTraces = 4 << 20  // in all traces
)

// traces sends on what std.trace prints, as long as it is not too much: a loop
// that never ends may say something each time.
type traces struct {
	to   *gob.Encoder
	left int
}

// Write takes one trace, which go-jsonnet prints at once.
func (t *traces) Write(line []byte) (int, error) {
	if t.left <= 0 {
		return len(line), nil
	}
	text := strings.TrimSuffix(string(line[:min(len(line), mostWords)]), "\n")
	_ = t.to.Encode(message{Kind: traced, Text: text})
	if t.left -= len(text); t.left <= 0 {
		_ = t.to.Encode(message{Kind: traced, Text: "TRACE: further traces are left out"})
	}
	return len(line), nil
}

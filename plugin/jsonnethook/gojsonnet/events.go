package gojsonnet

import (
	"bytes"
	"strconv"
)

// events is the trace output of a query. It keeps only the last spot before each mark,
// and the imports that were evaluated.
type events struct {
	nonce   []byte
	last    int // spot that was evaluated last, or -1
	before  []int
	imports map[int]bool
}

func newEvents(nonce string) *events {
	return &events{nonce: []byte(nonce), last: -1, imports: map[int]bool{}}
}

// Write takes one line, as std.trace prints it. Lines of the program itself do not have
// the nonce.
func (e *events) Write(line []byte) (int, error) {
	_, event, ok := bytes.Cut(line, e.nonce)
	if !ok || len(event) == 0 {
		return len(line), nil
	}
	number, _, _ := bytes.Cut(event[1:], []byte(";"))
	i, err := strconv.Atoi(string(number))
	if err != nil {
		return len(line), nil
	}
	switch event[0] {
	case 's':
		e.last = i
	case 'm':
		e.before = append(e.before, e.last)
		e.last = -1
	case 'i':
		e.imports[i] = true
	}
	return len(line), nil
}

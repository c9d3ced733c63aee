package manifest

import (
	"bytes"
	"io"
	"os"

	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// mostWindow is how much of a large file is in memory at a time, unless a document is
// larger.
const mostWindow = 32 << 20

// start is where a piece of a file begins. The zero value is the file's own
// beginning.
type start struct {
	offset int
	lines  int // before it
	index  int // of its first document
}

// windows reads a large file piece by piece. Every piece ends where a document
// does. No memory is held while onFlush is called.
func (s *source) windows(f *os.File, onChunk func(text []byte, from start) (documents int), onFlush func()) error {
	w := window{file: f, left: s.most, buffer: make([]byte, 0, s.store.window)}
	for !w.ended {
		if err := s.window(&w, onChunk); err != nil {
			return err
		}
		onFlush()
	}
	if int64(w.from.offset) != s.size {
		return s.changed()
	}
	return nil
}

// window reads the next piece, when there is room for it.
func (s *source) window(w *window, onChunk func(text []byte, from start) (documents int)) error {
	s.store.bytes.enter(s.store.window)
	defer s.store.bytes.leave(s.store.window)
	text, err := w.next()
	if err == nil {
		err = plainText(text, w.from)
	}
	if err != nil {
		return err
	}
	documents := onChunk(text, w.from)
	w.from.offset += len(text)
	w.from.lines += bytes.Count(text, []byte{'\n'})
	w.from.index += documents
	w.buffer = w.buffer[:copy(w.buffer, w.buffer[len(text):])]
	return nil
}

// plainText refuses files that are no text, or not UTF-8 by their mark: such a file has
// other offsets than its text.
func plainText(text []byte, from start) error {
	if from.offset > 0 {
		return nil
	}
	err := isText(text[:min(len(text), headBytes)])
	if order, _ := wide(text); err == nil && order != nil {
		err = errWide
	}
	return err
}

// window is a piece of a file.
type window struct {
	file   *os.File
	left   int64 // that may still be read
	buffer []byte
	from   start
	ended  bool // there is nothing behind the buffer
}

// next returns the text up to the last boundary in the buffer, which grows until there is
// one.
func (w *window) next() ([]byte, error) {
	for {
		n, err := io.ReadFull(w.file, w.buffer[len(w.buffer):cap(w.buffer)])
		w.buffer = w.buffer[:len(w.buffer)+n]
		if w.left -= int64(n); w.left < 0 {
			return nil, errTooLong(mostBytes)
		}
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			w.ended = true
			return w.buffer, nil
		case err != nil:
			return nil, err
		}
		if at := lastBoundary(w.buffer); at > 0 {
			return w.buffer[:at], nil
		}
		w.buffer = append(make([]byte, 0, 2*cap(w.buffer)), w.buffer...)
	}
}

// lastBoundary returns the beginning of the last document that has the marker "---" and
// content or another such marker before it, so that nothing in front of the marker
// belongs to it, such as directives. It returns 0 if there is none.
func lastBoundary(text []byte) int {
	for end := len(text); ; {
		i := bytes.LastIndex(text[:end], []byte("\n---"))
		if i < 0 {
			return 0
		}
		if boundary(text, i) {
			return i + 1
		}
		end = i
	}
}

// nextBoundary returns the beginning of the first such document after an offset, or the
// end of the text if there is none.
func nextBoundary(text []byte, from int) int {
	for from < len(text) {
		i := bytes.Index(text[from:], []byte("\n---"))
		if i < 0 {
			break
		}
		if from += i; boundary(text, from) {
			return from + 1
		}
		from++
	}
	return len(text)
}

// boundary says whether a document begins behind the line feed at an offset.
func boundary(text []byte, at int) bool {
	before := text[bytes.LastIndexByte(text[:at], '\n')+1 : at]
	content := bytes.TrimSpace(before)
	// A marker is known only if text follows it.
	return at+5 <= len(text) && outline.Marker(text[at+1:], "---") && len(content) > 0 &&
		content[0] != '#' && content[0] != '%' && !outline.Marker(before, "...") && !hasOddBreak(before)
}

package split

import (
	"bytes"
	"reflect"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/manifest/text"
)

// sliced is a document less the markers around it.
type sliced struct {
	head [][]byte // comments before the marker "---"
	body [][]byte // the rest, the document itself
	bom  bool     // a byte order mark was left out
	// asRead says that the objects of the document were read from the body, except for a
	// "---" on a line of its own.
	asRead bool
}

const byteOrderMark = "\xef\xbb\xbf"

// slice takes the markers off a document. Text before "---" is kept only if there is
// a comment in it; blank lines there are part of the separation. Directives stay with
// their document, and with them its "---".
func slice(data []byte, d manifest.Document) sliced {
	var s sliced
	before := s.withoutMarkers(data[d.From:min(d.Parse, d.End)])
	switch {
	case d.Bare:
		before = s.withoutMarkers(data[d.From:d.End])
	case d.JSON:
		s.body, s.asRead = [][]byte{data[d.Start:d.End]}, true
	case !d.Explicit:
		s.body, s.asRead = [][]byte{data[d.Parse:d.End]}, true
	case data[d.Parse] == '%':
		s.body = [][]byte{data[d.Parse:d.End]}
	default:
		content := data[d.Start:d.End]
		body := behindMarker(content)
		s.body, s.asRead = [][]byte{body}, len(body) < len(content)
	}
	// Of several byte order marks the reader takes another one off each time.
	s.asRead = s.asRead && !d.Doubtful && !bytes.Contains(s.body[0], []byte(byteOrderMark))
	if len(before) > 0 && (!d.Explicit && !d.JSON || bytes.IndexByte(before, '#') >= 0) {
		s.head = [][]byte{before}
	}
	return s
}

// behindMarker drops the rest of the marker's line if nothing is on it.
func behindMarker(content []byte) []byte {
	line := text.LineEnd(content, 0)
	if len(bytes.TrimRight(content[:line], "\r\n")) == 0 {
		return content[line:]
	}
	return content
}

// withoutMarkers drops end markers and byte order marks. A comment behind an
// end marker stays.
func (s *sliced) withoutMarkers(data []byte) []byte {
	var out []byte
	changed := false
	for line := range bytes.Lines(data) {
		kept := line
		if bytes.HasPrefix(kept, []byte(byteOrderMark)) {
			kept, s.bom = kept[len(byteOrderMark):], true
		}
		if bytes.HasPrefix(kept, []byte("...")) {
			kept = bytes.TrimLeft(kept[3:], " \t")
			if !bytes.HasPrefix(kept, []byte("#")) {
				kept = nil
			}
		}
		changed = changed || len(kept) != len(line)
		out = append(out, kept...)
	}
	if !changed {
		return data
	}
	return out
}

// blank says that there is nothing but blanks and comments.
func (s *sliced) blank() bool {
	for _, part := range s.body {
		for line := range bytes.Lines(part) {
			if !text.IsBlank(line) {
				return false
			}
		}
	}
	return true
}

// null reports whether the document is only the word null. Renderers write such documents
// if a template has nothing to print, and kubectl skips them.
func (s *sliced) null() bool {
	if len(s.body) != 1 {
		return false
	}
	switch string(bytes.TrimSpace(s.body[0])) {
	case "null", "Null", "NULL", "~":
		return true
	}
	return false
}

// comments returns the text of a blank document, or nothing if it has no comment.
func (s *sliced) comments() [][]byte {
	var out [][]byte
	for _, part := range slices.Concat(s.head, s.body) {
		if bytes.IndexByte(part, '#') >= 0 {
			out = append(out, withNewline(part))
		}
	}
	return out
}

// withNewline makes sure that what follows begins on a line of its own.
func withNewline(text []byte) []byte {
	if len(text) == 0 || text[len(text)-1] == '\n' {
		return text
	}
	return append(slices.Clip(text), '\n')
}

// wait keeps comments for the next object.
func (c *cutter) wait(at dupcheck.Position, comments [][]byte) {
	if len(comments) == 0 {
		return
	}
	if len(c.waiting) == 0 {
		c.waitFor = at
	}
	c.waiting = append(c.waiting, comments...)
}

// finishComments gives comments behind the last object to that one: to its
// end, or to its beginning if they would become part of its last value there.
func (c *cutter) finishComments() {
	if len(c.waiting) == 0 {
		return
	}
	if len(c.pieces) == 0 {
		c.note(c.waitFor, "there is no object that these comments could go to")
		return
	}
	last := c.pieces[len(c.pieces)-1]
	c.note(c.waitFor, "comments behind the last object were moved to it")
	last.tail = c.waiting
	if !endsInNewline(last.body) || !sameValue(last) {
		last.tail = nil
		last.head = append(c.waiting, last.head...)
	}
	c.waiting = nil
}

func endsInNewline(parts [][]byte) bool {
	last := parts[len(parts)-1]
	return len(last) > 0 && last[len(last)-1] == '\n'
}

// sameValue reports whether a piece with the comments around it is still the same object
// as without them.
func sameValue(p *piece) bool {
	if p.object < 0 {
		return true // no object; its bytes are all there is to it
	}
	bare := objectIn(bytes.Join(p.body, nil))
	full := objectIn(bytes.Join(p.parts(), nil))
	return bare != nil && reflect.DeepEqual(bare, full)
}

// objectIn returns the one object in a text, or nil.
func objectIn(text []byte) any {
	var value any
	count := 0
	for o, err := range manifest.Parse("", text) {
		if err != nil || o.Body == nil {
			return nil
		}
		if value, err = o.Body.Value(); err != nil {
			return nil
		}
		count++
	}
	if count != 1 {
		return nil
	}
	return value
}

// headerOf returns the header of a file: the comments at its beginning, down to the first
// blank line. Without such a line they belong to the first object.
func headerOf(p *piece) []byte {
	head := bytes.Join(p.head, nil)
	if p.explicit {
		return head
	}
	for end := 0; end < len(head); {
		next := text.LineEnd(head, end)
		if len(bytes.TrimSpace(head[end:next])) == 0 && bytes.IndexByte(head[:end], '#') >= 0 {
			return head[:next]
		}
		end = next
	}
	return nil
}

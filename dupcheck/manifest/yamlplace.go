package manifest

import (
	"bytes"
	"unicode/utf8"
)

// row is the beginning of a line of the parser in the file, where only a line feed ends a
// line.
type row struct {
	begin     int // index of its first character in the text
	line      int // lines of the file before it
	lineBegin int // index of the first character of that line of the file
}

// yamlRows returns the lines of text with all the line breaks of YAML 1.1.
func yamlRows(text []byte) []row {
	rows := []row{{}}
	now := row{}
	for i := 0; i < len(text); {
		if size := yamlBreak(text[i:]); size > 0 {
			now.begin += utf8.RuneCount(text[i : i+size])
			i += size
			if text[i-1] == '\n' {
				now.line++
				now.lineBegin = now.begin
			}
			rows = append(rows, now)
			continue
		}
		_, size := utf8.DecodeRune(text[i:])
		i += size
		now.begin++
	}
	return rows
}

// yamlBreak returns the length of the line break that text begins with.
func yamlBreak(text []byte) int {
	if bytes.HasPrefix(text, []byte("\r\n")) {
		return 2
	}
	if text[0] == '\n' {
		return 1
	}
	for _, brk := range oddBreaks {
		if bytes.HasPrefix(text, brk) {
			return len(brk)
		}
	}
	return 0
}

// position turns the parser's line and column into those of the file. Both
// are counted from 1; a node made by a program has neither.
func (d *yamlDocument) position(line, column int) (int, int) {
	if line < 1 {
		return d.line, 1
	}
	if d.rows == nil {
		return d.line + line - 1, max(column, 1)
	}
	r := d.rows[min(line, len(d.rows))-1]
	return d.line + r.line, r.begin + max(column, 1) - r.lineBegin
}

// mark is a line and column as the parser counts them.
type mark struct{ line, column int }

// nonSpecificTags returns the places where a node with the tag "!" may begin.
// The tag makes a scalar a string, and yaml/v3 keeps no trace of it but its
// place. Places inside quotes or comments may be among them, which does no
// harm: no node begins there.
func nonSpecificTags(text []byte) map[mark]bool {
	if !hasNonSpecificTag(text) {
		return nil
	}
	f := tagFinder{found: map[mark]bool{}, at: mark{1, 1}, apart: true}
	for len(text) > 0 {
		n := f.step(text)
		text = text[n:]
	}
	return f.found
}

func hasNonSpecificTag(text []byte) bool {
	for {
		i := bytes.IndexByte(text, '!')
		if i < 0 || nonSpecificTag(text[i:]) {
			return i >= 0
		}
		text = text[i+1:]
	}
}

// nonSpecificTag says whether text begins with the tag "!", which can also be
// written out.
func nonSpecificTag(text []byte) bool {
	return endsToken(text[1:]) || bytes.HasPrefix(text, []byte("!<!>")) || bytes.HasPrefix(text, []byte("!<%21>"))
}

// endsToken says whether text begins with what ends a tag or an anchor.
func endsToken(text []byte) bool {
	return len(text) == 0 || bytes.IndexByte([]byte(" \t\n\r,[]{}"), text[0]) >= 0 || yamlBreak(text) > 0
}

// tagFinder searches a text for tags "!", which may follow an anchor. Since it cannot
// tell quotes and comments from the rest, it keeps several anchors if it is in doubt.
type tagFinder struct {
	found   map[mark]bool
	at      mark
	apart   bool   // nothing but blanks since the last token
	anchors []mark // of the last token, if that is an anchor
	hidden  []mark // anchors before a possible comment
}

// mostAnchors is how many anchors are remembered for one tag.
const mostAnchors = 8

// step takes the next character or token and returns its length.
func (f *tagFinder) step(text []byte) int {
	if n := yamlBreak(text); n > 0 {
		f.at = mark{f.at.line + 1, 1}
		f.apart = true
		f.anchors = append(f.anchors, f.hidden...)
		f.hidden = nil
		return n
	}
	size := 1
	switch c := text[0]; {
	case c == ' ' || c == '\t':
		f.apart = true
		f.at.column++
		return 1
	case c == '#' && f.apart && len(f.hidden) < mostAnchors:
		f.hidden = append(f.hidden, f.anchors...)
	case c == '!' && nonSpecificTag(text):
		f.found[f.at] = true
		for _, at := range f.anchors {
			f.found[at] = true
		}
	case c == '&':
		f.anchors, f.apart = []mark{f.at}, false
		for size < len(text) && !endsToken(text[size:]) {
			size++
		}
		f.at.column += utf8.RuneCount(text[:size])
		return size
	default:
		_, size = utf8.DecodeRune(text)
	}
	f.anchors, f.apart = nil, false
	f.at.column++
	return size
}

package manifest

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// jsonDocument is a JSON value inside a file. Its text has been validated.
type jsonDocument struct {
	data []byte // of the whole file
	from cursor // the last place whose line and column were asked for
}

// cursor is an offset with its line and column, both counted from 1. Byte
// order marks at the beginning of a line are in no column: no editor shows
// them.
type cursor struct {
	offset, line, column int
}

// advance moves the cursor forward.
func (c *cursor) advance(data []byte, offset int) {
	ahead := data[c.offset:offset]
	if last := bytes.LastIndexByte(ahead, '\n'); last >= 0 {
		c.line += bytes.Count(ahead, []byte{'\n'})
		c.column = columns(ahead[last+1:], true) + 1
	} else {
		c.column += columns(ahead, c.offset == 0 || data[c.offset-1] == '\n')
	}
	c.offset = offset
}

// retreat moves the cursor back.
func (c *cursor) retreat(data []byte, offset int) {
	back := data[offset:c.offset]
	if lines := bytes.Count(back, []byte{'\n'}); lines > 0 {
		c.line -= lines
		start := bytes.LastIndexByte(data[:offset], '\n') + 1
		c.column = columns(data[start:offset], true) + 1
	} else {
		c.column -= columns(back, false)
	}
	c.offset = offset
}

// columns counts the characters of text.
func columns(text []byte, lineBegins bool) int {
	if lineBegins {
		text = text[lenBOMs(text):]
	}
	return utf8.RuneCount(text)
}

// position returns the line and column of an offset. It counts from the last
// offset that was asked for, since a document may be one line of 100 MB.
func (d *jsonDocument) position(offset int) (line, column int) {
	if offset < d.from.offset {
		d.from.retreat(d.data, offset)
	} else {
		d.from.advance(d.data, offset)
	}
	return d.from.line, d.from.column
}

// jsonView shows a range of JSON text.
type jsonView struct {
	doc        *jsonDocument
	start, end int
}

func (v jsonView) source() []byte { return v.doc.data[v.start:v.end] }

func (v jsonView) shape() shape {
	switch v.doc.data[v.start] {
	case '{':
		return shapeMapping
	case '[':
		return shapeSequence
	case '"':
		return shapeText
	case 'n':
		return shapeNull
	}
	return shapeOther
}

func (v jsonView) text() string {
	source := v.source()
	if source[0] != '"' {
		return string(source)
	}
	if bytes.IndexByte(source, '\\') < 0 {
		return string(source[1 : len(source)-1])
	}
	var s string
	// The text is valid, so decoding cannot fail; half a surrogate pair
	// becomes U+FFFD, as it does for every Go program.
	_ = json.Unmarshal(source, &s)
	return s
}

func (v jsonView) place() (line, column int) { return v.doc.position(v.start) }

func (v jsonView) templated() bool { return false }

func (v jsonView) entries(yield func(entry) bool) {
	if v.shape() != shapeMapping {
		return
	}
	text := v.doc.data
	for i := jsonBlank(text, v.start+1); text[i] == '"'; i = jsonNext(text, i) {
		keyEnd, _ := jsonStringEnd(text, i)
		begin, _ := jsonColonEnd(text, keyEnd)
		end, _ := jsonEnd(text, begin, 0)
		if !yield(entry{key: jsonView{v.doc, i, keyEnd}.text(), value: jsonView{v.doc, begin, end}}) {
			return
		}
		i = end
	}
}

func (v jsonView) elements(yield func(view) bool) {
	if v.shape() != shapeSequence {
		return
	}
	text := v.doc.data
	for i := jsonBlank(text, v.start+1); text[i] != ']'; i = jsonNext(text, i) {
		end, _ := jsonEnd(text, i, 0)
		if !yield(jsonView{v.doc, i, end}) {
			return
		}
		i = end
	}
}

// jsonNext moves from the end of a member of a collection to the next member, or to the
// end of the collection.
func jsonNext(text []byte, i int) int {
	if i = jsonBlank(text, i); text[i] == ',' {
		i = jsonBlank(text, i+1)
	}
	return i
}

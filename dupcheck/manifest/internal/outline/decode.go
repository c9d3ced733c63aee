package outline

import (
	"bytes"
	"slices"
	"strings"
)

// Decode returns the value of a text that is one mapping in plain block style, as most
// manifests are: the grammar of package outline less flow collections other than "{}"
// and "[]", anchors, tags, escapes, folded scalars and scalars of several lines, and
// with keys that are plain. It returns false for any other text, which the caller
// parses. plain gives the value of a plain scalar that is no string, and false for one
// that is. The strings in the value share one copy of the text.
func Decode(text []byte, plain func([]byte) (any, bool)) (value map[string]any, ok bool) {
	d := decoder{text: text, all: string(text), plain: plain}
	return d.root()
}

// root reads the whole text.
func (d *decoder) root() (value map[string]any, ok bool) {
	if bytes.HasPrefix(d.text, []byte("---\n")) {
		d.next = 4
	}
	if !d.line() || d.ended {
		return nil, false
	}
	value, ok = d.mapping(d.indent)
	return value, ok && d.ended
}

// decoder reads values line by line. Of what its functions return, ok says whether the
// text is as Decode wants it.
type decoder struct {
	text     []byte
	all      string // the same, or nothing if values are only compared
	plain    func([]byte) (any, bool)
	comparer *Comparer // if values are only compared, and not made
	depth    int
	next     int  // offset of the line behind the present one
	lineAt   int  // offset of the present line
	begin    int  // offset of what stands in it
	indent   int  // how far to the right that is
	ended    bool // there is no present line
}

// line goes to the next line that is neither blank nor a comment. It returns false
// where there are bytes that are left to the parser.
func (d *decoder) line() (ok bool) {
	for d.next < len(d.text) {
		d.indent = leadingSpaces(d.text[d.next:])
		d.lineAt, d.begin = d.next, d.next+d.indent
		if d.begin < len(d.text) && d.text[d.begin] != '\n' && d.text[d.begin] != '#' {
			return d.indent > 0 || !d.marker()
		}
		end, odd := feed(d.text, d.begin)
		if odd {
			return false
		}
		d.next = end + 1
	}
	d.ended = true
	return true
}

// marker says whether the present line begins with a document marker: nothing behind it
// is a key, even if it looks like one.
func (d *decoder) marker() bool {
	line := d.text[d.begin:]
	return class[line[0]]&inMarker != 0 && (Marker(line, "---") || Marker(line, "..."))
}

// mapping reads the mapping whose first key is in the present line.
func (d *decoder) mapping(indent int) (m map[string]any, ok bool) {
	if d.depth++; d.depth > mostOpen {
		return nil, false
	}
	if d.comparer == nil {
		m = map[string]any{}
	}
	var changed [][]byte // keys
	for {
		before := d.comparer.found()
		key, ok := d.entry(m, indent)
		if !ok || slices.ContainsFunc(changed, func(k []byte) bool { return bytes.Equal(k, key) }) { // which of two values counts is for the parser to say
			return nil, false
		}
		if d.comparer.found() > before {
			changed = append(changed, key)
		}
		if d.ended || d.indent < indent {
			d.depth--
			return m, true
		}
		if d.indent > indent {
			return nil, false
		}
	}
}

// entry reads a key and its value.
func (d *decoder) entry(m map[string]any, indent int) (key []byte, ok bool) {
	begin := d.begin
	colon, end, found := fieldLine(d.text, begin)
	if end < 0 {
		if colon, end = d.empty(); end < 0 {
			return nil, false
		}
		found = keyEmpty
	}
	key = d.text[begin:colon]
	if _, other := d.plain(key); other {
		return nil, false
	}
	d.comparer.enter(key, -1)
	value, ok := d.value(colon+2, end, found, indent)
	d.comparer.leave()
	if d.comparer == nil {
		m[d.all[begin:colon]] = value
	}
	return key, ok
}

// empty is fieldLine for a key whose value is an empty flow collection.
func (d *decoder) empty() (colon, end int) {
	colon = plainEnd(d.text, d.begin)
	end = colon + len(": {}")
	if class[d.text[d.begin]]&beginsKey == 0 || colon-d.begin > mostKey || end >= len(d.text) || d.text[end] != '\n' || d.text[colon-1] == ' ' {
		return 0, -1
	}
	if s := d.text[colon:end]; string(s) != ": {}" && string(s) != ": []" {
		return 0, -1
	}
	return colon, end
}

// value reads what begins at an offset of a line that ends at another one, and goes to
// the line behind it.
func (d *decoder) value(at, end int, found lineKind, indent int) (value any, ok bool) {
	d.next = end + 1
	switch found {
	case keyAlone:
		return d.below(indent)
	case keyBlock:
		return d.block(string(d.text[at:end]), indent)
	case keyEmpty:
		value = map[string]any{}
		if d.text[at] == '[' {
			value = []any{}
		}
	default:
		if d.comparer != nil {
			return nil, d.compare(at, end, found) && d.line()
		}
		value = d.scalar(d.text, at, end, found)
	}
	return value, d.line()
}

// below reads the value of a key that has none in its line.
func (d *decoder) below(indent int) (value any, ok bool) {
	if !d.line() {
		return nil, false
	}
	switch {
	case d.ended || d.indent < indent || d.indent == indent && !d.dash():
		return nil, true
	case d.dash():
		return d.sequence(d.indent)
	}
	return d.mapping(d.indent)
}

func (d *decoder) dash() bool {
	return d.text[d.begin] == '-' && d.begin+2 < len(d.text) && d.text[d.begin+1] == ' '
}

// sequence reads the sequence whose first item is in the present line.
func (d *decoder) sequence(indent int) (list []any, ok bool) {
	if d.depth++; d.depth > mostOpen {
		return nil, false
	}
	for i := 0; ; i++ {
		d.comparer.enter(nil, i)
		item, ok := d.item(indent)
		if !ok {
			return nil, false
		}
		if d.comparer.leave(); d.comparer == nil {
			list = append(list, item)
		}
		if d.ended || d.indent < indent || d.indent == indent && !d.dash() {
			d.depth--
			return list, true
		}
		if d.indent > indent {
			return nil, false
		}
	}
}

// item reads what is behind a dash.
func (d *decoder) item(indent int) (value any, ok bool) {
	d.begin, d.indent = d.begin+2, indent+2
	first := d.text[d.begin]
	if class[first]&beginsKey != 0 {
		if _, end, _ := fieldLine(d.text, d.begin); end >= 0 {
			return d.mapping(indent + 2)
		}
		if _, end := d.empty(); end >= 0 {
			return d.mapping(indent + 2)
		}
	}
	end, found := commonValue(d.text, d.begin)
	if end < 0 {
		return nil, false
	}
	return d.value(d.begin, end, found, indent)
}

// block reads the lines of a literal scalar with such a header.
func (d *decoder) block(header string, parent int) (value any, ok bool) {
	if header[0] != '|' {
		return nil, false
	}
	var b strings.Builder                        // nothing is written to it if values are only compared
	indent, blank, length, content := 0, 0, 0, 0 // blank: the longest line of spaces before the first; content: where it ends in length
	for d.next < len(d.text) {
		at := d.next
		end, odd := feed(d.text, at)
		if odd && !plainLine(d.text[at:end]) || end == len(d.text) {
			return nil, false
		}
		n := min(leadingSpaces(d.text[at:]), end-at)
		switch {
		case n == end-at && (indent == 0 || n <= indent):
			if indent == 0 {
				blank = max(blank, n)
			}
			if length++; d.comparer == nil {
				b.WriteByte('\n')
			}
			d.next = end + 1
			continue
		case indent == 0 && n > parent && n >= blank:
			indent = n
		case n < indent || indent == 0:
			return d.chomped(b.String(), content, header)
		}
		if d.comparer == nil {
			b.WriteString(d.all[at+indent : end+1])
		}
		length += end + 1 - at - indent
		content, d.next = length, end+1
	}
	return d.chomped(b.String(), content, header)
}

// plainLine says whether there are no control characters in a line, nor others that
// mean something to YAML.
func plainLine(line []byte) bool {
	return !bytes.ContainsFunc(line, func(c rune) bool { return c < ' ' || c == 0x7f }) && plainUnicode(line)
}

// chomped ends a literal scalar: content is where its last line ends that is not empty.
func (d *decoder) chomped(text string, content int, header string) (value any, ok bool) {
	if content == 0 { // which lines it has then is for the parser to say
		return nil, false
	}
	switch {
	case d.comparer != nil:
	case header == "|":
		text = text[:content]
	case header == "|-":
		text = text[:content-1]
	}
	return text, d.line()
}

// scalar is the value of a scalar in one line of a text.
func (d *decoder) scalar(text []byte, at, end int, found lineKind) any {
	if found == keyQuoted {
		at, end = at+1, end-1
	} else {
		end = at + len(bytes.TrimRight(text[at:end], " "))
		if value, other := d.plain(text[at:end]); other {
			return value
		}
	}
	if d.comparer == nil {
		return d.all[at:end]
	}
	return string(text[at:end])
}

package manifest

import "bytes"

// key is where a key stands, without its quotes, and the colon behind it. The
// zero value is none.
type key struct{ start, end, colon int }

// mostKey is how long a key may be. The parser refuses one of 1024 characters.
const mostKey = 1000

// key finds the key that a line has from an offset on. It returns no key where
// there is a value, and false if that cannot be told.
func (o *valueReader) key(at, end int) (key, bool) {
	text := o.text
	if c := text[at]; c == '"' || c == '\'' {
		i := bytes.IndexByte(text[at+1:end], c)
		if i < 0 {
			return key{}, true // a value of several lines
		}
		k := key{at + 1, at + 1 + i, at + 2 + i}
		if k.colon == end || text[k.colon] != ':' {
			return key{}, true
		}
		plain := i <= mostKey && bytes.IndexByte(text[k.start:k.end], '\\') < 0
		return k, plain && (k.colon+1 == end || text[k.colon+1] == ' ')
	}
	i := at
	for i < end && class[text[i]]&inKey != 0 {
		i++
	}
	if i < end && text[i] == ':' && (i+1 == end || text[i+1] == ' ') && i > at && class[text[at]]&beginsKey != 0 {
		return key{at, i, i}, i-at <= mostKey
	}
	return o.oddKey(at, end)
}

// oddKey finds a plain key of any characters.
func (o *valueReader) oddKey(at, end int) (key, bool) {
	for i := at; i < end; i++ {
		switch o.text[i] {
		case ':':
			if i+1 < end && o.text[i+1] != ' ' {
				continue
			}
			name := o.text[at:i]
			ok := i > at && i-at <= mostKey && class[name[0]]&beginsPlain != 0 &&
				name[len(name)-1] != ' ' && string(name) != "<<"
			return key{at, i, i}, ok
		case '#':
			if i > at && o.text[i-1] == ' ' {
				return key{}, true // a comment, and so no key
			}
		case '\t':
			return key{}, false
		}
	}
	return key{}, true
}

// value takes in a value that begins at an offset.
func (o *valueReader) value(at, end int, into int32) bool {
	o.pending = pending{}
	switch c := o.text[at]; c {
	case '|', '>':
		return into == none && o.blockScalar(at, end)
	case '"', '\'':
		return o.quoted(at, end, into)
	case '{', '[':
		return o.flow(at, end, into)
	default:
		if class[c]&beginsPlain == 0 {
			// Policies of Kyverno are full of "?*".
			if c != '?' && c != ':' || at+1 == end || o.text[at+1] <= ' ' {
				return false
			}
		} else if c == '-' && (at+1 == end || o.text[at+1] == ' ') {
			return false
		}
		return o.plain(at, end, into)
	}
}

// ends says whether a line has nothing more from an offset on but a comment.
func (o *outlineText) ends(at, end int) bool {
	next := o.spaces(at, end)
	return next == end || o.text[next] == '#' && next > at
}

// spaces returns where something else than spaces stands in a line.
func (o *outlineText) spaces(at, end int) int {
	for at < end && o.text[at] == ' ' {
		at++
	}
	return at
}

// plain takes in a plain scalar, or its first line.
func (o *valueReader) plain(at, end int, into int32) bool {
	value, comment, ok := o.plainLine(at, end)
	if !ok {
		return false
	}
	o.running, o.runningKept = !comment, into != none
	if into == none {
		return true
	}
	o.keep(into, at, value, false, at)
	return true
}

// keep gives a node its scalar.
func (o *valueReader) keep(into int32, start, end int, quoted bool, at int) {
	n := &o.nodes[into]
	n.shape, n.start, n.end, n.quoted = shapeText, int32(start), int32(end), quoted
	n.row, n.rowAt, n.at = int32(o.row), int32(o.rowAt), int32(at)
}

// plainLine finds the end of the part of a plain scalar that is in a line, and
// whether a comment follows it there.
func (o *valueReader) plainLine(at, end int) (value int, comment, ok bool) {
	line := o.text[at:end]
	if o.tab && bytes.IndexByte(line, '\t') >= 0 {
		return 0, false, false
	}
	if i := bytes.Index(line, []byte(" #")); i >= 0 {
		line, comment = line[:i], true
	}
	line = bytes.TrimRight(line, " ")
	ok = !bytes.HasSuffix(line, []byte(":")) && !bytes.Contains(line, []byte(": "))
	return at + len(line), comment, ok
}

// continues takes in a further line of a plain scalar.
func (o *valueReader) continues(at, end int) bool {
	if o.runningKept || o.text[at] == '\t' {
		return false
	}
	_, comment, ok := o.plainLine(at, end)
	o.running = !comment
	return ok
}

// quoted takes in a quoted scalar, to the end of its last line.
func (o *valueReader) quoted(at, end int, into int32) bool {
	o.running = false
	quote, start := o.text[at], at+1
	oneLine := true
	for from := start; ; {
		closing, odd, ok := o.closing(quote, from, end)
		if !ok || odd && into != none {
			return false
		}
		if closing >= 0 {
			if into != none {
				o.keep(into, start, closing, true, at)
			}
			return (into == none || oneLine) && o.ends(closing+1, end)
		}
		if oneLine = false; !o.moreQuoted(&from, &end) {
			return false
		}
	}
}

// moreQuoted goes to the next line of a quoted scalar.
func (o *valueReader) moreQuoted(from, end *int) bool {
	for o.next < len(o.text) {
		begin, last, ok := o.nextLine()
		at := begin + leadingSpaces(o.text[begin:])
		switch {
		case !ok:
			return false
		case at >= last:
			continue
		}
		*from, *end = at, last
		return at > begin && o.text[at] != '\t' // and no document marker
	}
	return false
}

// closing finds the closing quote in a line. odd says that there is something
// before it that stands for something else.
func (o *valueReader) closing(quote byte, from, end int) (at int, odd, ok bool) {
	for {
		i := bytes.IndexByte(o.text[from:end], quote)
		part := o.text[from:end]
		if i >= 0 {
			part = o.text[from : from+i]
		}
		if quote == '"' {
			if j := bytes.IndexByte(part, '\\'); j >= 0 {
				n := escape(o.text[from+j : end])
				if n == 0 {
					return 0, true, false
				}
				from, odd = from+j+n, true
				continue
			}
		}
		if i < 0 {
			return -1, odd, true
		}
		at = from + i
		if quote == '"' || at+1 == end || o.text[at+1] != '\'' {
			return at, odd, true
		}
		from, odd = at+2, true
	}
}

// escape returns the length of an escape sequence of double-quoted scalars, or 0
// if it is none, or one that is better left to the parser.
func escape(text []byte) int {
	if len(text) < 2 {
		return 0
	}
	switch text[1] {
	case '0', 'a', 'b', 't', 'n', 'v', 'f', 'r', 'e', ' ', '"', '\\', 'N', '_', 'L', 'P':
		return 2
	case 'u':
		if len(text) < 6 || text[2] == 'd' || text[2] == 'D' { // half a character, perhaps
			return 0
		}
		if hex(text[2:6]) {
			return 6
		}
	case 'U':
		// From U+10000 to U+FFFFF, among which are no halves.
		if len(text) >= 10 && string(text[2:5]) == "000" && text[5] != '0' && hex(text[5:10]) {
			return 10
		}
	}
	return 0
}

// blockScalar takes in a block scalar with all of its lines.
func (o *valueReader) blockScalar(at, end int) bool {
	o.running = false
	parent := o.stack[o.open-1].indent
	indent, at := int32(0), at+1
	for chomped := false; at < end && o.text[at] != ' '; at++ {
		switch c := o.text[at]; {
		case (c == '+' || c == '-') && !chomped:
			chomped = true
		case '1' <= c && c <= '9' && indent == 0:
			indent = parent + int32(c-'0')
		default:
			return false
		}
	}
	if !o.ends(at, end) {
		return false
	}
	return o.blockLines(parent, indent)
}

// blockLines passes over the lines of a block scalar. An indent of 0 is to be
// taken from the first line that is not blank.
func (o *valueReader) blockLines(parent, indent int32) bool {
	if n := int32(leadingSpaces(o.text[o.next:])); indent == 0 && n > parent && o.next+int(n) < len(o.text) && o.text[o.next+int(n)] > ' ' {
		indent = n
	}
	blank := int32(0) // the longest blank line before that
	for o.blockCommon(int(indent)); o.next < len(o.text); o.blockCommon(int(indent)) {
		row, rowAt, next := o.row, o.rowAt, o.next
		at, end, ok := o.nextLine()
		if !ok {
			return false
		}
		n := min(at+leadingSpaces(o.text[at:]), end)
		if indent > 0 {
			n = min(n, at+int(indent))
		}
		switch depth := int32(n - at); {
		case n == end:
			blank = max(blank, depth)
		case indent > 0 && depth == indent:
		case o.text[n] == '\t':
			return false
		case indent == 0 && depth > parent:
			if blank > depth {
				return false
			}
			indent = depth
		default: // the scalar has ended before this line
			o.row, o.rowAt, o.next = row, rowAt, next
			return indent > 0 || blank <= parent+1
		}
	}
	return true
}

// blockCommon passes over the lines of a block scalar that stand as deep as it
// and have nothing but printable ASCII, and over empty ones, if that depth is
// known.
func (o *valueReader) blockCommon(indent int) {
	text, next, row := o.text, o.next, o.row
	for indent > 0 && next < len(text) {
		end, odd := next, false
		if text[next] != '\n' {
			if leadingSpaces(text[next:]) < indent {
				break
			}
			if end, odd = feed(text, next+indent); odd {
				break
			}
		}
		next = end + 1
		row++
	}
	o.next, o.row = min(next, len(text)), row
}

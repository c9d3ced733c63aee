package manifest

import "bytes"

// key is where a key stands, without its quotes, and the colon behind it. The
// zero value is none.
type key struct {
	start, end, colon int
	odd               bool // it is quoted, and something in it stands for something else
}

// mostKey is how long a key may be. The parser refuses one of 1024 characters.
const mostKey = 1000

// key finds the key that a line has from an offset on. It returns no key where
// there is a value, and false if that cannot be told.
func (o *valueReader) key(at int) (key, bool) {
	text, end := o.text, o.end
	switch c := text[at]; c {
	case '{', '[', '&', '*', '!':
		return key{}, true // and what is behind it must then be no colon
	case '"', '\'':
		closing, odd, ok := o.closing(at+1, c)
		if !ok || closing < 0 {
			return key{}, ok // a value of several lines
		}
		k := key{at + 1, closing, o.spaces(closing + 1), odd}
		if k.colon == end || text[k.colon] != ':' {
			return key{}, true
		}
		return k, k.colon-at <= mostKey && (k.colon+1 == end || text[k.colon+1] == ' ')
	}
	i := at
	for i < end && class[text[i]]&inKey != 0 {
		i++
	}
	if i < end && text[i] == ':' && (i+1 == end || text[i+1] == ' ') && i > at && class[text[at]]&beginsKey != 0 {
		return key{at, i, i, false}, i-at <= mostKey
	}
	return o.oddKey(at)
}

// oddKey finds a plain key of any characters.
func (o *valueReader) oddKey(at int) (key, bool) {
	for i := at; i < o.end; i++ {
		switch o.text[i] {
		case ':':
			if i+1 < o.end && o.text[i+1] != ' ' {
				continue
			}
			end := at + len(bytes.TrimRight(o.text[at:i], " "))
			return key{at, end, i, false}, i > at && i-at <= mostKey && class[o.text[at]]&beginsPlain != 0
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

// known makes a node for what is behind a key, if that is of a field of the scope.
// It returns false if what the key means is for the parser to say: there is such a
// field already, it is written with escapes, or it is a merge key.
func (o *valueReader) known(k key, s scope, seen *uint32, parent int32) (p pending, ok bool) {
	p = pendingKey
	if s == scopeNone {
		return p, true
	}
	name := o.text[k.start:k.end]
	f := fieldOf(s, name)
	if k.odd || *seen&(1<<f) != 0 || string(name) == "<<" {
		return p, false
	}
	if f != fieldNone {
		*seen |= 1 << f
		p.node, p.scope = o.add(k.start, f, o.nodes[parent].depth+1), fieldTable[f].inside
	}
	return p, true
}

// value takes in what is behind a key or a dash: a value that begins in the line,
// or nothing yet but an anchor or a tag.
func (o *valueReader) value(at int, p pending) bool {
	o.pending, o.running = pendingNone, false
	place := at
	at, ok := o.properties(at, p)
	if !ok {
		return false
	}
	if at == o.end || o.text[at] == '#' {
		return o.below(place, at, p)
	}
	if p.placed && p.node != none {
		return false
	}
	switch c := o.text[at]; c {
	case '|', '>':
		return p.node == none && o.blockScalar(at)
	case '"', '\'', '{', '[', '*':
		if at, ok = o.enclosed(at, p, at > place, 0); !ok || !o.ends(at) {
			return false
		}
	default:
		if !o.plain(at, p.node) {
			return false
		}
	}
	if p.node != none {
		o.nodes[p.node].at = int32(place)
	}
	return true
}

// below notes that the value stands in the lines below. Of a list of objects the
// place of such an item is not known.
func (o *valueReader) below(place, at int, p pending) bool {
	if p.node != none && !p.key {
		return false
	}
	o.pending = p
	if at == place {
		return true
	}
	if o.pending.placed = true; p.node != none {
		n := &o.nodes[p.node]
		n.row, n.rowAt, n.at = int32(o.row), int32(o.rowAt), int32(place)
	}
	return true
}

// enclosed takes in a value whose end shows by itself, and returns the offset behind
// it: a quoted scalar, an alias or a flow collection.
func (o *valueReader) enclosed(at int, p pending, property bool, depth int) (after int, ok bool) {
	switch c := o.text[at]; c {
	case '"', '\'':
		return o.quoted(at, p.node)
	case '*':
		after, ok = o.anchorName(at + 1)
		return after, ok && !property && !p.placed && p.node == none && o.anchors[string(o.text[at+1:after])]
	}
	return o.flow(at, p, depth)
}

// properties passes over an anchor and a tag in front of a value, in its line. For
// what is kept tags are not understood.
func (o *valueReader) properties(at int, p pending) (after int, ok bool) {
	anchor, tag := p.placed, p.placed
	for at < o.end {
		switch begin := at; o.text[at] {
		case '&':
			if at, ok = o.anchorName(at + 1); !ok || anchor {
				return 0, false
			}
			if anchor = true; o.anchors == nil {
				o.anchors = map[string]bool{}
			}
			o.anchors[string(o.text[begin+1:at])] = true
		case '!':
			if at, ok = o.tag(at + 1); !ok || tag || p.node != none {
				return 0, false
			}
			tag = true
		default:
			return at, true
		}
		if at < o.end && o.text[at] != ' ' {
			return 0, false
		}
		at = o.spaces(at)
	}
	return at, true
}

// anchorName passes over the name of an anchor.
func (o *outlineText) anchorName(at int) (after int, ok bool) {
	begin := at
	for at < o.end && class[o.text[at]]&inName != 0 {
		at++
	}
	return at, at > begin
}

// tag passes over a tag such as "!!str", "!local" or "!", behind its first mark. The
// meaning of others depends on directives.
func (o *outlineText) tag(at int) (after int, ok bool) {
	standard := at < o.end && o.text[at] == '!'
	if standard {
		at++
	}
	after = at
	for after < o.end && class[o.text[after]]&(inName|inTag) != 0 {
		after++
	}
	return after, after > at || !standard
}

// ends says whether a line has nothing more from an offset on but a comment.
func (o *outlineText) ends(at int) bool {
	next := o.spaces(at)
	return next == o.end || o.text[next] == '#' && next > at
}

// spaces returns where something else than spaces stands in the line.
func (o *outlineText) spaces(at int) int {
	for at < o.end && o.text[at] == ' ' {
		at++
	}
	return at
}

// plain takes in a plain scalar, or its first line.
func (o *valueReader) plain(at int, into int32) bool {
	next := byte('\n')
	if at+1 < o.end {
		next = o.text[at+1]
	}
	// Policies of Kyverno are full of "?*".
	switch c := o.text[at]; {
	case c == '-' || c == '?' || c == ':':
		if next <= ' ' {
			return false
		}
	case class[c]&beginsPlain == 0:
		return false
	}
	value, comment, ok := o.plainLine(at)
	if !ok {
		return false
	}
	// The root is kept to see how it begins, for which one line is enough.
	o.running, o.runningKept = !comment, into > 0
	o.keep(into, at, value, false, at)
	return true
}

// keep gives a node its scalar, if there is one.
func (o *valueReader) keep(into int32, start, end int, quoted bool, at int) {
	if into == none {
		return
	}
	n := &o.nodes[into]
	n.shape, n.start, n.end, n.quoted = shapeText, int32(start), int32(end), quoted
	n.row, n.rowAt, n.at = int32(o.row), int32(o.rowAt), int32(at)
}

// plainLine finds the end of the part of a plain scalar that is in a line, and
// whether a comment follows it there.
func (o *valueReader) plainLine(at int) (value int, comment, ok bool) {
	line := o.text[at:o.end]
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
func (o *valueReader) continues(at int) bool {
	if o.runningKept || o.text[at] == '\t' {
		return false
	}
	_, comment, ok := o.plainLine(at)
	o.running = !comment
	return ok
}

// quoted takes in a quoted scalar, and returns the offset behind it. To be kept it
// must stand in one line, and every character for itself.
func (o *valueReader) quoted(at int, into int32) (after int, ok bool) {
	quote, from := o.text[at], at+1
	for {
		closing, odd, ok := o.closing(from, quote)
		if !ok || into != none && (odd || closing < 0) {
			return 0, false
		}
		if closing >= 0 {
			o.keep(into, from, closing, true, at)
			return closing + 1, true
		}
		if from, ok = o.lineBelow(); !ok {
			return 0, false
		}
	}
}

// lineBelow goes on to the next line that is not blank, inside of a value, and
// returns where its text begins.
func (o *outlineText) lineBelow() (at int, ok bool) {
	for o.next < len(o.text) {
		begin, end, ok := o.nextLine()
		if at = begin + blanks(o.text[begin:end]); at < end || !ok {
			mark := at == begin && (bytes.HasPrefix(o.text[at:], []byte("---")) || bytes.HasPrefix(o.text[at:], []byte("...")))
			return at, ok && !mark
		}
	}
	return 0, false
}

// closing finds the closing quote in the line, or a negative number. odd says that
// there is something before it that stands for something else.
func (o *valueReader) closing(from int, quote byte) (at int, odd, ok bool) {
	for {
		part := o.text[from:o.end]
		i := bytes.IndexByte(part, quote)
		if i >= 0 {
			part = part[:i]
		}
		if quote == '"' {
			if j := bytes.IndexByte(part, '\\'); j >= 0 {
				if from+j+1 == o.end {
					return -1, true, true // the end of the line is escaped
				}
				n := escape(o.text[from+j : o.end])
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
		if quote == '"' || at+1 == o.end || o.text[at+1] != '\'' {
			return at, odd, true
		}
		from, odd = at+2, true
	}
}

// escape returns the length of an escape sequence of double-quoted scalars, or 0
// if it is none, or one that is better left to the parser.
func escape(text []byte) int {
	switch text[1] {
	case '0', 'a', 'b', 't', '\t', 'n', 'v', 'f', 'r', 'e', ' ', '"', '\'', '\\', 'N', '_', 'L', 'P':
		return 2
	case 'x':
		if len(text) >= 4 && hex(text[2:4]) {
			return 4
		}
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
func (o *valueReader) blockScalar(at int) bool {
	end := o.end
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
	if !o.ends(at) {
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

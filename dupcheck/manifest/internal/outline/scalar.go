package outline

import "bytes"

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
	o.running, o.runningKept = !comment, into != none
	o.keep(into, at, value, false, at)
	return true
}

// keep gives a node its scalar, if there is one.
func (o *valueReader) keep(into int32, start, end int, quoted bool, at int) {
	if into == none {
		return
	}
	n := &o.Nodes[into]
	n.Kind, n.Start, n.End, n.Quoted = Scalar, int32(start), int32(end), quoted
	n.Row, n.RowAt, n.At = int32(o.row), int32(o.rowAt), int32(at)
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
		if at = begin + Blanks(o.text[begin:end]); at < end || !ok {
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
		if len(text) >= 4 && Hex(text[2:4]) {
			return 4
		}
	case 'u':
		if len(text) < 6 || text[2] == 'd' || text[2] == 'D' { // half a character, perhaps
			return 0
		}
		if Hex(text[2:6]) {
			return 6
		}
	case 'U':
		// From U+10000 to U+FFFFF, among which are no halves.
		if len(text) >= 10 && string(text[2:5]) == "000" && text[5] != '0' && Hex(text[5:10]) {
			return 10
		}
	}
	return 0
}

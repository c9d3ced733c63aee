package outline

import "bytes"

// mostFlow is how deep flow collections may be nested to be outlined.
const mostFlow = 64

// flow takes in "[a, b]" or "{a: b}" with all of its lines, and returns the offset
// behind it.
func (o *valueReader) flow(at int, p pending, depth int) (after int, ok bool) {
	kind, inside, closing := Mapping, p.scope, o.text[at]+2 // in ASCII
	if closing == ']' {
		kind = Sequence
	}
	if (kind == Sequence) != (inside == ScopeItems) {
		inside = ScopeNone
	}
	if depth == mostFlow || !o.collect(p, kind, at) {
		return 0, false
	}
	seen := uint32(0)
	for at, ok = o.flowBlanks(at + 1); ok && o.text[at] != closing; {
		entry := pending{node: none}
		switch {
		case kind == Mapping:
			entry, at, ok = o.flowKey(at, inside, &seen, p.node)
		case inside == ScopeItems:
			entry.node, entry.scope = o.add(at, FieldNone, o.Nodes[p.node].Depth+1), ScopeObject
		}
		if ok {
			at, ok = o.flowValue(at, entry, depth)
		}
		if ok {
			at, ok = o.flowBlanks(at)
		}
		switch {
		case !ok || o.text[at] != ',' && o.text[at] != closing:
			return 0, false
		case o.text[at] == ',':
			at, ok = o.flowBlanks(at + 1)
		}
	}
	return at + 1, ok
}

// flowKey takes in "key:" and the blanks behind it.
func (o *valueReader) flowKey(at int, inside Scope, seen *uint32, parent int32) (p pending, after int, ok bool) {
	k := key{start: at}
	if quote := o.text[at]; quote == '"' || quote == '\'' {
		if k.end, k.odd, ok = o.closing(at+1, quote); !ok || k.end < 0 {
			return p, 0, false
		}
		k.start, k.colon = at+1, k.end+1+Blanks(o.text[k.end+1:o.end])
	} else {
		if !o.beginsFlow(at) {
			return p, 0, false
		}
		k.colon = o.flowWord(at)
		k.end = o.trimmed(at, k.colon)
	}
	if k.colon == o.end || o.text[k.colon] != ':' || k.colon-at > mostKey {
		return p, 0, false
	}
	if p, ok = o.known(k, inside, seen, parent); ok {
		after, ok = o.flowBlanks(k.colon + 1)
	}
	return p, after, ok
}

// flowValue takes in a value inside of a flow collection, or behind a key none.
func (o *valueReader) flowValue(at int, p pending, depth int) (after int, ok bool) {
	place, row := at, o.row
	if at, ok = o.properties(at, p); ok && at > place {
		at, ok = o.flowBlanks(at)
	}
	if !ok || row != o.row && p.node != none {
		return 0, false
	}
	switch c := o.text[at]; c {
	case '"', '\'', '{', '[', '*':
		after, ok = o.enclosed(at, p, at > place, depth+1)
	case ',', '}':
		return at, p.key && at == place
	default:
		after, ok = o.flowPlain(at, p.node)
	}
	if ok && p.node != none {
		o.Nodes[p.node].At = int32(place)
	}
	return after, ok
}

// flowPlain takes in a plain scalar of any number of lines. One line can be kept.
func (o *valueReader) flowPlain(at int, into int32) (after int, ok bool) {
	if !o.beginsFlow(at) {
		return 0, false
	}
	after = o.flowWord(at)
	o.keep(into, at, o.trimmed(at, after), false, at)
	for after == o.end {
		end := after
		if at, ok = o.lineBelow(); !ok || bytes.IndexByte(o.text[end:at], '\t') >= 0 {
			return 0, false // where a tab may be no indentation
		}
		if o.text[at] == '#' {
			return at, true
		}
		if after = o.flowWord(at); after > at && into != none {
			return 0, false
		}
	}
	return after, true
}

// beginsFlow says whether a plain scalar can begin at an offset.
func (o *outlineText) beginsFlow(at int) bool {
	c := o.text[at]
	return class[c]&beginsPlain != 0 && (c != '-' || at+1 < o.end && o.text[at+1] > ' ' && class[o.text[at+1]]&inFlow != 0)
}

// flowWord returns where the part of a plain scalar that is in the line ends, and
// the blanks behind it.
func (o *outlineText) flowWord(at int) int {
	for i := at; i < o.end; i++ {
		switch c := o.text[i]; {
		case class[c]&inFlow != 0:
		case c == ':' && i+1 < o.end && o.text[i+1] > ' ':
		case c == '#' && i > at && o.text[i-1] > ' ':
		default:
			return i
		}
	}
	return o.end
}

// trimmed returns where a text from at to end is over but for blanks.
func (o *outlineText) trimmed(at, end int) int {
	for end > at && o.text[end-1] <= ' ' {
		end--
	}
	return end
}

// flowBlanks passes over blanks, comments and ends of lines to the next token.
func (o *outlineText) flowBlanks(at int) (after int, ok bool) {
	for {
		begin := at
		at += Blanks(o.text[at:o.end])
		switch {
		case at < o.end && o.text[at] != '#':
			return at, true
		case at < o.end && at == begin && at > o.rowAt && o.text[at-1] > ' ':
			return 0, false // to YAML no comment, even if it is one to the parser
		}
		if at, ok = o.lineBelow(); !ok {
			return 0, false
		}
	}
}

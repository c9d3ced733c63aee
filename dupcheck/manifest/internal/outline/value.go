package outline

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
func (o *valueReader) known(k key, s Scope, seen *uint32, parent int32) (p pending, ok bool) {
	p = pendingKey
	if s == ScopeNone {
		return p, true
	}
	name := o.text[k.start:k.end]
	f := FieldOf(s, name)
	if k.odd || *seen&(1<<f) != 0 || string(name) == "<<" {
		return p, false
	}
	if f != FieldNone {
		*seen |= 1 << f
		p.node, p.scope = o.add(k.start, f, o.Nodes[parent].Depth+1), fieldTable[f].inside
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
		o.Nodes[p.node].At = int32(place)
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
		n := &o.Nodes[p.node]
		n.Row, n.RowAt, n.At = int32(o.row), int32(o.rowAt), int32(place)
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

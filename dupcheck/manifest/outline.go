package manifest

import "unicode/utf8"

// outline is a document of block YAML as manifests are really written, read
// line by line and without a parser: of all its fields only those are kept that
// identity needs. It is made only of a document that the YAML parser accepts,
// and then says of those fields what the parser would say; a fuzz target and a
// walk over every manifest at hand hold the two against each other. All else is
// left to the parser.
//
// It understands one block mapping at the root; block mappings and
// sequences, nested as they may be, also "- key: value" and sequences that are
// not indented; plain and quoted scalars, also of several lines; block scalars;
// flow collections that end in their line; comments; LF and CRLF. Not
// understood are anchors, aliases, tags, merge keys, "? " keys, directives,
// tabs outside of scalars and comments, other roots, and everything that YAML
// allows and manifests do not use.
type outline struct{ nodeReader }

// nodeReader reads collections in block style.
type nodeReader struct{ valueReader }

// valueReader reads keys and values.
type valueReader struct{ outlineText }

// outlineText is the text of a document, and what was read of it.
type outlineText struct {
	text []byte // from the first byte of the document on
	line int    // of that byte in the file
	// nodes are the fields in document order, each mapping and sequence before
	// what is in it. The first is the root.
	nodes []node

	stack   [mostOpen]frame
	open    int  // frames in use
	row     int  // lines before the present one
	rowAt   int  // offset of the present line
	next    int  // offset of the line behind it
	tab     bool // the present line has a tab
	pending pending
	// running says that the last line ended inside of a plain scalar that the
	// next one may continue, unless it was kept, and so must be understood.
	running, runningKept bool
	words                map[string]string // that were met before
	last                 [16]string        // the last plain ones, by their length
	names                nameSlab
	bodies               bodySlab
}

// mostOpen is how deep collections may be nested to be outlined.
const mostOpen = 64

// frame is a block collection that is open.
type frame struct {
	indent   int32
	node     int32  // of the collection, or none
	seen     uint32 // the fields of the scope that were met, a bit for each
	scope    scope
	sequence bool
	loose    bool // a sequence that stands no deeper than the key it belongs to
}

const none = -1

// pending is a key or a dash that has no value in its line.
type pending struct {
	node  int32
	scope scope
	waits bool
	key   bool
}

// The pending of a key of which nothing is kept, and nothing pending.
var (
	pendingKey  = pending{waits: true, key: true, node: none}
	pendingNone = pending{}
)

// node is one field that is kept, or an item of a list of objects.
type node struct {
	shape      shape // shapeText for every scalar: what it is, its text says
	quoted     bool
	depth      uint8
	field      fieldID
	start, end int32 // of a scalar, without its quotes
	row, rowAt int32 // of the place that stands for the node
	at         int32
}

// try is read for input of which nothing is known: should it meet something
// unforeseen, the document is one more for the parser.
func (o *outline) try(text []byte, line int) (end int, ok bool) {
	defer func() {
		if recover() != nil {
			end, ok = 0, false
		}
	}()
	return o.read(text, line)
}

// read outlines the document that text begins with, and returns where it ends:
// before the next document marker. It returns false if it could not.
func (o *outline) read(text []byte, line int) (end int, ok bool) {
	o.text, o.line, o.nodes = text, line, o.nodes[:0]
	o.open, o.row, o.next, o.pending, o.running = 0, -1, 0, pending{}, false
	if !o.marker() {
		return 0, false
	}
	for o.next < len(text) {
		if !o.lines() {
			return 0, false
		}
		if o.next == len(text) {
			break
		}
		at, end, ok := o.nextLine()
		begin := at + leadingSpaces(text[at:])
		switch {
		case !ok:
			return 0, false
		case begin >= end:
			continue
		case begin == at && (marker(text[at:], "---") || marker(text[at:], "...")):
			o.next = at
			o.row--
			return o.done()
		case begin == at && kubectlMarker(text[at:end]):
			return 0, false
		case text[begin] == '#':
			o.running = false // and so nothing may continue it
			continue
		}
		for o.open > 0 && int(o.stack[o.open-1].indent) > begin-at {
			o.close()
		}
		if !o.content(begin, end) {
			return 0, false
		}
	}
	return o.done()
}

// lines takes in the lines that need no closer look. It returns false if the
// document is one for the parser.
func (o *outline) lines() bool {
	for at := -1; at < o.next; {
		if !o.common() {
			return false
		}
		at = o.next
		if o.open == 0 || o.stack[o.open-1].scope != scopeNone || o.pending.waits && o.pending.scope != scopeNone {
			o.head()
		}
	}
	return true
}

// done ends the document before the next line.
func (o *outline) done() (end int, ok bool) {
	o.text = o.text[:o.next]
	return o.next, o.open > 0 && affordable(o.text)
}

// marker passes over the line with the marker "---".
func (o *outlineText) marker() bool {
	if len(o.text) == 0 || o.text[0] == '%' {
		return false
	}
	if !marker(o.text, "---") {
		return true
	}
	if len(o.text) > 3 && o.text[3] == '\n' {
		o.row, o.rowAt, o.next = 0, 0, 4
		return true
	}
	at, end, ok := o.nextLine()
	return ok && o.ends(at+3, end)
}

// nextLine goes to the next line and returns where it begins and where its
// content ends. It returns false if there are characters in it that are better
// left to the parser.
func (o *outlineText) nextLine() (at, end int, ok bool) {
	at = o.next
	o.row++
	o.rowAt = at
	end, odd := feed(o.text, at)
	o.next = min(end+1, len(o.text))
	if o.tab = false; odd {
		end, ok = o.oddLine(at, end)
		return at, end, ok
	}
	return at, end, true
}

// content takes in a line that is neither blank nor a comment. Nothing is open
// that stands deeper than it.
func (o *nodeReader) content(at, end int) bool {
	indent := int32(at - o.rowAt)
	if o.open == 0 {
		return o.row >= 0 && len(o.nodes) == 0 && o.root(at, end)
	}
	deeper := o.stack[o.open-1].indent < indent
	if deeper && !o.pending.waits {
		return o.running && o.continues(at, end)
	}
	o.running = false
	if dash(o.text, at, end) {
		return o.dashes(at, end, deeper)
	}
	if deeper {
		return o.inner(at, end)
	}
	top := &o.stack[o.open-1]
	if top.loose {
		o.close()
		top = &o.stack[o.open-1]
	}
	if top.sequence || top.indent != indent {
		return false
	}
	o.pending = pending{}
	return o.entry(at, end)
}

// root opens the mapping that the document has to be. It may not begin with what
// is a blank to kubectl.
func (o *nodeReader) root(at, end int) bool {
	if o.text[at] >= utf8.RuneSelf {
		return false
	}
	o.openRoot(at)
	return !dash(o.text, at, end) && o.entry(at, end)
}

func (o *nodeReader) openRoot(at int) {
	o.nodes[o.add(at, fieldNone, 0)].shape = shapeMapping
	o.push(frame{indent: int32(at - o.rowAt), scope: scopeObject})
}

// dash says whether there is the indicator of an item of a sequence.
func dash(text []byte, at, end int) bool {
	return text[at] == '-' && (at+1 == end || text[at+1] == ' ')
}

func (o *nodeReader) push(f frame) bool {
	if o.open == mostOpen {
		return false
	}
	o.stack[o.open] = f
	o.open++
	o.pending = pending{}
	return true
}

func (o *nodeReader) close() {
	o.open--
	o.pending, o.running = pending{}, false
}

// dashes takes in a line that begins with "- ".
func (o *nodeReader) dashes(at, end int, deeper bool) bool {
	top := &o.stack[o.open-1]
	switch {
	case deeper:
		if !o.collect(shapeSequence, at) {
			return false
		}
		return o.push(o.child(at, true)) && o.item(at, end)
	case top.sequence:
		return o.item(at, end)
	case o.pending.waits && o.pending.key:
		if !o.collect(shapeSequence, at) {
			return false
		}
		f := o.child(at, true)
		f.loose = true
		return o.push(f) && o.item(at, end)
	}
	return false
}

// child is the frame of the collection that what is pending turns out to be.
func (o *nodeReader) child(at int, sequence bool) frame {
	f := frame{indent: int32(at - o.rowAt), sequence: sequence, scope: o.pending.scope, node: o.pending.node}
	if sequence != (f.scope == scopeItems) {
		f.scope = scopeNone
	}
	return f
}

// collect notes that what is pending is a collection. Where a scalar should
// stand that is for the parser to judge.
func (o *nodeReader) collect(s shape, at int) bool {
	if o.pending.node == none {
		return true
	}
	n := &o.nodes[o.pending.node]
	if n.field.scalar() {
		return false
	}
	n.shape = s
	n.row, n.rowAt, n.at = int32(o.row), int32(o.rowAt), int32(at)
	return true
}

// inner takes in the first line of what belongs to a key or a dash before it.
func (o *nodeReader) inner(at, end int) bool {
	key, ok := o.key(at, end)
	if !ok {
		return false
	}
	if key.end == 0 {
		p := o.pending
		o.pending = pending{}
		return o.value(at, end, p.node)
	}
	if !o.collect(shapeMapping, at) || !o.push(o.child(at, false)) {
		return false
	}
	return o.field(key, end)
}

// entry takes in "key: value".
func (o *nodeReader) entry(at, end int) bool {
	key, ok := o.key(at, end)
	return ok && key.end > 0 && o.field(key, end)
}

// item takes in "- " and what is behind it.
func (o *nodeReader) item(at, end int) bool {
	top := &o.stack[o.open-1]
	into, inside := int32(none), scopeNone
	if top.scope == scopeItems && top.node != none {
		into, inside = o.add(at, fieldNone, o.nodes[top.node].depth+1), scopeObject
	}
	at = o.spaces(at+1, end)
	o.pending = pending{waits: true, node: into, scope: inside}
	if at == end || o.text[at] == '#' {
		return into == none // the place of the null of a list is not known
	}
	if dash(o.text, at, end) {
		if into != none {
			return false
		}
		return o.push(frame{indent: int32(at - o.rowAt), sequence: true, node: none}) && o.item(at, end)
	}
	return o.inner(at, end)
}

// field takes in a key and what is behind it.
func (o *nodeReader) field(k key, end int) bool {
	top := &o.stack[o.open-1]
	into, inside := int32(none), scopeNone
	if top.scope != scopeNone {
		if f := fieldOf(top.scope, o.text[k.start:k.end]); f != fieldNone {
			if top.seen&(1<<f) != 0 {
				return false // what a field given twice means is for the parser to say
			}
			top.seen |= 1 << f
			into, inside = o.add(k.start, f, o.nodes[top.node].depth+1), fieldTable[f].inside
		}
	}
	at := o.spaces(k.colon+1, end)
	if at == end || o.text[at] == '#' {
		o.pending = pending{waits: true, key: true, node: into, scope: inside}
		return true
	}
	return o.value(at, end, into)
}

// add keeps one more node, so far without a value.
func (o *nodeReader) add(at int, field fieldID, depth uint8) (index int32) {
	i := len(o.nodes)
	if i == cap(o.nodes) {
		o.nodes = append(o.nodes, node{})
	}
	o.nodes = o.nodes[:i+1]
	// To make it here takes half the time of to copy it.
	n := &o.nodes[i]
	n.shape, n.quoted, n.field, n.depth = shapeNull, false, field, depth
	n.start, n.end, n.row, n.rowAt, n.at = 0, 0, int32(o.row), int32(o.rowAt), int32(at)
	return int32(i)
}

package manifest

import "unicode/utf8"

// outline is a document of block YAML as manifests are really written, read
// line by line and without a parser: of all its fields only those are kept that
// identity needs. It is made only of a document that the YAML parser accepts,
// and then says of those fields what the parser would say; a fuzz target and a
// walk over every manifest at hand hold the two against each other. All else is
// left to the parser.
//
// It understands block mappings and sequences, nested as they may be, also
// "- key: value" and sequences that are not indented; flow collections; plain,
// quoted and block scalars, also of several lines; anchors, tags and aliases, except
// that what is kept is no alias and has no tag; comments; LF and CRLF. Not
// understood are "? " keys, keys with an anchor or a tag, merge keys next to fields
// that are kept, what is kept and has escapes or several lines, directives, tabs
// before tokens of block style, and everything else that YAML allows and manifests do
// not use.
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
	end     int  // of its content
	next    int  // offset of the line behind it
	tab     bool // the present line has a tab
	noJSON  bool // the document is no JSON, even if it begins like it
	pending pending
	// running says that the last line ended inside of a plain scalar that the
	// next one may continue, unless it was kept, and so must be understood.
	running, runningKept bool
	anchors              map[string]bool   // of the document so far
	words                map[string]string // that were met before
	last                 [16]string        // the last plain ones, by their length
	names                nameSlab
	bodies               bodySlab
}

// mostOpen is how deep collections may be nested to be outlined.
const mostOpen = 64

// fewAnchors is up to how many the map of them is used for the next document.
const fewAnchors = 64

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
	// placed says that there was an anchor or a tag, where the value is said to stand.
	placed bool
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
func (o *outline) try(text []byte, line int, noJSON bool) (end int, ok bool) {
	defer func() {
		if recover() != nil {
			end, ok = 0, false
		}
	}()
	return o.read(text, line, noJSON)
}

// read outlines the document that text begins with, and returns where it ends:
// before the next document marker. It returns false if it could not.
func (o *outline) read(text []byte, line int, noJSON bool) (end int, ok bool) {
	o.text, o.line, o.noJSON, o.nodes = text, line, noJSON, o.nodes[:0]
	o.open, o.row, o.next, o.pending, o.running = 0, -1, 0, pendingNone, false
	if len(o.anchors) > fewAnchors {
		o.anchors = nil // to clear a map takes time by how large it has been
	}
	clear(o.anchors)
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
		if !o.content(begin) {
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
	return o.next, len(o.nodes) > 0 && affordable(o.text)
}

// marker passes over the line with the marker "---".
func (o *nodeReader) marker() bool {
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
	at, _, ok := o.nextLine()
	if !ok || o.ends(at+3) {
		return ok
	}
	at = o.spaces(at + 3)
	return o.text[at] > ' ' && o.text[at] < utf8.RuneSelf && o.rootValue(at)
}

// nextLine goes to the next line and returns where it begins and where its
// content ends. It returns false if there are characters in it that are better
// left to the parser.
func (o *outlineText) nextLine() (at, end int, ok bool) {
	at = o.next
	o.row++
	o.rowAt = at
	end, odd := feed(o.text, at)
	o.next, ok = min(end+1, len(o.text)), true
	if o.tab = false; odd {
		end, ok = o.oddLine(at, end)
	}
	o.end = end
	return at, end, ok
}

// content takes in a line that is neither blank nor a comment. Nothing is open
// that stands deeper than it.
func (o *nodeReader) content(at int) bool {
	indent := int32(at - o.rowAt)
	if o.open == 0 {
		if len(o.nodes) == 0 {
			return o.root(at)
		}
		return o.running && o.continues(at)
	}
	deeper := o.stack[o.open-1].indent < indent
	if deeper && !o.pending.waits {
		return o.running && o.continues(at)
	}
	o.running = false
	if o.dash(at) {
		return o.dashes(at, deeper)
	}
	if deeper {
		return o.inner(at)
	}
	top := &o.stack[o.open-1]
	if top.loose {
		o.close()
		top = &o.stack[o.open-1]
	}
	if top.sequence || top.indent != indent {
		return false
	}
	o.pending = pendingNone
	return o.entry(at)
}

// root takes in the first line of the document. It may not begin with what is a
// blank to kubectl.
func (o *nodeReader) root(at int) bool {
	if o.text[at] >= utf8.RuneSelf {
		return false
	}
	if o.dash(at) {
		root := o.add(at, fieldNone, 0)
		o.nodes[root].shape = shapeSequence
		o.push(frame{indent: int32(at - o.rowAt), sequence: true, scope: scopeItems, node: root})
		return o.item(at)
	}
	k, ok := o.key(at)
	switch {
	case !ok:
		return false
	case k.end == 0:
		return o.rootValue(at)
	}
	o.openRoot(at)
	return o.field(k)
}

// rootValue takes in a document that is a scalar or a flow collection. One that
// may be JSON is only read when it is known that it is not.
func (o *nodeReader) rootValue(at int) bool {
	inside := scopeObject
	switch o.text[at] {
	case '[':
		inside = scopeItems
		fallthrough
	case '{':
		if !o.noJSON {
			return false
		}
	}
	return o.value(at, pending{node: o.add(at, fieldNone, 0), scope: inside})
}

func (o *nodeReader) openRoot(at int) {
	o.nodes[o.add(at, fieldNone, 0)].shape = shapeMapping
	o.push(frame{indent: int32(at - o.rowAt), scope: scopeObject})
}

// dash says whether there is the indicator of an item of a sequence.
func (o *outlineText) dash(at int) bool {
	return o.text[at] == '-' && (at+1 == o.end || o.text[at+1] == ' ')
}

func (o *nodeReader) push(f frame) bool {
	if o.open == mostOpen {
		return false
	}
	o.stack[o.open] = f
	o.open++
	o.pending = pendingNone
	return true
}

func (o *nodeReader) close() {
	o.open--
	o.pending, o.running = pendingNone, false
}

// dashes takes in a line that begins with "- ".
func (o *nodeReader) dashes(at int, deeper bool) bool {
	switch top := &o.stack[o.open-1]; {
	case !deeper && top.sequence:
	case !deeper && !(o.pending.waits && o.pending.key):
		return false
	default:
		f := o.child(at, true)
		f.loose = !deeper
		if !o.collect(o.pending, shapeSequence, at) || !o.push(f) {
			return false
		}
	}
	return o.item(at)
}

// child is the frame of the collection that what is pending turns out to be.
func (o *nodeReader) child(at int, sequence bool) frame {
	f := frame{indent: int32(at - o.rowAt), sequence: sequence, scope: o.pending.scope, node: o.pending.node}
	if sequence != (f.scope == scopeItems) {
		f.scope = scopeNone
	}
	return f
}

// collect notes that what was pending is a collection. Where a scalar should
// stand that is for the parser to judge.
func (o *valueReader) collect(p pending, s shape, at int) bool {
	if p.node == none {
		return true
	}
	n := &o.nodes[p.node]
	if n.field.scalar() {
		return false
	}
	if n.shape = s; !p.placed {
		n.row, n.rowAt, n.at = int32(o.row), int32(o.rowAt), int32(at)
	}
	return true
}

// inner takes in the first line of what belongs to a key or a dash before it.
func (o *nodeReader) inner(at int) bool {
	k, ok := o.key(at)
	if !ok {
		return false
	}
	if k.end == 0 {
		return o.value(at, o.pending)
	}
	return o.collect(o.pending, shapeMapping, at) && o.push(o.child(at, false)) && o.field(k)
}

// entry takes in "key: value".
func (o *nodeReader) entry(at int) bool {
	k, ok := o.key(at)
	return ok && k.end > 0 && o.field(k)
}

// item takes in "- " and what is behind it.
func (o *nodeReader) item(at int) bool {
	p := pending{waits: true, node: none}
	if top := &o.stack[o.open-1]; top.scope == scopeItems && top.node != none {
		p.node, p.scope = o.add(at, fieldNone, o.nodes[top.node].depth+1), scopeObject
	}
	at = o.spaces(at + 1)
	switch o.pending = p; {
	case at == o.end || o.text[at] == '#':
		return o.value(at, p)
	case !o.dash(at):
		return o.inner(at)
	}
	return p.node == none && o.push(frame{indent: int32(at - o.rowAt), sequence: true, node: none}) && o.item(at)
}

// field takes in what is behind a key.
func (o *nodeReader) field(k key) bool {
	top := &o.stack[o.open-1]
	p, ok := o.known(k, top.scope, &top.seen, top.node)
	return ok && o.value(o.spaces(k.colon+1), p)
}

// add keeps one more node, so far without a value.
func (o *valueReader) add(at int, field fieldID, depth uint8) (index int32) {
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

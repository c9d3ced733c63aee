package outline

import "unicode/utf8"

// marker passes over the line with the marker "---".
func (o *nodeReader) marker() bool {
	if len(o.text) == 0 || o.text[0] == '%' {
		return false
	}
	if !Marker(o.text, "---") {
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

// content takes in a line that is neither blank nor a comment. Nothing is open
// that stands deeper than it.
func (o *nodeReader) content(at int) bool {
	indent := int32(at - o.rowAt)
	if o.open == 0 {
		if len(o.Nodes) == 0 {
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
		root := o.add(at, FieldNone, 0)
		o.Nodes[root].Kind = Sequence
		o.push(frame{indent: int32(at - o.rowAt), sequence: true, scope: ScopeItems, node: root})
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
	inside := ScopeObject
	switch o.text[at] {
	case '[':
		inside = ScopeItems
		fallthrough
	case '{':
		if !o.noJSON {
			return false
		}
	}
	return o.value(at, pending{node: o.add(at, FieldNone, 0), scope: inside})
}

func (o *nodeReader) openRoot(at int) {
	o.Nodes[o.add(at, FieldNone, 0)].Kind = Mapping
	o.push(frame{indent: int32(at - o.rowAt), scope: ScopeObject})
}

// dash says whether there is the indicator of an item of a sequence.
func (o *outlineText) dash(at int) bool {
	return o.text[at] == '-' && (at+1 == o.end || o.text[at+1] == ' ')
}

func (o *nodeReader) push(f frame) bool {
	if o.open == mostOpen {
		return false
	}
	top := &o.stack[o.open] // field by field: a copy of the whole would wait until f is in memory
	top.indent, top.node, top.seen = f.indent, f.node, f.seen
	top.scope, top.sequence, top.loose = f.scope, f.sequence, f.loose
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
		if !o.collect(o.pending, Sequence, at) || !o.push(f) {
			return false
		}
	}
	return o.item(at)
}

// child is the frame of the collection that what is pending turns out to be.
func (o *nodeReader) child(at int, sequence bool) frame {
	f := frame{indent: int32(at - o.rowAt), sequence: sequence, scope: o.pending.scope, node: o.pending.node}
	if sequence != (f.scope == ScopeItems) {
		f.scope = ScopeNone
	}
	return f
}

// collect notes that what was pending is a collection. Where a scalar should
// stand that is for the parser to judge.
func (o *valueReader) collect(p pending, kind Kind, at int) bool {
	if p.node == none {
		return true
	}
	n := &o.Nodes[p.node]
	if n.Field.Scalar() {
		return false
	}
	if n.Kind = kind; !p.placed {
		n.Row, n.RowAt, n.At = int32(o.row), int32(o.rowAt), int32(at)
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
	return o.collect(o.pending, Mapping, at) && o.push(o.child(at, false)) && o.field(k)
}

// entry takes in "key: value".
func (o *nodeReader) entry(at int) bool {
	k, ok := o.key(at)
	return ok && k.end > 0 && o.field(k)
}

// item takes in "- " and what is behind it.
func (o *nodeReader) item(at int) bool {
	p := pending{waits: true, node: none}
	if top := &o.stack[o.open-1]; top.scope == ScopeItems && top.node != none {
		p.node, p.scope = o.add(at, FieldNone, o.Nodes[top.node].Depth+1), ScopeObject
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
func (o *valueReader) add(at int, field Field, depth uint8) (index int32) {
	i := len(o.Nodes)
	if i == cap(o.Nodes) {
		o.Nodes = append(o.Nodes, Node{})
	}
	o.Nodes = o.Nodes[:i+1]
	// To make it here takes half the time of to copy it.
	n := &o.Nodes[i]
	n.Kind, n.Quoted, n.Field, n.Depth = Null, false, field, depth
	n.Start, n.End, n.Row, n.RowAt, n.At = 0, 0, int32(o.row), int32(o.rowAt), int32(at)
	return int32(i)
}

package outline

import "bytes"

// beginning is the text of a document up to its line "metadata:", and what was read of
// it. Most documents begin like the one before, and to compare the text takes a quarter of
// the time of to read it.
type beginning struct {
	text    []byte // whole lines
	nodes   []Node
	root    frame
	pending pending
	row     int
	rowAt   int
	number  int // is another one for every text
}

// longestBeginning is how many bytes are remembered.
const longestBeginning = 512

// remember keeps the lines so far. The last of them, which head has taken in, says that
// the fields of metadata follow.
func (o *Outline) remember() {
	if o.next > longestBeginning || o.text[o.next-1] != '\n' || len(o.anchors) > 0 {
		return
	}
	b := &o.beginning
	b.text, b.nodes = append(b.text[:0], o.text[:o.next]...), append(b.nodes[:0], o.Nodes...)
	b.root, b.pending, b.row, b.rowAt = o.stack[0], o.pending, o.row, o.rowAt
	b.number++
	o.begun = b.number
}

// beginsAlike takes in the lines of the beginning that was remembered, if the document
// has the same.
func (o *Outline) beginsAlike() bool {
	b := &o.beginning
	if len(b.text) == 0 || !bytes.HasPrefix(o.text, b.text) {
		return false
	}
	o.Nodes = append(o.Nodes, b.nodes...)
	o.stack[0], o.open, o.pending = b.root, 1, b.pending
	o.row, o.rowAt, o.next = b.row, b.rowAt, len(b.text)
	o.begun = b.number
	return true
}

// Begun returns a number and how many of the nodes that number stands for: documents with
// the same number begin with the same text, and so with the same nodes. It is 0 for a
// document that may begin like no other.
func (o *Outline) Begun() (number, nodes int) {
	if o.begun == 0 {
		return 0, 0
	}
	return o.begun, len(o.beginning.nodes)
}

package outline

import "bytes"

// beginning is the text of a document up to its line "metadata:", the result of reading it,
// and the lines after it. Most documents begin like the one before. Comparing the text takes
// a quarter of the time of reading it.
type beginning struct {
	text    []byte // whole lines
	nodes   []Node
	root    frame
	pending pending
	row     int
	rowAt   int
	number  int // is another one for every text
	lines   headLines
}

// longestBeginning is how many bytes are remembered, at most, of a beginning and of a line
// behind it.
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
	b.lines.known, b.lines.met = 0, 0
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

// headLines are the lines that head took in behind the beginning. Most documents that begin
// alike go on with the same keys. head does the same with a line that has the same key
// behind the same lines: the values before it make no difference.
type headLines struct {
	all   [16]headLine
	known int // how many of them there are
	met   int // how many of them this document has had; negative if it does not go on like that
}

// headLine is a line as head has read it.
type headLine struct {
	text   []byte // up to the value, or the whole line if it has none
	indent int
	colon  int // offset in text
	first  bool
	field  Field
}

// next returns the known line at this place, or nil if the document has another one.
func (l *headLines) next(text []byte) *headLine {
	if l.met < 0 || l.met == l.known || !bytes.HasPrefix(text, l.all[l.met].text) {
		return nil
	}
	l.met++
	return &l.all[l.met-1]
}

// learn makes a line the last of the known ones, in place of the one that was known here and
// those after it. It keeps no long line, and no more than fit.
func (l *headLines) learn(text []byte, line *headLine) {
	if l.met < 0 || l.met == len(l.all) || len(text) > longestBeginning {
		l.met = -1
		return
	}
	kept := &l.all[l.met]
	kept.text = append(kept.text[:0], text...)
	kept.indent, kept.colon, kept.first, kept.field = line.indent, line.colon, line.first, line.field
	l.met++
	l.known = l.met
}

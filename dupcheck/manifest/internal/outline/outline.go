package outline

import (
	"bytes"
	"unicode/utf8"
)

// Outline is what was read of a document. The zero value is ready for Read, and can
// be used for one document after the other.
type Outline struct {
	nodeReader
	beginning beginning
	begun     int // the number of the beginning that the document has, or 0
}

// nodeReader reads collections in block style.
type nodeReader struct{ valueReader }

// valueReader reads keys and values.
type valueReader struct{ outlineText }

// outlineText is the text of a document, and what was read of it.
type outlineText struct {
	// Nodes are the fields in document order, each mapping and sequence before
	// what is in it. The first is the root.
	Nodes []Node
	text  []byte // from the first byte of the document on, and later to its end
	line  int    // of that byte in the file

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
	anchors              map[string]bool // of the document so far
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
	scope    Scope
	sequence bool
	loose    bool // a sequence that stands no deeper than the key it belongs to
}

const none = -1

// pending is a key or a dash that has no value in its line.
type pending struct {
	node  int32
	scope Scope
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

// Node is one field that is kept, or an item of a list of objects.
type Node struct {
	Kind       Kind  // of the value
	Quoted     bool  // a scalar is in quotes
	Depth      uint8 // mappings and sequences around it
	Field      Field // that it is the value of
	Start, End int32 // of a scalar, without its quotes
	Row, RowAt int32 // lines before that of the place that stands for the node, and its offset
	At         int32 // offset of that place
}

// Kind is what a node is.
type Kind uint8

// The kinds of a node. Which value a plain scalar stands for is for its text to say.
const (
	Null Kind = iota // there is no value
	Scalar
	Mapping
	Sequence
)

// Strict says that something unforeseen is a panic, as the tests want it. Else the
// document is one more for the parser.
var Strict bool

// Read outlines the document that text begins with, and returns where it ends:
// before the next document marker. It returns false if the document is one for the
// parser. line is where text begins in its file. noJSON says that the document is no
// JSON: without that it must not begin as JSON does.
func (o *Outline) Read(text []byte, line int, noJSON bool) (end int, ok bool) {
	defer func() {
		if p := recover(); p != nil {
			end, ok = unforeseen(p)
		}
	}()
	return o.read(text, line, noJSON)
}

func unforeseen(p any) (end int, ok bool) {
	if Strict {
		panic(p)
	}
	return 0, false
}

func (o *Outline) read(text []byte, line int, noJSON bool) (end int, ok bool) {
	o.text, o.line, o.noJSON, o.Nodes = text, line, noJSON, o.Nodes[:0]
	o.open, o.row, o.next, o.pending, o.running, o.begun = 0, -1, 0, pendingNone, false, 0
	if len(o.anchors) > fewAnchors {
		o.anchors = nil // to clear a map takes time by how large it has been
	} else if len(o.anchors) > 0 {
		clear(o.anchors)
	}
	if !o.beginsAlike() && !o.marker() {
		return 0, false
	}
	for o.next < len(text) {
		if !o.lines() {
			return 0, false
		}
		if o.next == len(text) || bytes.HasPrefix(text[o.next:], nextDocument) {
			break
		}
		at, end, ok := o.nextLine()
		begin := at + leadingSpaces(text[at:])
		switch {
		case !ok:
			return 0, false
		case begin >= end:
			continue
		case begin == at && (Marker(text[at:], "---") || Marker(text[at:], "...")):
			o.next = at
			o.row--
			return o.done()
		case begin == at && KubectlMarker(text[at:end]):
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
func (o *Outline) lines() bool {
	for at := -1; at < o.next && !bytes.HasPrefix(o.text[o.next:], nextDocument); {
		at = o.next
		if o.open == 0 || o.stack[o.open-1].scope != ScopeNone || o.pending.waits && o.pending.scope != ScopeNone {
			o.head()
		}
		if !o.common() {
			return false
		}
	}
	return true
}

// nextDocument is how nearly every document begins that is not the first.
var nextDocument = []byte("---\n")

// done ends the document before the next line.
func (o *Outline) done() (end int, ok bool) {
	o.text = o.text[:o.next]
	return o.next, len(o.Nodes) > 0
}

// Bytes is the text of a scalar as it stands in the document.
func (o *Outline) Bytes(n *Node) []byte { return o.text[n.Start:n.End] }

// Text is that of the document.
func (o *Outline) Text() []byte { return o.text }

// Forget lets go of the text.
func (o *Outline) Forget() { o.text = nil }

// Place returns the line and column of a node in the file, both counted from 1.
func (o *Outline) Place(n *Node) (line, column int) {
	return o.line + int(n.Row), utf8.RuneCount(o.text[n.RowAt:n.At]) + 1
}

// NextLine returns the line behind the document.
func (o *Outline) NextLine() int { return o.line + o.row + 1 }

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

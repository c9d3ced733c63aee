package manifest

import (
	"iter"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
)

// Document is one document of a stream, with the objects in it. Offsets are into the
// bytes that Documents got. The ranges From to End of all documents are the whole input,
// in order and without gaps.
type Document struct {
	Chunk
	// Index counts the documents from 0. A Bare chunk has the index of the next document.
	Index int
	// Line is the line of Start, counted from 1.
	Line int
	// JSON says that the document is a JSON value.
	JSON bool
	// Objects are those of the document: itself, the items of a List, or none.
	Objects []dupcheck.Object
	// Unread is what could not be understood in it.
	Unread []dupcheck.Unread
	// List says what list the document is, or is nil if it is none.
	List *List
}

// List is a document that kubectl or kpt reads as a list of objects.
type List struct {
	// APIVersion and Kind are the list's own.
	APIVersion, Kind string
	// Items are all items, including those that are not objects.
	Items []Item
}

// Item is an item of a List, and its place.
type Item struct {
	// Start and End are offsets like those of the document: of the value in JSON, and in
	// a block sequence of the lines from the one in which the item begins. Indent is the
	// number of bytes before the item on that line. All are 0 if the item has no range of
	// its own.
	Start, End, Indent int
	// Mapping says whether it is one.
	Mapping bool
}

// Documents cuts a stream into its documents and reads the objects of each. Unlike Parse,
// it yields the bytes between the objects, for splitting. The data must be UTF-8. It
// reads some documents of a large stream ahead, with all processors.
func Documents(name string, data []byte) iter.Seq[Document] {
	return func(yield func(Document) bool) {
		defer crash.While(name)
		s := inMemory(name, data)
		if err := absent(data); err != nil {
			yield(Document{Chunk: Chunk{End: len(data)}, Line: 1, Unread: []dupcheck.Unread{*s.failed(err)}})
			return
		}
		if len(data) > 2*leastShare {
			s.documentsShared(data, leastShare, yield)
			return
		}
		for d := range scan(data, s.store.nodes, start{}) {
			if !yield(s.document(d)) {
				return
			}
		}
	}
}

// document reads the objects of a document.
func (s *source) document(d *document) Document {
	out := Document{Chunk: d.Chunk, Index: d.index, Line: d.line, JSON: d.json}
	if one := make([]dupcheck.Object, 1); s.plain(d, "", &one[0]) {
		out.Objects = one
	} else {
		x := s.extraction(d, "", out.take)
		x.item = func(v view) Item {
			at := s.where(d, v)
			return Item{at.start, at.end, at.indent, v.shape() == shapeMapping}
		}
		x.read(d)
		out.List = x.outermost
	}
	return out
}

// take puts an object, or what could not be read, into the document.
func (d *Document) take(o dupcheck.Object, err error) bool {
	if u := isUnread(err); u != nil {
		d.Unread = append(d.Unread, *u)
	} else {
		d.Objects = append(d.Objects, o)
	}
	return true
}

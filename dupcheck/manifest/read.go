package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
)

// Read reads a stream of YAML or JSON documents and yields its objects in
// order. name is the file in their positions.
//
// An error of type *dupcheck.Unread says that a document, or an object in it,
// could not be understood; the objects behind it follow. Any other error comes
// last: the stream could not be read to its end. The stream is held in memory
// as a whole, at most 2 GiB of it, and for as long as any of its objects is.
func Read(name string, r io.Reader) iter.Seq2[dupcheck.Object, error] {
	return func(yield func(dupcheck.Object, error) bool) {
		data, err := readAll(r, mostBytes)
		if err != nil {
			yield(dupcheck.Object{}, fmt.Errorf("%s: %w", dupcheck.Quote(name), err))
			return
		}
		Parse(name, data)(yield)
	}
}

// readAll reads a stream to its end, unless it is larger than that. Bytes that are in
// memory already are not copied.
func readAll(r io.Reader, most int64) ([]byte, error) {
	if b, ok := r.(*bytes.Buffer); ok && int64(b.Len()) <= most {
		return b.Next(b.Len()), nil
	}
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(data)) > most {
		err = errTooLong(most)
	}
	return data, err
}

// Parse yields the objects of a stream in memory, as Read does. It keeps data as long as
// any of the objects is kept, and data must not change in that time.
func Parse(name string, data []byte) iter.Seq2[dupcheck.Object, error] {
	return func(yield func(dupcheck.Object, error) bool) {
		defer crash.While(name)
		text, err := decodeUTF16(data)
		if err == nil {
			err = absent(text)
		}
		s := inMemory(name, text)
		if err != nil {
			yield(dupcheck.Object{}, s.failed(err))
			return
		}
		s.parse(text, start{}, "", yield)
	}
}

// parse yields the objects of every document in a piece of the source's text,
// and returns how many documents there are.
func (s *source) parse(text []byte, from start, set string, yield func(dupcheck.Object, error) bool) (documents int) {
	var o dupcheck.Object // the same for all documents: to clear it takes longer than to fill it
	for d := range scan(text, s.store.nodes, from) {
		documents = d.index - from.index
		if !d.Bare {
			documents++
		}
		if s.plain(d, set, &o) {
			if !yield(o, nil) {
				return documents
			}
			continue
		}
		if d.holdsNothing() {
			continue
		}
		x := s.extraction(d, set, yield)
		if x.read(d); x.stopped {
			return documents
		}
	}
	return documents
}

// extraction reads from one document.
func (s *source) extraction(d *document, set string, yield func(dupcheck.Object, error) bool) *extraction {
	x := &extraction{file: s.name, document: d.index, set: set, line: d.line, later: d.later(), emit: yield, left: 100 + 2*(d.End-d.Parse)}
	x.body = func(v view, at within, o *dupcheck.Object) dupcheck.Body { return s.body(d, v, at, o) }
	return x
}

// read reads the objects of a document.
func (x *extraction) read(d *document) {
	switch {
	case d.failed != nil:
		x.line = d.failed.line
		x.unread(nil, d.failed.code(), d.failed.reason)
	case d.root != nil:
		x.value(d.root, within{})
		x.finish(d.yaml)
	}
}

// isUnread returns the unread entry in an error.
func isUnread(err error) *dupcheck.Unread {
	if err == nil {
		return nil
	}
	var u *dupcheck.Unread
	if errors.As(err, &u) {
		return u
	}
	return nil
}

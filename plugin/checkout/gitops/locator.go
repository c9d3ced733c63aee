package gitops

import (
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/text"
)

// Locator finds the places of the fields of one object. The zero value knows
// none of them.
type Locator struct {
	object dupcheck.Position
	node   func() *yaml.Node // of the object, parsed when it is first asked for
	above  int               // lines above the document
	prefix []string
}

// NewLocator makes a locator for an object of a document, which has a text and
// a number of lines above it. If the text cannot be parsed by itself, all fields
// are where the object is.
func NewLocator(object dupcheck.Position, data []byte, above int) Locator {
	return Locator{object: object, above: above, node: sync.OnceValue(func() *yaml.Node {
		var doc yaml.Node
		if yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 {
			return nil
		}
		return text.NodeAt(doc.Content[0], object.Path)
	})}
}

// Of returns the place of a field, such as Of("spec", "sources", "0", "path"),
// or of the nearest one above it that can be found.
func (l Locator) Of(path ...string) dupcheck.Position {
	if l.node == nil || l.node() == nil {
		return l.object
	}
	n := l.node()
	found := n
	for _, part := range slices.Concat(l.prefix, path) {
		if n = text.Child(n, part); n == nil {
			break
		}
		found = n
	}
	if found == l.node() || found.Line == 0 {
		return l.object
	}
	at := l.object
	at.Line, at.Column = l.above+found.Line, found.Column
	return at
}

// Below returns a locator for the fields of a field.
func (l Locator) Below(path ...string) Locator {
	l.prefix = slices.Concat(l.prefix, path)
	return l
}

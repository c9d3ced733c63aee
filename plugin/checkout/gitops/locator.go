package gitops

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
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
func NewLocator(object dupcheck.Position, text []byte, above int) Locator {
	return Locator{object: object, above: above, node: sync.OnceValue(func() *yaml.Node {
		var doc yaml.Node
		if yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 {
			return nil
		}
		return NodeAt(doc.Content[0], object.Path)
	})}
}

// NodeAt returns an object in its document, which may be a List, by the path that
// its position has. It returns nil if there is none.
func NodeAt(n *yaml.Node, path string) *yaml.Node {
	for part := range strings.SplitSeq(path, ".") {
		name, index, ok := strings.Cut(strings.TrimSuffix(part, "]"), "[")
		if part == "" {
			continue
		}
		n = Child(n, name)
		if ok {
			n = Child(n, index)
		}
	}
	return n
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
		if n = Child(n, part); n == nil {
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

// Child returns the value of a key or the item of an index, or nil.
func Child(n *yaml.Node, key string) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch {
	case n == nil:
	case n.Kind == yaml.MappingNode:
		for i := len(n.Content) - 2; i >= 0; i -= 2 { // the last one counts
			if n.Content[i].Value == key {
				return n.Content[i+1]
			}
		}
	case n.Kind == yaml.SequenceNode:
		if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(n.Content) {
			return n.Content[i]
		}
	}
	return nil
}

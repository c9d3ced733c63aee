package argocd

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
)

// Locator finds the places of the fields of one object. The zero value knows
// none of them.
type Locator struct {
	object dupcheck.Position
	node   *yaml.Node
	above  int // lines above the document
	prefix []string
}

// NewLocator makes a locator for an object of a document, which has a text and
// a number of lines above it. If the text cannot be parsed by itself, all fields
// are where the object is.
func NewLocator(object dupcheck.Position, text []byte, above int) Locator {
	l := Locator{object: object, above: above}
	var doc yaml.Node
	if yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 {
		return l
	}
	l.node = doc.Content[0]
	l.node = l.inside()
	return l
}

// inside is the object in its document, which may be a List.
func (l Locator) inside() *yaml.Node {
	n := l.node
	for part := range strings.SplitSeq(l.object.Path, ".") {
		name, index, ok := strings.Cut(strings.TrimSuffix(part, "]"), "[")
		if part == "" {
			continue
		}
		n = child(n, name)
		if ok {
			n = child(n, index)
		}
	}
	return n
}

// Of returns the place of a field, such as Of("spec", "sources", "0", "path"),
// or of the nearest one above it that can be found.
func (l Locator) Of(path ...string) dupcheck.Position {
	n, found := l.node, l.node
	for _, part := range append(append([]string(nil), l.prefix...), path...) {
		if n = child(n, part); n == nil {
			break
		}
		found = n
	}
	if found == nil || found == l.node || found.Line == 0 {
		return l.object
	}
	at := l.object
	at.Line, at.Column = l.above+found.Line, found.Column
	return at
}

// below is a locator for something inside the object.
func (l Locator) below(path ...string) Locator {
	l.prefix = append(append([]string(nil), l.prefix...), path...)
	return l
}

// child returns the value of a key or the item of an index.
func child(n *yaml.Node, key string) *yaml.Node {
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

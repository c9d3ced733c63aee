package manifest

import (
	"errors"
	"iter"
	"math"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
)

// Decoded yields the objects in a value that was decoded from JSON or YAML:
// one object, a List of them, or neither. Maps must be map[string]any and lists
// []any. Their positions have no line. The value is kept as long as any of the
// objects is kept, and must not change in that time.
func Decoded(name string, value any) iter.Seq2[dupcheck.Object, error] {
	return func(yield func(dupcheck.Object, error) bool) {
		x := extraction{file: name, emit: yield, left: math.MaxInt}
		x.body = func(v view, _ within, _ *dupcheck.Object) dupcheck.Body {
			return valueBody{v.(valueView).value}
		}
		x.value(valueView{value}, within{})
		x.finish(nil)
	}
}

// valueBody is the content of an object that is a decoded value.
type valueBody struct{ value any }

// Value returns the value itself.
func (b valueBody) Value() (any, error) {
	if b.value == nil {
		return nil, errors.New("the content is not known")
	}
	return b.value, nil
}

// mostVisits bounds what is looked at in a node of unknown origin: it may have
// aliases.
const mostVisits = 10_000_000

// Node yields the objects in a YAML node that the caller parsed. Lines and
// columns are those of the node, which is kept as long as any of the objects is
// kept, and must not change in that time. The tag "!", of which yaml/v3 keeps no
// trace, is not seen here.
func Node(name string, node *yaml.Node) iter.Seq2[dupcheck.Object, error] {
	return func(yield func(dupcheck.Object, error) bool) {
		if node != nil && node.Kind == yaml.DocumentNode && len(node.Content) > 0 {
			node = node.Content[0]
		}
		if node == nil || node.Kind == yaml.DocumentNode {
			return
		}
		doc := &yamlDocument{root: node, line: 1, merges: mostVisits}
		repeats := mostRepeats
		x := extraction{file: name, emit: yield, left: mostVisits}
		x.body = func(v view, at within, _ *dupcheck.Object) dupcheck.Body { return nodeBody{v, &repeats} }
		x.value(newYAMLView(doc, node), within{})
		x.finish(doc)
	}
}

// nodeBody is the content of an object that is a parsed node.
type nodeBody struct {
	view    view
	repeats *int
}

// Value decodes the node.
func (b nodeBody) Value() (any, error) { return decode(b.view, b.repeats) }

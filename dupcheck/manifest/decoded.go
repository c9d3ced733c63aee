package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"reflect"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
)

// Decoded yields the objects in a value that was decoded from JSON or YAML: one object, a
// List of them, or neither. Maps must be map[string]any, lists []any, and everything else
// nil, a string, a boolean or a number. A value with anything else, such as the
// map[any]any of yaml.v2, yields an error of type *dupcheck.Unread and no object.
// Positions have no line. The value is kept as long as any of the objects is kept, and
// must not change in that time.
func Decoded(name string, value any) iter.Seq2[dupcheck.Object, error] {
	return func(yield func(dupcheck.Object, error) bool) {
		left := mostVisits
		if reason := foreign(value, 0, &left); reason != "" {
			yield(dupcheck.Object{}, &dupcheck.Unread{File: name, Reason: reason, Code: dupcheck.Invalid})
			return
		}
		x := extraction{file: name, emit: yield, left: math.MaxInt}
		x.body = func(v view, _ within, _ *dupcheck.Object) dupcheck.Body {
			return valueBody{v.(valueView).value}
		}
		x.value(valueView{value}, within{})
		x.finish(nil)
	}
}

// foreign says why a value is no decoded JSON, or nothing if it is.
func foreign(value any, depth int, left *int) (reason string) {
	if *left--; *left < 0 || depth > mostDepth {
		return "the value is too large or holds itself"
	}
	switch v := value.(type) {
	case nil, string, bool, json.Number:
	case map[string]any:
		for _, field := range v {
			if reason = foreign(field, depth+1, left); reason != "" {
				break
			}
		}
	case []any:
		for _, element := range v {
			if reason = foreign(element, depth+1, left); reason != "" {
				break
			}
		}
	default:
		if n := reflect.ValueOf(v); !n.CanInt() && !n.CanUint() && !n.CanFloat() {
			return fmt.Sprintf("it holds a value of the Go type %T; maps must be map[string]any and lists []any", v)
		}
	}
	return reason
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

// mostVisits bounds the visits in a node of unknown origin, because it may have aliases.
const mostVisits = 10_000_000

// Node yields the objects in a YAML node that the caller parsed. Lines and columns are
// those of the node, which is kept as long as any of the objects is kept, and must not
// change in that time. Node cannot see the tag "!", because yaml/v3 drops it.
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

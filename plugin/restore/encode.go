package restore

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

var errUnwritable = errors.New("cannot be written so that it reads the same")

// encode writes an object as YAML and reads it back. Keys keep their order, and scalars
// their form. If the result reads differently, encode sorts the keys and quotes all but the
// plainest strings.
func encode(o *object, value map[string]any) ([]byte, error) {
	want, err := digest(o, value)
	if err != nil {
		return nil, err
	}
	for _, order := range []*shape{o.order, nil} {
		data, err := write(node(value, order))
		if err == nil && readsAs(data, want) {
			return data, nil
		}
	}
	return nil, errUnwritable
}

func write(n *yaml.Node) (data []byte, err error) {
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	err = errors.Join(e.Encode(n), e.Close())
	return out.Bytes(), err
}

// readsAs says whether bytes are exactly one object, with the digest want.
func readsAs(data []byte, want string) bool {
	objects, same := 0, false
	for o, err := range manifest.Parse("", data) {
		if err != nil || len(o.ReaderFindings) > 0 {
			return false
		}
		objects++
		value, err := o.Body.Value()
		if err != nil {
			return false
		}
		got, err := digest(&object{}, value)
		same = err == nil && got == want
	}
	return objects == 1 && same
}

// content is a value as a Body.
type content struct{ value any }

func (c content) Value() (any, error) { return c.value, nil }

// digest returns equal texts for equal contents. The type of a number does not
// count.
func digest(o *object, value any) (string, error) {
	return dupcheck.Digester{Secrets: true}.Digest(dupcheck.Object{Kind: o.id.Kind, Body: content{value}})
}

// node makes a YAML node of a value, with the order and the scalars of order where
// they are the same.
func node(value any, order *shape) *yaml.Node {
	switch v := value.(type) {
	case map[string]any:
		return mapping(v, order)
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		if len(v) == 0 {
			n.Style = yaml.FlowStyle
		}
		for i, element := range v {
			n.Content = append(n.Content, node(element, elementOf(order, i)))
		}
		return n
	case string:
		return stringNode(v, order)
	}
	if order != nil && order.kind == yaml.ScalarNode && order.style == 0 && !order.anchored {
		return &yaml.Node{Kind: yaml.ScalarNode, Value: order.value}
	}
	literal, _ := json.Marshal(value) // null, booleans and numbers; encode detects a different result
	return &yaml.Node{Kind: yaml.ScalarNode, Value: string(literal)}
}

func mapping(m map[string]any, order *shape) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	if len(m) == 0 {
		n.Style = yaml.FlowStyle
	}
	done := make(map[string]bool, len(m))
	put := func(key string, from, hint *shape) {
		if value, ok := m[key]; ok && !done[key] {
			done[key] = true
			if isPlain(key) {
				from = nil // JSON quotes all keys
			}
			n.Content = append(n.Content, stringNode(key, from), node(value, hint))
		}
	}
	if order != nil && order.kind == yaml.MappingNode {
		for i := 0; i+1 < len(order.content); i += 2 {
			put(order.content[i].value, &order.content[i], &order.content[i+1])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		put(key, nil, nil)
	}
	return n
}

// elementOf returns an element of a sequence, or nil.
func elementOf(order *shape, i int) *shape {
	if order == nil || order.kind != yaml.SequenceNode || i >= len(order.content) {
		return nil
	}
	return &order.content[i]
}

// plain matches strings that need no quotes in any version of YAML, except words.
var (
	plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._/-]*$`)
	words = regexp.MustCompile(`(?i)^(y|n|yes|no|on|off|true|false|null)$`)
)

func isPlain(s string) bool { return plain.MatchString(s) && !words.MatchString(s) }

func stringNode(s string, order *shape) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	const styles = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	switch {
	case order != nil && order.kind == yaml.ScalarNode && order.value == s && order.style&^styles == 0:
		n.Style = order.style
	case !isPlain(s):
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

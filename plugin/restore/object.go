package restore

import (
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
)

// object is one object of a dump.
type object struct {
	id    dupcheck.ID
	at    dupcheck.Position
	value map[string]any
	// order is the object in its written form, for the order of keys and the quotes of
	// scalars, but not for values. It may be nil.
	order *shape
}

// shape is a small yaml.Node. A dump of ten thousand volumes has millions of nodes,
// and they are kept until the files are written.
type shape struct {
	kind     yaml.Kind
	style    yaml.Style
	anchored bool
	value    string
	content  []shape
}

func newShape(n *yaml.Node) shape {
	s := shape{kind: n.Kind, style: n.Style, anchored: n.Anchor != "", value: n.Value}
	if len(n.Content) > 0 {
		s.content = make([]shape, len(n.Content))
	}
	for i, c := range n.Content {
		s.content[i] = newShape(c)
	}
	return s
}

// look returns the value at the end of a path of keys, or nil.
func look(value any, path ...string) any {
	for _, key := range path {
		m, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = m[key]
	}
	return value
}

// text returns the string at the end of a path, or "".
func (o *object) text(path ...string) string {
	s, _ := look(o.value, path...).(string)
	return s
}

func (o *object) annotation(key string) string { return o.text("metadata", "annotations", key) }

// deleting says that the object is being deleted, and waits for its finalizers.
func (o *object) deleting() bool { return look(o.value, "metadata", "deletionTimestamp") != nil }

// texts returns the strings of a list.
func texts(value any) []string {
	list, _ := value.([]any)
	var out []string
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// cloned returns a deep copy, which may be changed.
func cloned(value any) any {
	switch v := value.(type) {
	case map[string]any:
		m := maps.Clone(v)
		for key := range m {
			m[key] = cloned(m[key])
		}
		return m
	case []any:
		list := slices.Clone(v)
		for i := range list {
			list[i] = cloned(list[i])
		}
		return list
	}
	return value
}

// remove removes the value at the end of a path.
func remove(value map[string]any, path ...string) {
	last := len(path) - 1
	if m, ok := look(value, path[:last]...).(map[string]any); ok {
		delete(m, path[last])
	}
}

// set puts a value at the end of a path. It replaces everything on the way that is not a
// mapping by a mapping.
func set(value map[string]any, to any, path ...string) {
	for _, key := range path[:len(path)-1] {
		next, ok := value[key].(map[string]any)
		if !ok {
			next = map[string]any{}
			value[key] = next
		}
		value = next
	}
	value[path[len(path)-1]] = to
}

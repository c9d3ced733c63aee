package text

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

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

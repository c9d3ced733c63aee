package checkout

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// InlinePaths returns the paths and URLs that the configurations of built-in plugins may
// read: any of their scalars could be one. Only built-in plugins ever run.
func InlinePaths(text []byte) (values []string) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var node yaml.Node
		if decoder.Decode(&node) != nil {
			return values
		}
		if len(node.Content) == 0 {
			continue
		}
		scalars(&node, 0, func(s string) {
			values = append(values, s)
			if _, file, found := strings.Cut(s, "="); found {
				values = append(values, file)
			}
		})
	}
}

// scalars calls found with every scalar below a node that is on one line.
func scalars(n *yaml.Node, depth int, found func(string)) {
	const deepest = 100
	if depth > deepest {
		return
	}
	if n.Kind == yaml.ScalarNode && n.Value != "" && !strings.Contains(n.Value, "\n") {
		found(n.Value)
	}
	for _, c := range n.Content {
		scalars(c, depth+1, found)
	}
}

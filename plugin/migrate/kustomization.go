package migrate

import (
	"bytes"
	"errors"
	"io"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// document is a file that names other files: a kustomization or a Kptfile.
type document struct {
	file string
	data []byte
	root *yaml.Node
	kind string
	refs []reference
	// inline are configurations of plugins.
	inline []string
	// helm says that there are charts to be inflated.
	helm bool
	// broken says why nothing can be known about the file.
	broken string
}

func (d *document) dir() string { return path.Dir(d.file) }

func isKptfile(p string) bool { return path.Base(p) == "Kptfile" }

// readDocument reads the references of a kustomization or a Kptfile.
func readDocument(file string, data []byte) *document {
	d := &document{file: file, data: data}
	root, err := oneDocument(data)
	if err != nil {
		d.broken = err.Error()
		return d
	}
	fields := fileFields
	if isKptfile(file) {
		fields = functionFields
	}
	d.root = root
	f := finder{file: file}
	for _, field := range fields {
		f.find(root, field)
	}
	if f.visits > mostVisits {
		d.broken = "its aliases repeat more than can be looked at"
		return d
	}
	d.refs, d.inline = f.found, f.inline
	d.kind = scalarAt(root, "kind")
	d.helm = has(root, "helmCharts") || has(root, "helmChartInflationGenerator")
	return d
}

// oneDocument parses a file that holds one mapping.
func oneDocument(data []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var node, next yaml.Node
	switch err := decoder.Decode(&node); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("it is empty")
	case err != nil:
		return nil, errors.New("it is not valid YAML")
	case len(node.Content) == 0 || node.Content[0].Kind != yaml.MappingNode:
		return nil, errors.New("it is no mapping")
	}
	if err := decoder.Decode(&next); !errors.Is(err, io.EOF) {
		return nil, errors.New("it has more than one document")
	}
	return node.Content[0], nil
}

// child returns the value of a key, without regard to case.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if strings.EqualFold(n.Content[i].Value, key) {
			value := n.Content[i+1]
			if value.Kind == yaml.AliasNode {
				value = value.Alias
			}
			return value
		}
	}
	return nil
}

// has says whether a key has anything in it.
func has(n *yaml.Node, key string) bool {
	value := child(n, key)
	return value != nil && len(value.Content) > 0
}

// scalarAt returns the scalar that a path of keys leads to.
func scalarAt(n *yaml.Node, keys ...string) string {
	for _, key := range keys {
		n = child(n, key)
	}
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
)

// document returns the content of the only document of a policy, or nil if it is empty.
func document(data []byte) (*yaml.Node, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("it is larger than %d KiB", MaxSize>>10)
	}
	var doc, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, errors.New(dupcheck.Quote(err.Error()))
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more than one document")
	}
	root := doc.Content[0]
	if root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" {
		return nil, nil
	}
	return root, nil
}

// reader reads a value.
type reader func(*yaml.Node) error

// fields reads a mapping. Its values go to pointers, or to readers.
func fields(mapping *yaml.Node, form string, to map[string]any) error {
	return pairs(mapping, form, func(key, value *yaml.Node) (err error) {
		switch field := to[key.Value].(type) {
		case *string:
			*field, err = text(value)
		case *[]string:
			err = each(field, "a list of strings", text)(value)
		case *map[string]string:
			*field, err = texts(value)
		case *bool:
			*field, err = boolean(value)
		case reader:
			err = field(value)
		default:
			err = at(key, "there is no field %s", dupcheck.QuoteAlways(key.Value))
		}
		return err
	})
}

// pairs reads the keys and values of a mapping. No key appears twice.
func pairs(mapping *yaml.Node, form string, read func(key, value *yaml.Node) error) error {
	if err := plain(mapping, yaml.MappingNode, form); err != nil {
		return err
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		key := mapping.Content[i]
		name, err := text(key)
		if err == nil && seen[name] {
			err = at(key, "%s appears twice", dupcheck.QuoteAlways(name))
		}
		if err == nil {
			seen[name] = true
			err = read(key, mapping.Content[i+1])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// each reads a list of values of one sort.
func each[T any](to *[]T, form string, parse func(*yaml.Node) (T, error)) reader {
	return func(n *yaml.Node) error {
		if err := plain(n, yaml.SequenceNode, form); err != nil {
			return err
		}
		for _, item := range n.Content {
			one, err := parse(item)
			if err != nil {
				return err
			}
			*to = append(*to, one)
		}
		return nil
	}
}

func at(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("line %d: %s", n.Line, fmt.Sprintf(format, args...))
}

// plain refuses nodes of another kind, and everything that YAML has beyond JSON.
func plain(n *yaml.Node, kind yaml.Kind, form string) error {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return at(n, "anchors and aliases are not allowed")
	case n.Style&yaml.TaggedStyle != 0:
		return at(n, "tags are not allowed")
	case n.Kind != kind:
		return at(n, "%s is expected", form)
	}
	return nil
}

// allPlain looks at everything in a value, whatever it is.
func allPlain(n *yaml.Node) error {
	switch n.Kind {
	case yaml.MappingNode:
		return pairs(n, "a mapping", func(_, value *yaml.Node) error { return allPlain(value) })
	case yaml.SequenceNode:
		for _, item := range n.Content {
			if err := allPlain(item); err != nil {
				return err
			}
		}
	}
	return plain(n, n.Kind, "")
}

func text(n *yaml.Node) (string, error) {
	err := plain(n, yaml.ScalarNode, "a string")
	if err == nil && n.ShortTag() != "!!str" {
		err = at(n, "a string is expected: quote it")
	}
	return n.Value, err
}

func texts(n *yaml.Node) (map[string]string, error) {
	out := map[string]string{}
	err := pairs(n, "a mapping of strings", func(key, value *yaml.Node) (err error) {
		out[key.Value], err = text(value)
		return err
	})
	return out, err
}

func boolean(n *yaml.Node) (bool, error) {
	err := plain(n, yaml.ScalarNode, "true or false")
	if err == nil && n.Value != "true" && n.Value != "false" || err == nil && n.ShortTag() != "!!bool" {
		err = at(n, "true or false is expected")
	}
	return n.Value == "true", err
}

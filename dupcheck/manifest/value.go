package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"
)

var (
	errTooLarge = errors.New("the object is too large")
	errNoJSON   = errors.New("the object is not JSON")
)

// mostRepeated bounds the values that aliases and merge keys bring into one
// object: they can make a small document as large as they like. kubectl takes
// offence at about as many.
const mostRepeated = 400_000

// decode returns a view as decoded JSON. repeats is the number of repetitions left for
// all objects together.
func decode(v view, repeats *int) (any, error) {
	switch v := v.(type) {
	case yamlView:
		d := yamlDecoder{v.doc, min(*repeats, mostRepeated)}
		before := d.repeats
		value, err := d.value(v.node, false, 0)
		*repeats -= before - d.repeats
		return value, err
	case jsonView:
		return decodeJSON(v.source())
	case valueView:
		return v.value, nil
	}
	return nil, errNoJSON
}

func decodeJSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, errNoJSON
	}
	return value, nil
}

// yamlDecoder converts nodes as sigs.k8s.io/yaml does.
type yamlDecoder struct {
	doc     *yamlDocument
	repeats int // values that may still be repeated
}

// value converts a node. An anchor may stand around its own alias, so that
// depth is bounded as well as number.
func (d *yamlDecoder) value(n *yaml.Node, repeated bool, depth int) (any, error) {
	repeated = repeated || n.Kind == yaml.AliasNode
	if repeated {
		d.repeats--
	}
	if d.repeats < 0 || depth > mostDepth {
		return nil, errTooLarge
	}
	n = target(n)
	switch n.Kind {
	case yaml.MappingNode:
		return d.mapping(n, repeated, depth)
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, element := range n.Content {
			value, err := d.value(element, repeated, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	}
	return yamlView{d.doc, n, n}.scalar()
}

func (d *yamlDecoder) mapping(n *yaml.Node, repeated bool, depth int) (any, error) {
	object := make(map[string]any, len(n.Content)/2)
	var failed error
	complete := yamlView{d.doc, n, n}.fields(func(key, value *yaml.Node, merged bool) bool {
		name, err := d.key(key)
		if err != nil {
			failed = err
			return false
		}
		object[name], failed = d.value(value, repeated || merged, depth+1)
		return failed == nil
	})
	if failed == nil && !complete {
		failed = errTooLarge
	}
	return object, failed
}

// key renders a key as JSON needs it.
func (d *yamlDecoder) key(n *yaml.Node) (string, error) {
	n = target(n)
	if n.Kind != yaml.ScalarNode {
		return "", errNoJSON
	}
	value, err := yamlView{d.doc, n, n}.scalar()
	if err != nil {
		return "", err
	}
	switch key := value.(type) {
	case nil:
		return "null", nil
	case float64:
		return floatKey(key), nil
	}
	return fmt.Sprint(value), nil
}

// floatKey renders a float as sigs.k8s.io/yaml does, with the precision of
// 32 bits.
func floatKey(f float64) string {
	s := strconv.FormatFloat(f, 'g', -1, 32)
	switch s {
	case "NaN":
		return ".nan"
	case "+Inf":
		return ".inf"
	case "-Inf":
		return "-.inf"
	}
	return s
}

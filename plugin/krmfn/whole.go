package krmfn

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// readWhole reads a ResourceList of any form, as one document.
func readWhole(text []byte) (*list, error) {
	var only *manifest.Document
	for d := range manifest.Documents("-", text) {
		if d.Bare {
			continue
		}
		if only != nil {
			return nil, noWorkf("the input has several documents; a function reads one ResourceList")
		}
		only = &d
	}
	if only == nil {
		return nil, noWorkf("the input has only blanks and comments; a KRM function reads a ResourceList")
	}
	for _, u := range only.Unread {
		if len(only.Objects) == 0 {
			return nil, noWorkf("the input cannot be read: line %d: %s", u.Line, u.Reason)
		}
	}
	if only.JSON {
		return readJSON(text, only)
	}
	return readYAML(text, only)
}

// readYAML reads a list that the parser has read before and found valid.
func readYAML(text []byte, d *manifest.Document) (*list, error) {
	root, err := parse(text[d.Parse:d.End])
	if err != nil {
		return nil, err
	}
	if root.Kind != yaml.MappingNode {
		return nil, noWorkf("the input is not a ResourceList; 'kuniq check -' reads manifests")
	}
	lines := bytes.Count(text[:d.Parse], []byte{'\n'})
	l := &list{text: text}
	var items *yaml.Node
	for i := 0; i < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if err := l.field(key.Value, value, lines); err != nil {
			return nil, err
		}
		if key.Value == "items" {
			items = resolved(value)
		}
	}
	if err := l.check(); err != nil {
		return nil, err
	}
	l.withResults = func(results []result) ([]byte, error) { return encodeWith(root, results) }
	if !isNull(items) && items.Kind != yaml.SequenceNode {
		return nil, errNoArray
	}
	return l, l.take(d)
}

var errNoArray = noWorkf("the items of the ResourceList are not an array")

// take distributes the objects of the document over the items.
func (l *list) take(d *manifest.Document) error {
	if d.List != nil {
		l.items = make([]item, len(d.List.Items))
		for i, it := range d.List.Items {
			if !it.Mapping {
				return noWorkf("%s of the ResourceList is not a mapping", ordinal(i))
			}
		}
	}
	for _, o := range d.Objects {
		i, path, ok := cutOrdinal(o.At.Path)
		if !ok || i >= len(l.items) {
			continue // about the list itself, whose envelope was checked
		}
		o.At.Path = path
		l.items[i].objects = append(l.items[i].objects, o)
	}
	for i := range l.items {
		l.items[i].place(i)
	}
	if len(d.Unread) > 0 {
		// Without a number to go by; none of the list counts as read then.
		l.items = append(l.items, item{unread: d.Unread})
	}
	return nil
}

// cutOrdinal cuts "items[3]" off a path, and a dot behind it.
func cutOrdinal(path string) (i int, rest string, ok bool) {
	number, rest, ok := strings.Cut(strings.TrimPrefix(path, "items["), "]")
	i, err := strconv.Atoi(number)
	return i, strings.TrimPrefix(rest, "."), ok && err == nil
}

// encodeWith encodes a list with results. Comments and quotes stay; lines and blanks may
// change, because a clean run never returns this.
func encodeWith(root *yaml.Node, results []result) ([]byte, error) {
	var value yaml.Node
	if err := value.Encode(results); err != nil {
		return nil, err
	}
	clone := *root
	clone.Content = nil
	for i := 0; i < len(root.Content); i += 2 {
		if root.Content[i].Value != "results" {
			clone.Content = append(clone.Content, root.Content[i], root.Content[i+1])
		}
	}
	clone.Content = append(clone.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "results"}, &value)
	return encode(&clone)
}

// encode encodes YAML as kyaml does, two blanks to a level.
func encode(value any) (text []byte, err error) {
	defer func() {
		if recover() != nil {
			err = noWorkf("the encoder gave up")
		}
	}()
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return b.Bytes(), encoder.Close()
}

// member is a field of a JSON object, with the place of its value.
type member struct {
	key   string
	value span
}

// readJSON reads a list that is known to be a valid JSON object.
func readJSON(text []byte, d *manifest.Document) (*list, error) {
	value := text[d.Start:d.End]
	members, err := scanJSON(value)
	if err != nil {
		return nil, err
	}
	lines := bytes.Count(text[:d.Start], []byte{'\n'})
	l := &list{text: text}
	for _, m := range members {
		var node *yaml.Node
		if m.key != "items" && m.key != "results" {
			// Leading blanks would shift the lines and columns of nothing.
			if node, err = parse(value[m.value.start:m.value.end]); err != nil {
				return nil, noWorkf("the field %s of the ResourceList cannot be read", dupcheck.QuoteBrief(m.key))
			}
		}
		if err := l.field(m.key, node, lines+bytes.Count(value[:m.value.start], []byte{'\n'})); err != nil {
			return nil, err
		}
	}
	if err := l.check(); err != nil {
		return nil, err
	}
	l.withResults = func(results []result) ([]byte, error) { return spliceJSON(text, d.Start, members, results) }
	return l, l.take(d)
}

// scanJSON returns the fields of a JSON object.
func scanJSON(value []byte) (members []member, err error) {
	decoder := json.NewDecoder(bytes.NewReader(value))
	if t, err := decoder.Token(); err != nil || t != json.Delim('{') {
		return nil, noWorkf("the input is not a ResourceList; 'kuniq check -' reads manifests")
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, noWorkf("not valid JSON")
		}
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return nil, noWorkf("not valid JSON")
		}
		if key == "items" && raw[0] != '[' && string(raw) != "null" {
			return nil, errNoArray
		}
		end := int(decoder.InputOffset())
		members = append(members, member{key.(string), span{end - len(raw), end}})
	}
	return members, nil
}

// spliceJSON puts results into the text of a list whose object begins at an offset. They
// replace present results or become the first field.
func spliceJSON(text []byte, at int, members []member, results []result) ([]byte, error) {
	added, err := json.Marshal(results)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		if m.key == "results" {
			return bytes.Join([][]byte{text[:at+m.value.start], added, text[at+m.value.end:]}, nil), nil
		}
	}
	return bytes.Join([][]byte{text[:at+1], []byte(`"results":`), added, {','}, text[at+1:]}, nil), nil
}

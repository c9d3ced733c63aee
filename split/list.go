package split

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/manifest/text"
)

// listDocument is a document that is a List, cut up as far as it can be.
type listDocument struct {
	apiVersion, kind string
	items            int
	metadata         bool // the List has metadata of its own
	// inherits says which items take their type from the list.
	inherits []bool

	text  []byte     // of a YAML document, from where its parser begins
	root  *yaml.Node // of a YAML document
	seq   *yaml.Node // its items
	json  [][]byte   // the items of a JSON document
	lines *text.Text // the lines of text
}

// readList says whether a document is a List, and reads it.
func readList(d manifest.Document, data []byte) (*listDocument, bool) {
	if d.JSON {
		return readJSONList(data[d.Start:d.End])
	}
	return readYAMLList(data[d.Parse:d.End])
}

func isList(kind string, hasItems bool) bool {
	return kind == "List" || strings.HasSuffix(kind, "List") && hasItems
}

func readJSONList(text []byte) (*listDocument, bool) {
	var l listDocument
	var root struct {
		APIVersion any `json:"apiVersion"`
		Kind       any `json:"kind"`
		Metadata   any `json:"metadata"`
	}
	if json.Unmarshal(text, &root) != nil {
		return nil, false
	}
	l.apiVersion, _ = root.APIVersion.(string)
	l.kind, _ = root.Kind.(string)
	l.metadata = hasFields(root.Metadata)
	items, ok := jsonItems(text)
	if !isList(l.kind, ok) {
		return nil, false
	}
	l.json, l.items = items, len(items)
	for _, item := range items {
		var o struct {
			APIVersion any `json:"apiVersion"`
			Kind       any `json:"kind"`
		}
		_ = json.Unmarshal(item, &o)
		l.inherits = append(l.inherits, l.kind != "List" && o.APIVersion == nil && o.Kind == nil)
	}
	return &l, true
}

func hasFields(metadata any) bool {
	fields, _ := metadata.(map[string]any)
	for _, v := range fields {
		if v != nil && v != "" {
			return true
		}
	}
	return false
}

// jsonItems returns the bytes of each member of the top-level array "items".
func jsonItems(text []byte) (items [][]byte, ok bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, false
		}
		if key != "items" {
			var skipped json.RawMessage
			if d.Decode(&skipped) != nil {
				return nil, false
			}
			continue
		}
		if items, ok = jsonArray(d, text); !ok {
			return nil, false
		}
	}
	return items, ok
}

func jsonArray(d *json.Decoder, text []byte) ([][]byte, bool) {
	t, err := d.Token()
	if err != nil {
		return nil, false
	}
	if t != json.Delim('[') {
		return nil, false
	}
	items := [][]byte{}
	for d.More() {
		var raw json.RawMessage
		if d.Decode(&raw) != nil {
			return nil, false
		}
		end := int(d.InputOffset())
		items = append(items, text[end-len(raw):end])
	}
	_, err = d.Token()
	return items, err == nil
}

func readYAMLList(text []byte) (*listDocument, bool) {
	var node yaml.Node
	if yaml.Unmarshal(text, &node) != nil || len(node.Content) == 0 || node.Content[0].Kind != yaml.MappingNode {
		return nil, false
	}
	l := &listDocument{text: text, root: node.Content[0]}
	for i := 0; i+1 < len(l.root.Content); i += 2 {
		value := l.root.Content[i+1]
		switch l.root.Content[i].Value {
		case "apiVersion":
			l.apiVersion = value.Value
		case "kind":
			l.kind = value.Value
		case "metadata":
			l.metadata = len(value.Content) > 0
		case "items":
			l.seq = value
		}
	}
	if l.seq != nil && l.seq.Kind == yaml.AliasNode {
		l.seq = l.seq.Alias
	}
	hasItems := l.seq != nil && l.seq.Kind == yaml.SequenceNode
	if !isList(l.kind, hasItems) {
		return nil, false
	}
	if hasItems {
		l.items = len(l.seq.Content)
	}
	for i := range l.items {
		l.inherits = append(l.inherits, l.kind != "List" && !hasType(l.seq.Content[i]))
	}
	return l, true
}

func hasType(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch n.Content[i].Value {
		case "apiVersion", "kind", "<<":
			return true
		}
	}
	return false
}

// itemType is what an item inherits from a typed list.
func (l *listDocument) itemType() (apiVersion, kind string) {
	return l.apiVersion, strings.TrimSuffix(l.kind, "List")
}

// list cuts out the items of a List, and keeps the comments around them.
func (c *cutter) list(l *listDocument, d manifest.Document, first int, s sliced) {
	at := dupcheck.Position{File: "", Line: d.Line, Document: d.Index}
	if len(d.Objects) > 0 {
		at.File = d.Objects[0].At.File
	}
	if l.metadata {
		c.note(at, "the List's own metadata was left out; no tool reads it")
	}
	objects := itemObjects(d.Objects)
	if l.items != len(objects) {
		// Lists inside of lists and items that are no objects are errors in
		// the report, unless the rules say otherwise; anything else that does
		// not add up must not be cut.
		if l.items > 0 && !c.reported(d) {
			c.refuse(at, "a List with items that are no objects")
		}
		return
	}
	cut := l.cut(s)
	if len(cut.around) > 0 {
		c.wait(at, cut.around)
	}
	for i := range l.items {
		o := &d.Objects[objects[i]]
		p := &piece{object: first + objects[i], subject: subjectOf(o), json: d.JSON}
		if !c.item(p, l, cut, i, o) {
			c.refuse(o.At, "the item cannot be cut out of the List without changing it; move it into a document of its own")
			continue
		}
		if o.Name == "" && o.GenerateName == "" && !o.Unnamed && !c.other(o.At, "the object has no name") {
			continue
		}
		c.add(p)
	}
	c.wait(at, cut.after)
}

// reported says whether what was found in a document is an error in the report.
func (c *cutter) reported(d manifest.Document) bool {
	isError := func(f dupcheck.Diagnostic) bool {
		return cmp.Or(c.options.Rules.Severity[f.Rule], f.Severity, f.Rule.DefaultSeverity()) == dupcheck.Error
	}
	return slices.ContainsFunc(d.Objects, func(o dupcheck.Object) bool { return slices.ContainsFunc(o.ReaderFindings, isError) })
}

// itemObjects returns the indexes of the objects that are items of the
// outermost list.
func itemObjects(objects []dupcheck.Object) []int {
	var out []int
	for i, o := range objects {
		if !o.Placeholder && o.At.Path != "" && !strings.Contains(o.At.Path, ".") {
			out = append(out, i)
		}
	}
	return out
}

// item makes the bytes of one item: those of the input if they have the same
// value, and otherwise those of an encoder.
func (c *cutter) item(p *piece, l *listDocument, cut cutList, i int, o *dupcheck.Object) bool {
	want, err := o.Body.Value()
	if err != nil {
		return false
	}
	want = withType(want, o)
	p.how = cut.how
	if l.inherits[i] {
		c.note(o.At, "its apiVersion and kind are those of the List")
	}
	if text := cut.items[i]; text != nil && equalValue(text, want) {
		p.body = [][]byte{text}
		return true
	}
	text, ok := l.encode(i, o)
	if !ok || !equalValue(text, want) {
		return false
	}
	p.how, p.body = Reencoded, [][]byte{text}
	c.note(o.At, "re-encoded: its bytes have another meaning outside of the List (flow style, or an alias to something outside)")
	return true
}

// withType adds what an item inherits.
func withType(value any, o *dupcheck.Object) any {
	fields, ok := value.(map[string]any)
	if !ok {
		return value
	}
	out := make(map[string]any, len(fields)+2)
	for k, v := range fields {
		out[k] = v
	}
	out["apiVersion"], out["kind"] = o.APIVersion, o.Kind
	return out
}

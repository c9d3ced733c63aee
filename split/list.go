package split

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// list cuts out the items of a List, and keeps the comments around them.
func (c *cutter) list(d manifest.Document, first int, s sliced, data []byte) {
	at := dupcheck.Position{File: "", Line: d.Line, Document: d.Index}
	if len(d.Objects) > 0 {
		at.File = d.Objects[0].At.File
	}
	if hasMetadata(data[d.Parse:d.End], d.JSON) {
		c.note(at, "the List's own metadata was left out; no tool reads it")
	}
	objects := itemObjects(d.Objects)
	if n := len(d.List.Items); n != len(objects) {
		// Lists inside of lists and items that are not objects are errors in
		// the report, unless the rules say otherwise; anything else that does
		// not add up must not be cut.
		if n > 0 && !c.reported(d) {
			c.refuse(at, "a List with items that are not objects")
		}
		return
	}
	l := listDocument{data: data, document: d, items: d.List.Items}
	around, after := l.cut(s)
	c.wait(at, around)
	for i, n := range objects {
		o := &d.Objects[n]
		p := &piece{object: first + n, subject: subjectOf(o), json: d.JSON}
		if !c.item(p, &l, i, o) {
			c.refuse(o.At, "the item cannot be cut out of the List without changing it; move it into a document of its own")
			continue
		}
		if o.Name == "" && o.GenerateName == "" && !o.Unnamed && !c.other(o.At, "the object has no name") {
			continue
		}
		c.add(p)
	}
	c.wait(at, after)
}

// hasMetadata says whether a list has metadata that say anything.
func hasMetadata(text []byte, isJSON bool) bool {
	var list struct {
		Metadata map[string]any `json:"metadata"`
	}
	read := yaml.Unmarshal
	if isJSON {
		read = json.Unmarshal
	}
	_ = read(text, &list) // The part that can be read is enough.
	for _, v := range list.Metadata {
		if v != nil && v != "" {
			return true
		}
	}
	return false
}

// reported reports whether a finding about a document is an error in the report.
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

// item makes the bytes of one item: those of the input if they have the same value, and
// otherwise those of an encoder.
func (c *cutter) item(p *piece, l *listDocument, i int, o *dupcheck.Object) bool {
	value, err := o.Body.Value()
	fields, ok := value.(map[string]any)
	if err != nil || !ok {
		return false
	}
	inherits := l.document.List.Kind != "List" && fields["apiVersion"] == nil && fields["kind"] == nil
	if inherits {
		c.note(o.At, "its apiVersion and kind are those of the List")
	}
	want := maps.Clone(fields)
	want["apiVersion"], want["kind"] = o.APIVersion, o.Kind
	p.how = Dedented
	text := l.text(i, o, inherits)
	if l.document.JSON {
		p.how = Sliced
	}
	if text == nil || !equalValue(text, want) {
		if text = l.encode(i, o, inherits); text == nil || !equalValue(text, want) {
			return false
		}
		p.how = Reencoded
		c.note(o.At, "re-encoded: its bytes have another meaning outside of the List (flow style, or an alias to something outside)")
	}
	p.body = [][]byte{text}
	return true
}

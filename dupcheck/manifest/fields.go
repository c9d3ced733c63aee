package manifest

import (
	"fmt"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// The fields that make an identity, and the few others that tell what a
// mapping is. Their order is that of the constants below.
var (
	rootFields     = []string{"apiVersion", "kind", "metadata", "items", "spec"}
	metadataFields = []string{"name", "namespace", "generateName", "annotations"}
	crdFields      = []string{"group", "scope", "names"}
	crdNameFields  = []string{"kind", "plural"}
)

const (
	fieldAPIVersion = iota
	fieldKind
	fieldMetadata
	fieldItems
	fieldSpec
)

const (
	fieldName = iota
	fieldNamespace
	fieldGenerateName
	fieldAnnotations
)

// field is a field of a mapping that was looked for.
type field struct {
	value  view
	set    bool
	merged bool
}

func (f field) shape() shape {
	if !f.set {
		return shapeNull
	}
	return f.value.shape()
}

// string returns the field's text, or nothing if it is absent, null or a
// collection.
func (f field) string() string {
	switch f.shape() {
	case shapeText, shapeOther:
		return f.value.text()
	}
	return ""
}

// name returns the field's text if it is a string, which is all that kubectl sees.
func (f field) name() string {
	if f.shape() == shapeText {
		return f.value.text()
	}
	return ""
}

// absent says whether the field counts as missing: null and "" do.
func (f field) absent() bool {
	switch f.shape() {
	case shapeNull:
		return true
	case shapeText:
		return f.value.text() == ""
	}
	return false
}

// pick looks fields up by name. The last one of a name counts. If o is given,
// a second one is reported there.
func (x *extraction) pick(v view, names []string, o *dupcheck.Object, prefix string) []field {
	out := make([]field, len(names))
	if decoded, ok := v.(valueView); ok {
		decoded.pick(names, out)
		return out
	}
	for e := range v.entries() {
		if !x.spend() {
			break
		}
		i := index(names, e.key)
		if i < 0 {
			continue
		}
		before := out[i]
		if o != nil && before.set && !before.merged && e.key != "spec" && e.key != "annotations" && !(e.merged && sameText(before.value, e.value)) && x.more() {
			o.ReaderFindings = append(o.ReaderFindings, x.duplicateKey(prefix+e.key, before.value, e.value))
		}
		out[i] = field{value: e.value, set: true, merged: e.merged}
	}
	return out
}

// index is slices.Index for the few names that are looked for.
func index(names []string, name string) int {
	for i, n := range names {
		if len(n) == len(name) && n == name {
			return i
		}
	}
	return -1
}

func sameText(a, b view) bool {
	return a.shape() == shapeText && b.shape() == shapeText && a.text() == b.text()
}

func (x *extraction) duplicateKey(key string, first, last view) dupcheck.Diagnostic {
	return dupcheck.Diagnostic{
		Rule:     dupcheck.DuplicateKey,
		Message:  key + " is given twice in one mapping; kubectl silently takes the last",
		Advice:   "remove one of the two",
		LastWins: true,
		Declarations: []dupcheck.Declaration{
			x.declaration(key, first), x.declaration(key, last),
		},
	}
}

// declaration is the place of one of several values of a key.
func (x *extraction) declaration(key string, v view) dupcheck.Declaration {
	d := dupcheck.Declaration{Position: x.position(v)}
	if v.shape() != shapeText {
		return d
	}
	switch key {
	case "apiVersion":
		d.APIVersion = v.text()
	case "kind":
		d.Kind = v.text()
	case "metadata.name":
		d.Name = v.text()
	case "metadata.namespace":
		d.Namespace = v.text()
	case "metadata.generateName":
		d.GenerateName = v.text()
	}
	return d
}

func (x *extraction) position(v view) dupcheck.Position {
	line, column := v.place()
	return dupcheck.Position{File: x.file, Line: line, Column: column, Document: x.document}
}

type namedField struct {
	name string
	field
}

func (o *object) identityFields() []namedField {
	return []namedField{
		{"apiVersion", o.root[fieldAPIVersion]},
		{"kind", o.root[fieldKind]},
		{"metadata.name", o.metadata[fieldName]},
		{"metadata.namespace", o.metadata[fieldNamespace]},
		{"metadata.generateName", o.metadata[fieldGenerateName]},
	}
}

// types reports identity fields that are no strings.
func (x *extraction) types(o *object) {
	for _, f := range o.identityFields() {
		shape := f.shape()
		if shape == shapeNull || shape == shapeText {
			continue
		}
		o.Unnamed = true
		if !x.more() {
			continue
		}
		at := x.position(f.value)
		at.Path = o.At.Path
		o.ReaderFindings = append(o.ReaderFindings, dupcheck.Diagnostic{
			Rule:         dupcheck.NotAString,
			Message:      fmt.Sprintf("%s is %s, not a string", f.name, describe(f.value)),
			Advice:       "put it in quotes",
			Declarations: []dupcheck.Declaration{{Position: at}},
		})
	}
}

// describe says what a value is in place of a string. It shows numbers and
// booleans, which are short; nothing of what a collection holds.
func describe(v view) string {
	switch v.shape() {
	case shapeMapping:
		return "a mapping"
	case shapeSequence:
		return "a list"
	case shapeBroken:
		return "tagged as what it is not"
	}
	text := v.text()
	if _, ok := plainWords[text].(bool); ok {
		return "the boolean " + dupcheck.Quote(text)
	}
	if len(text) > 40 {
		text = text[:40] + "..."
	}
	return "the number " + dupcheck.Quote(text)
}

const renderHint = "render it first (helm template CHART | kuniq check -), or leave it out"

// readable gives up on an object whose identity is encrypted or is still to be
// rendered.
func (x *extraction) readable(o *object) bool {
	if metadata := o.root[fieldMetadata]; metadata.set && metadata.value.templated() {
		x.unread(metadata.value, dupcheck.Template, "metadata is a template; "+renderHint)
		return false
	}
	for _, f := range o.identityFields() {
		switch {
		case f.shape() == shapeText && strings.HasPrefix(f.value.text(), "ENC["):
			x.unread(f.value, dupcheck.Encrypted, f.name+" is encrypted by SOPS; encrypt only data and stringData (encrypted_regex)")
			return false
		case f.shape() == shapeText && strings.Contains(f.value.text(), "{{"), f.set && f.value.templated():
			x.unread(f.value, dupcheck.Template, f.name+" is a template; "+renderHint)
			return false
		}
	}
	return true
}

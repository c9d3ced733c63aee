package manifest

import (
	"fmt"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
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
	shape := f.shape()
	return shape == shapeNull || shape == shapeText && f.value.text() == ""
}

// identityFields are the fields that make an identity.
var identityFields = [...]outline.Field{outline.FieldAPIVersion, outline.FieldKind, outline.FieldName, outline.FieldNamespace, outline.FieldGenerateName}

// picked are the fields that were looked for.
type picked [outline.FieldAnnotation]field

// pick looks up by name the fields of a scope. The last one of a name counts. If o
// is given, a second one is reported there.
func (x *extraction) pick(v view, s outline.Scope, into *picked, o *dupcheck.Object) {
	if decoded, ok := v.(valueView); ok {
		decoded.pick(s, into)
		return
	}
	for e := range v.entries {
		if !x.spend() {
			break
		}
		f := outline.FieldOf(s, e.key)
		if f == outline.FieldNone {
			continue
		}
		before := into[f]
		if o != nil && before.set && !before.merged && f != outline.FieldSpec && f != outline.FieldAnnotations && !(e.merged && sameText(before.value, e.value)) && x.more() {
			o.ReaderFindings = append(o.ReaderFindings, x.duplicateKey(f, before.value, e.value))
		}
		into[f] = field{value: e.value, set: true, merged: e.merged}
	}
}

func sameText(a, b view) bool {
	return a.shape() == shapeText && b.shape() == shapeText && a.text() == b.text()
}

func (x *extraction) duplicateKey(f outline.Field, first, last view) dupcheck.Diagnostic {
	return dupcheck.Diagnostic{
		Rule:         dupcheck.DuplicateKey,
		Message:      f.Path() + " is given twice in one mapping; kubectl silently takes the last",
		Advice:       "remove one of the two",
		LastWins:     true,
		Declarations: []dupcheck.Declaration{x.declaration(f, first), x.declaration(f, last)},
	}
}

// declaration is the place of one of several values of a field.
func (x *extraction) declaration(f outline.Field, v view) dupcheck.Declaration {
	d := dupcheck.Declaration{Position: x.position(v)}
	parts := map[outline.Field]*string{
		outline.FieldAPIVersion: &d.APIVersion, outline.FieldKind: &d.Kind, outline.FieldName: &d.Name, outline.FieldNamespace: &d.Namespace, outline.FieldGenerateName: &d.GenerateName,
	}
	if part := parts[f]; part != nil && v.shape() == shapeText {
		*part = v.text()
	}
	return d
}

func (x *extraction) position(v view) dupcheck.Position {
	line, column := v.place()
	return dupcheck.Position{File: x.file, Line: line, Column: column, Document: x.document}
}

// types reports identity fields that are no strings.
func (x *extraction) types(o *object) {
	for _, id := range identityFields {
		f := o.fields[id]
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
			Message:      fmt.Sprintf("%s is %s, not a string", id.Path(), describe(f.value)),
			Advice:       "put it in quotes",
			Declarations: []dupcheck.Declaration{{Position: at}},
		})
	}
}

// describe describes a value that should be a string. It shows numbers and booleans,
// which are short, and nothing of a collection.
func describe(v view) string {
	switch v.shape() {
	case shapeMapping:
		return "a mapping"
	case shapeSequence:
		return "a list"
	case shapeBroken:
		return "tagged with a type that it does not have"
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

const renderHint = "render it first, or leave it out"

// readable gives up on an object whose identity is encrypted or is still to be
// rendered.
func (x *extraction) readable(o *object) bool {
	if metadata := o.fields[outline.FieldMetadata]; metadata.set && metadata.value.templated() {
		x.unread(metadata.value, dupcheck.Template, "metadata is a template; "+renderHint)
		return false
	}
	for _, id := range identityFields {
		f := o.fields[id]
		switch {
		case f.shape() == shapeText && strings.HasPrefix(f.value.text(), "ENC["):
			x.unread(f.value, dupcheck.Encrypted, id.Path()+" is encrypted by SOPS; encrypt only data and stringData (encrypted_regex)")
			return false
		case f.shape() == shapeText && strings.Contains(f.value.text(), "{{"), f.set && f.value.templated():
			x.unread(f.value, dupcheck.Template, id.Path()+" is a template; "+renderHint)
			return false
		}
	}
	return true
}

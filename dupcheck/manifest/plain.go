package manifest

import (
	"bytes"
	"cmp"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// outlineReader reads outlines, and keeps the common parts of the objects of many
// documents. The zero value is ready for use.
type outlineReader struct {
	outline.Outline
	words  map[string]string // that were met before
	last   [16]string        // the last plain ones, by their length
	names  nameSlab
	bodies bodySlab
}

// plain makes o the object of an outlined document without anything special. It is a
// shortcut for extraction, which decides about all other documents.
func (s *source) plain(d *document, set string, o *dupcheck.Object) bool {
	var f plainFields
	if d.plain == nil || !f.read(d.plain) {
		return false
	}
	from := d.plain
	*o = dupcheck.Object{
		Set:        set,
		APIVersion: from.word(f[outline.FieldAPIVersion]), Kind: from.word(f[outline.FieldKind]), Namespace: from.word(f[outline.FieldNamespace]),
		Name: from.name(f[outline.FieldName]), GenerateName: from.name(f[outline.FieldGenerateName]),
	}
	at := cmp.Or(f[outline.FieldName], f[outline.FieldGenerateName], f[outline.FieldKind])
	o.At.File, o.At.Document = s.name, d.index
	o.At.Line, o.At.Column = from.Place(at)
	o.CRD = f.crd(from)
	b := from.bodies.next()
	b.source, b.start, b.length, b.identity = s, d.base+d.Parse, uint32(d.End-d.Parse), identityHash(o)
	o.Body = b
	return true
}

// plainFields are the fields of an object that is no list.
type plainFields [outline.FieldAnnotation]*outline.Node

// read finds the fields. It returns false if there are others that matter, or
// if one of them is not simply a string.
func (f *plainFields) read(o *outlineReader) bool {
	if o.Nodes[0].Kind != outline.Mapping {
		return false
	}
	for i := 1; i < len(o.Nodes); i++ {
		n := &o.Nodes[i]
		switch {
		case n.Field.Scalar():
			if n.Field >= outline.FieldAnnotation || !o.met(n) && !o.identifies(n) {
				return false
			}
			f[n.Field] = n
		case n.Kind != outline.Mapping || n.Field == outline.FieldItems:
			return false
		}
	}
	return f[outline.FieldAPIVersion] != nil && f[outline.FieldKind] != nil && !bytes.HasSuffix(o.Bytes(f[outline.FieldKind]), []byte("List"))
}

// crd returns the definition in an object, as extraction does.
func (f *plainFields) crd(o *outlineReader) *dupcheck.CRD {
	if f[outline.FieldGroup] == nil || f[outline.FieldDefines] == nil || string(o.Bytes(f[outline.FieldKind])) != "CustomResourceDefinition" {
		return nil
	}
	if group, _, _ := bytes.Cut(o.Bytes(f[outline.FieldAPIVersion]), []byte("/")); string(group) != "apiextensions.k8s.io" {
		return nil
	}
	return &dupcheck.CRD{
		Group: o.scalar(f[outline.FieldGroup]), Kind: o.scalar(f[outline.FieldDefines]), Plural: o.scalar(f[outline.FieldPlural]), Scope: o.scalar(f[outline.FieldScope]),
	}
}

// identifies says whether a node is a string that can be taken as it is.
func (o *outlineReader) identifies(n *outline.Node) bool {
	text := o.Bytes(n)
	if n.Kind != outline.Scalar || len(text) == 0 {
		return false
	}
	if !n.Quoted && !plainString(text) {
		if _, ok := resolvePlain(string(text), true).(string); !ok {
			return false
		}
	}
	return !bytes.HasPrefix(text, []byte("ENC[")) && (bytes.IndexByte(text, '{') < 0 || !bytes.Contains(text, []byte("{{")))
}

func (o *outlineReader) scalar(n *outline.Node) string {
	if n == nil {
		return ""
	}
	return string(o.Bytes(n))
}

// name is scalar for a string that hardly any other object has.
func (o *outlineReader) name(n *outline.Node) string {
	if n == nil {
		return ""
	}
	return o.names.add(o.Bytes(n))
}

// mostWords is how many strings an outline remembers, and longestWord how long
// they may be.
const (
	mostWords   = 4096
	longestWord = 256
)

// word is scalar for a string that many objects have.
func (o *outlineReader) word(n *outline.Node) string {
	if n == nil {
		return ""
	}
	if o.met(n) {
		return o.last[int(n.End-n.Start)%len(o.last)]
	}
	text := o.Bytes(n)
	if len(text) > longestWord {
		return string(text)
	}
	known, ok := o.words[string(text)]
	if !ok {
		known = o.learn(text)
	}
	if !n.Quoted {
		o.last[len(text)%len(o.last)] = known
	}
	return known
}

// met reports whether a node is one of the last words, and as plain a string.
func (o *outlineReader) met(n *outline.Node) bool {
	text := o.Bytes(n)
	return n.Kind == outline.Scalar && !n.Quoted && len(text) > 0 && o.last[len(text)%len(o.last)] == string(text)
}

func (o *outlineReader) learn(text []byte) string {
	if o.words == nil || len(o.words) == mostWords {
		o.words = map[string]string{}
	}
	s := string(text)
	o.words[s] = s
	return s
}

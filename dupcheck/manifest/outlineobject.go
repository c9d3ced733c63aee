package manifest

import (
	"bytes"
	"cmp"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
)

// plain makes o the object of a document that is outlined, and about which there
// is nothing special. It is a shorter way to what extraction says, which has the
// last word on all others.
func (s *source) plain(d *document, set string, o *dupcheck.Object) bool {
	var f plainFields
	if d.plain == nil || !f.read(d.plain) {
		return false
	}
	from := d.plain
	*o = dupcheck.Object{
		Set:        set,
		APIVersion: from.word(f[fieldAPIVersion]), Kind: from.word(f[fieldKind]), Namespace: from.word(f[fieldNamespace]),
		Name: from.name(f[fieldName]), GenerateName: from.name(f[fieldGenerateName]),
	}
	at := cmp.Or(f[fieldName], f[fieldGenerateName], f[fieldKind])
	o.At.File, o.At.Document = s.name, d.index
	o.At.Line, o.At.Column = from.line+int(at.row), utf8.RuneCount(from.text[at.rowAt:at.at])+1
	o.CRD = f.crd(from)
	b := from.bodies.next()
	b.source, b.start, b.length, b.identity = s, d.base+d.Parse, uint32(d.End-d.Parse), identityHash(o)
	o.Body = b
	return true
}

// plainFields are the fields of an object that is no list.
type plainFields [fieldAnnotation]*node

// read finds the fields. It returns false if there are others that matter, or
// if one of them is not simply a string.
func (f *plainFields) read(o *outline) bool {
	if o.nodes[0].shape != shapeMapping {
		return false
	}
	for i := 1; i < len(o.nodes); i++ {
		n := &o.nodes[i]
		switch {
		case n.field.scalar():
			if n.field >= fieldAnnotation || !o.met(n) && !o.identifies(n) {
				return false
			}
			f[n.field] = n
		case n.shape != shapeMapping || n.field == fieldItems:
			return false
		}
	}
	return f[fieldAPIVersion] != nil && f[fieldKind] != nil && !bytes.HasSuffix(o.bytes(f[fieldKind]), []byte("List"))
}

// crd returns what an object defines, as extraction does.
func (f *plainFields) crd(o *outline) *dupcheck.CRD {
	if f[fieldGroup] == nil || f[fieldDefines] == nil || string(o.bytes(f[fieldKind])) != "CustomResourceDefinition" {
		return nil
	}
	if group, _, _ := bytes.Cut(o.bytes(f[fieldAPIVersion]), []byte("/")); string(group) != "apiextensions.k8s.io" {
		return nil
	}
	return &dupcheck.CRD{
		Group: o.scalar(f[fieldGroup]), Kind: o.scalar(f[fieldDefines]), Plural: o.scalar(f[fieldPlural]), Scope: o.scalar(f[fieldScope]),
	}
}

// identifies says whether a node is a string that can be taken as it is.
func (o *outlineText) identifies(n *node) bool {
	text := o.bytes(n)
	if n.shape != shapeText || len(text) == 0 {
		return false
	}
	if !n.quoted && !plainString(text) {
		if _, ok := resolvePlain(string(text), true).(string); !ok {
			return false
		}
	}
	return !bytes.HasPrefix(text, []byte("ENC[")) && (bytes.IndexByte(text, '{') < 0 || !bytes.Contains(text, []byte("{{")))
}

func (o *outlineText) bytes(n *node) []byte { return o.text[n.start:n.end] }

func (o *outlineText) scalar(n *node) string {
	if n == nil {
		return ""
	}
	return string(o.bytes(n))
}

// name is scalar for a string that hardly any other object has.
func (o *outlineText) name(n *node) string {
	if n == nil {
		return ""
	}
	return o.names.add(o.bytes(n))
}

// mostWords is how many strings an outline remembers, and longestWord how long
// they may be.
const (
	mostWords   = 4096
	longestWord = 256
)

// word is scalar for a string that many objects have.
func (o *outlineText) word(n *node) string {
	if n == nil {
		return ""
	}
	if o.met(n) {
		return o.last[int(n.end-n.start)%len(o.last)]
	}
	text := o.bytes(n)
	if len(text) > longestWord {
		return string(text)
	}
	known, ok := o.words[string(text)]
	if !ok {
		known = o.learn(text)
	}
	if !n.quoted {
		o.last[len(text)%len(o.last)] = known
	}
	return known
}

// met says whether a node is one of the last words, and so as plain a string as
// that was.
func (o *outlineText) met(n *node) bool {
	text := o.bytes(n)
	return n.shape == shapeText && !n.quoted && len(text) > 0 && o.last[len(text)%len(o.last)] == string(text)
}

func (o *outlineText) learn(text []byte) string {
	if o.words == nil || len(o.words) == mostWords {
		o.words = map[string]string{}
	}
	s := string(text)
	o.words[s] = s
	return s
}

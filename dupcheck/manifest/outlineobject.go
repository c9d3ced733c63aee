package manifest

import (
	"bytes"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
)

// plain returns the object of a document that is outlined, and about which there
// is nothing special. It is a shorter way to what extraction says, which has the last word
// on all others.
func (s *source) plain(d document, set string) (dupcheck.Object, bool) {
	var f plainFields
	if d.plain == nil || !f.read(d.plain) {
		return dupcheck.Object{}, false
	}
	o := dupcheck.Object{
		Set:        set,
		APIVersion: d.plain.word(f.apiVersion), Kind: d.plain.word(f.kind),
		Namespace: d.plain.word(f.namespace), Name: d.plain.scalar(f.name), GenerateName: d.plain.scalar(f.generateName),
	}
	at := f.kind
	switch {
	case f.name != nil:
		at = f.name
	case f.generateName != nil:
		at = f.generateName
	}
	o.At = dupcheck.Position{
		File: s.name, Document: d.index, Line: d.plain.line + int(at.row),
		Column: utf8.RuneCount(d.plain.text[at.rowAt:at.at]) + 1,
	}
	o.CRD = f.crd(d.plain)
	o.Body = &body{source: s, start: d.base + d.Parse, length: uint32(d.End - d.Parse), identity: identityHash(&o)}
	return o, true
}

// plainFields are the fields of an object that is no list.
type plainFields struct {
	apiVersion, kind, name, namespace, generateName *node
	group, scope, defines, plural                   *node // of a CustomResourceDefinition
}

// read finds the fields. It returns false if there are others that matter, or
// if one of them is not simply a string.
func (f *plainFields) read(o *outline) bool {
	for i := 1; i < len(o.nodes); i++ {
		n := &o.nodes[i]
		to := f.field(n)
		switch {
		case to != nil:
			if *to = n; !o.identifies(n) {
				return false
			}
		case n.shape != shapeMapping || n.field == "items":
			return false
		}
	}
	return f.apiVersion != nil && f.kind != nil && !bytes.HasSuffix(o.bytes(f.kind), []byte("List"))
}

// field returns where a node belongs, or nil.
func (f *plainFields) field(n *node) **node {
	switch n.field {
	case "apiVersion":
		return &f.apiVersion
	case "kind":
		if n.depth > 1 {
			return &f.defines
		}
		return &f.kind
	case "name":
		return &f.name
	case "namespace":
		return &f.namespace
	case "generateName":
		return &f.generateName
	case "group":
		return &f.group
	case "scope":
		return &f.scope
	case "plural":
		return &f.plural
	}
	return nil
}

// crd returns what an object defines, as extraction does.
func (f *plainFields) crd(o *outline) *dupcheck.CRD {
	group, _, _ := bytes.Cut(o.bytes(f.apiVersion), []byte("/"))
	if string(o.bytes(f.kind)) != "CustomResourceDefinition" || string(group) != "apiextensions.k8s.io" || f.group == nil || f.defines == nil {
		return nil
	}
	return &dupcheck.CRD{Group: o.scalar(f.group), Kind: o.scalar(f.defines), Plural: o.scalar(f.plural), Scope: o.scalar(f.scope)}
}

// identifies says whether a node is a string that can be taken as it is.
func (o *outline) identifies(n *node) bool {
	text := o.bytes(n)
	if n.shape != shapeText || len(text) == 0 {
		return false
	}
	if !n.quoted && !plainString(text) {
		if _, ok := resolvePlain(string(text), true).(string); !ok {
			return false
		}
	}
	return !bytes.HasPrefix(text, []byte("ENC[")) && !bytes.Contains(text, []byte("{{"))
}

func (o *outline) bytes(n *node) []byte { return o.text[n.start:n.end] }

func (o *outline) scalar(n *node) string {
	if n == nil {
		return ""
	}
	return string(o.bytes(n))
}

// mostWords is how many strings an outline remembers.
const mostWords = 4096

// word is scalar for a string that many objects have.
func (o *outline) word(n *node) string {
	if n == nil {
		return ""
	}
	text := o.bytes(n)
	if last := &o.last[len(text)%len(o.last)]; *last == string(text) {
		return *last
	}
	known, ok := o.words[string(text)]
	if !ok {
		known = o.learn(text)
	}
	o.last[len(text)%len(o.last)] = known
	return known
}

func (o *outline) learn(text []byte) string {
	if o.words == nil || len(o.words) == mostWords {
		o.words = map[string]string{}
	}
	s := string(text)
	o.words[s] = s
	return s
}

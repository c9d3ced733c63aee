package manifest

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// outlineReader reads outlines, and keeps the common parts of the objects of many
// documents. The zero value is ready for use.
type outlineReader struct {
	outline.Outline
	begun  begun
	words  words
	names  nameSlab
	bodies bodySlab
}

// plain makes o the object of an outlined document without anything special. It is a
// shortcut for extraction, which decides about all other documents. If it returns true, it
// has set all fields that it ever sets: o may be the one that it made before.
func (s *source) plain(d *document, set string, o *dupcheck.Object) bool {
	var f plainFields
	from := d.plain
	if from == nil || !f.read(from) {
		return false
	}
	o.Set = set
	o.APIVersion, o.Kind, o.Namespace = f.apiVersion.text, f.kind.text, f.namespace.text
	o.Name, o.GenerateName = from.name(f.nodes[outline.FieldName]), from.name(f.nodes[outline.FieldGenerateName])
	o.At.File, o.At.Document = s.name, d.index
	o.At.Line, o.At.Column = from.Place(&from.Nodes[cmp.Or(f.nodes[outline.FieldName], f.nodes[outline.FieldGenerateName], f.nodes[outline.FieldKind])])
	o.CRD = f.crd(from)
	b := from.bodies.next()
	b.source, b.start, b.length = s, d.base+d.Parse, uint32(d.End-d.Parse)
	b.identity = identityOf(f.apiVersion.hash, f.kind.hash, f.namespace.hash, hashOf(o.Name), hashOf(o.GenerateName))
	o.Body = b
	return true
}

// plainFields are the fields of an object that is no list.
type plainFields struct {
	nodes                       [outline.FieldAnnotation]int32 // or 0
	apiVersion, kind, namespace word
}

// begun are the fields in the beginning of a document, by its number. Those of the next
// document are mostly the same.
type begun struct {
	number int
	plainFields
}

// read finds the fields. It returns false if there are others that matter, or
// if one of them is not simply a string.
func (f *plainFields) read(o *outlineReader) bool {
	if o.Nodes[0].Kind != outline.Mapping {
		return false
	}
	number, nodes := o.Begun()
	if number == 0 || number != o.begun.number {
		if !f.take(o, 1, nodes) {
			return false
		}
		o.begun = begun{number, *f}
	}
	*f = o.begun.plainFields
	return f.take(o, max(1, nodes), len(o.Nodes)) && f.apiVersion.text != "" && f.kind.text != "" && !strings.HasSuffix(f.kind.text, "List")
}

// take finds those among some nodes.
func (f *plainFields) take(o *outlineReader, from, end int) bool {
	for i := from; i < end; i++ {
		n := &o.Nodes[i]
		switch {
		case n.Field.Scalar():
			if n.Field >= outline.FieldAnnotation {
				return false
			}
			ok := false
			switch f.nodes[n.Field] = int32(i); n.Field {
			case outline.FieldAPIVersion:
				f.apiVersion, ok = o.word(n)
			case outline.FieldKind:
				f.kind, ok = o.word(n)
			case outline.FieldNamespace:
				f.namespace, ok = o.word(n)
			default:
				ok = o.identifies(n)
			}
			if !ok {
				return false
			}
		case n.Kind != outline.Mapping || n.Field == outline.FieldItems:
			return false
		}
	}
	return true
}

// crd returns the definition in an object, as extraction does.
func (f *plainFields) crd(o *outlineReader) *dupcheck.CRD {
	if f.nodes[outline.FieldGroup] == 0 || f.nodes[outline.FieldDefines] == 0 || f.kind.text != "CustomResourceDefinition" {
		return nil
	}
	if group, _, _ := strings.Cut(f.apiVersion.text, "/"); group != "apiextensions.k8s.io" {
		return nil
	}
	text := func(field outline.Field) string { return string(o.bytes(f.nodes[field])) }
	return &dupcheck.CRD{
		Group: text(outline.FieldGroup), Kind: text(outline.FieldDefines), Plural: text(outline.FieldPlural), Scope: text(outline.FieldScope),
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
	return (text[0] != 'E' || !bytes.HasPrefix(text, []byte("ENC["))) && (bytes.IndexByte(text, '{') < 0 || !bytes.Contains(text, []byte("{{")))
}

// bytes is the text of a field, whose node is given, and empty without one.
func (o *outlineReader) bytes(node int32) []byte {
	if node == 0 {
		return nil
	}
	return o.Bytes(&o.Nodes[node])
}

// name is the text of a field that hardly any other object has.
func (o *outlineReader) name(node int32) string {
	if node == 0 {
		return ""
	}
	return o.names.add(o.bytes(node))
}

// word is the text of a node that many objects have, if identifies says that it can be
// taken as it is. For one of the last plain words that is known.
func (o *outlineReader) word(n *outline.Node) (w word, ok bool) {
	text := o.Bytes(n)
	if n.Kind == outline.Scalar && !n.Quoted && o.words.met(text) {
		return o.words.last[len(text)%len(o.words.last)], true
	}
	if !o.identifies(n) {
		return word{}, false
	}
	return o.words.of(text, !n.Quoted), true
}

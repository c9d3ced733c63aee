package manifest

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// body is the content of an object in a source: a range of bytes, parsed only
// when it is asked for.
type body struct {
	source   *source
	start    int       // of the document, or of the object if it is JSON
	item     *listItem // nil for an object that is its document
	identity uint32    // hash of the identity that was found there
	length   uint32    // from start; a source has at most 2 GiB
	json     bool
}

func (b *body) end() int { return b.start + int(b.length) }

// listItem is an object inside a list.
type listItem struct {
	path    []int // the way to it: an index for every list around it
	inherit typeMeta
	alone   lines // its own lines, if it can be parsed without the rest
}

// body remembers where an object's content is.
func (s *source) body(d *document, v view, at within, o *dupcheck.Object) dupcheck.Body {
	b := &body{source: s, start: d.base + d.Parse, length: uint32(d.End - d.Parse), json: d.json, identity: identityHash(o)}
	if len(at.items) > 0 {
		b.item = &listItem{path: slices.Clone(at.items), inherit: at.inherit}
	}
	switch {
	case d.json:
		at := s.where(d, v)
		b.start, b.length = at.start, uint32(at.end-at.start)
	case b.item != nil:
		b.item.alone = s.where(d, v)
	}
	return b
}

// where returns the place of a single node: the range of a JSON value, or the lines of an
// item of a block sequence.
func (s *source) where(d *document, v view) lines {
	switch v := v.(type) {
	case jsonView:
		return lines{d.base + v.start, d.base + v.end, 0}
	case yamlView:
		return v.lines()
	case outlineView:
		return v.lines(d.base + d.Parse)
	}
	return lines{}
}

// Value parses the object.
func (b *body) Value() (any, error) {
	s := b.source.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.json || b.item == nil || b.item.alone.end > 0 {
		v, err := b.parseAlone()
		if err != nil {
			return nil, err
		}
		if plain, ok := v.(valueView); ok {
			return plain.value, nil
		}
		if b.is(v) {
			return decode(v, &s.repeats)
		}
		if b.json || b.item == nil {
			return nil, b.source.changed()
		}
	}
	v, err := s.item(b)
	if err != nil {
		return nil, err
	}
	if !b.is(v) {
		return nil, b.source.changed()
	}
	return decode(v, &s.repeats)
}

// Contains says whether a text may stand in the object: whether it is among the bytes
// of its document. It is true if these cannot be read.
func (b *body) Contains(text string) bool {
	s := b.source.store
	s.mu.Lock()
	defer s.mu.Unlock()
	data, err := b.source.piece(b.start, b.end())
	return err != nil || bytes.Contains(data, []byte(text))
}

// parseAlone parses the object without the text around it. It returns nil if that is
// impossible.
func (b *body) parseAlone() (view, error) {
	at := lines{start: b.start, end: b.end()}
	if !b.json && b.item != nil {
		at = b.item.alone
	}
	text, err := b.source.piece(at.start, at.end)
	if err != nil {
		return nil, err
	}
	if b.json {
		if end, ok := jsonEnd(text, 0, 0); !ok || end != len(text) {
			return nil, nil
		}
		return jsonView{&jsonDocument{data: text, from: cursor{0, 1, 1}}, 0, len(text)}, nil
	}
	if at.indent > 0 {
		text = append([]byte(strings.Repeat(" ", at.indent)), text[at.indent:]...)
	}
	if value, ok := decodePlain(text); ok && b.has(value) {
		return valueView{value}, nil
	}
	doc, failed := parseYAML(text, heavy(text), 1)
	if failed != nil || doc.root == nil {
		return nil, nil
	}
	return newYAMLView(doc, doc.root), nil
}

// decodePlain is the value of a document in plain block style, ten times as fast as
// parseYAML and decode.
func decodePlain(text []byte) (map[string]any, bool) {
	if len(text) > mostNodes/2 {
		return nil, false // the parser might not take it on
	}
	return outline.Decode(text, plainValue)
}

// plainValue is the value of a plain scalar that is no string.
func plainValue(text []byte) (value any, other bool) {
	if plainString(text) {
		return nil, false
	}
	value = resolvePlain(string(text), true)
	_, isString := value.(string)
	return value, !isString
}

// has says what is says, of a value, and false also if the identity is one for is to
// read.
func (b *body) has(value map[string]any) bool {
	metadata, _ := value["metadata"].(map[string]any)
	text := func(m map[string]any, field outline.Field) string { s, _ := m[field.Name()].(string); return s }
	return b.identity == identityHash(&dupcheck.Object{
		APIVersion: text(value, outline.FieldAPIVersion), Kind: text(value, outline.FieldKind), Namespace: text(metadata, outline.FieldNamespace),
		Name: text(metadata, outline.FieldName), GenerateName: text(metadata, outline.FieldGenerateName),
	})
}

// is says whether v is the object that was found here at first.
func (b *body) is(v view) bool {
	if v == nil || v.shape() != shapeMapping {
		return false
	}
	var at within
	if b.item != nil {
		at.inherit = b.item.inherit
	}
	x := extraction{left: math.MaxInt}
	o := x.header(v, at)
	return o != nil && identityHash(&o.Object) == b.identity
}

// identityHash is a hash of the fields that tells them apart.
func identityHash(o *dupcheck.Object) uint32 {
	return identityOf(hashOf(o.APIVersion), hashOf(o.Kind), hashOf(o.Namespace), hashOf(o.Name), hashOf(o.GenerateName))
}

// identityOf is identityHash by the hashes of the fields.
func identityOf(apiVersion, kind, namespace, name, generateName uint64) uint32 {
	const factor = 0x9e3779b97f4a7c15
	h := apiVersion*factor ^ kind
	h = h*factor ^ namespace
	h = h*factor ^ name
	h = h*factor ^ generateName
	return uint32(h ^ h>>32)
}

// lines is a range of whole lines, without the first indent bytes of each, which are not
// of the object. The zero value is no range.
type lines struct{ start, end, indent int }

// mostIndent is how far to the right an item may stand to be parsed alone.
const mostIndent = 100

// lines returns the lines of a node that is an item of a block sequence, so that it can
// be parsed by itself. A text that does not parse that way, such as one with an alias, is
// parsed with its document.
func (v yamlView) lines() lines {
	d := v.doc
	if d.rows != nil || v.at.Line < 1 || !d.whole {
		return lines{}
	}
	return itemLines(d.text, d.offset, d.lineStart(v.at.Line), v.at.Column-1)
}

// lines is lines of yamlView. The offset is that of the document in the file.
func (v outlineView) lines(offset int) lines {
	n := v.node()
	return itemLines(v.outline.Text(), offset, int(n.RowAt), int(n.At-n.RowAt))
}

// itemLines returns the lines of an item that begins in the line at start.
func itemLines(text []byte, offset, start, indent int) lines {
	if indent > mostIndent || start+indent >= len(text) || strings.Trim(string(text[start:start+indent]), " -") != "" {
		return lines{}
	}
	end := lineEnd(text, start)
	for end < len(text) {
		next := lineEnd(text, end)
		if line := text[end:next]; len(line)-len(bytes.TrimLeft(line, " ")) < indent && !blankOrComment(line) {
			break
		}
		end = next
	}
	return lines{offset + start, offset + end, indent}
}

// lineStart returns where a line of the document begins.
func (d *yamlDocument) lineStart(number int) int {
	if d.starts == nil {
		d.starts = []int{0}
		for end := lineEnd(d.text, 0); end < len(d.text); end = lineEnd(d.text, end) {
			d.starts = append(d.starts, end)
		}
	}
	return d.starts[min(number, len(d.starts))-1]
}

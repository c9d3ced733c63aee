package manifest

import "github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"

// outlineView shows a node of an outline.
type outlineView struct {
	outline *outlineReader
	index   int
}

func (v outlineView) node() *outline.Node { return &v.outline.Nodes[v.index] }

func (v outlineView) shape() shape {
	n := v.node()
	switch {
	case n.Kind == outline.Null:
		return shapeNull
	case n.Kind == outline.Mapping:
		return shapeMapping
	case n.Kind == outline.Sequence:
		return shapeSequence
	case n.Quoted:
		return shapeText
	}
	text := v.outline.Bytes(n)
	if plainString(text) {
		return shapeText
	}
	switch resolvePlain(string(text), true).(type) {
	case nil:
		return shapeNull
	case string:
		return shapeText
	}
	return shapeOther
}

// plainString says of most plain scalars that are strings that they are: they
// begin with a letter, and are no word that stands for a value.
func plainString[T string | []byte](text T) bool {
	if len(text) == 0 || text[0] < 'A' || text[0] > 'z' || text[0] > 'Z' && text[0] < 'a' {
		return false
	}
	if len(text) > 5 { // the longest such word is false
		return true
	}
	switch text[0] | ' ' {
	case 'f', 'n', 'o', 't', 'y':
	default:
		return true
	}
	_, word := plainWords[string(text)]
	return !word
}

func (v outlineView) text() string {
	return string(v.outline.Bytes(v.node()))
}

// entries yields those fields that are kept.
func (v outlineView) entries(yield func(entry) bool) {
	nodes := v.outline.Nodes
	depth := nodes[v.index].Depth
	for i := v.index + 1; i < len(nodes) && nodes[i].Depth > depth; i++ {
		if nodes[i].Depth == depth+1 && !yield(entry{key: nodes[i].Field.Name(), value: outlineView{v.outline, i}}) {
			return
		}
	}
}

func (v outlineView) elements(yield func(view) bool) {
	for e := range v.entries {
		if !yield(e.value) {
			return
		}
	}
}

func (v outlineView) place() (line, column int) {
	return v.outline.Place(v.node())
}

func (v outlineView) templated() bool { return false }

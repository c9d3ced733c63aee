package manifest

import (
	"unicode/utf8"
)

// outlineView shows a node of an outline.
type outlineView struct {
	outline *outline
	index   int
}

func (v outlineView) node() *node { return &v.outline.nodes[v.index] }

func (v outlineView) shape() shape {
	n := v.node()
	if n.shape != shapeText || n.quoted {
		return n.shape
	}
	text := v.outline.bytes(n)
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
func plainString(text []byte) bool {
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
	return v.outline.scalar(v.node())
}

// entries yields those fields that are kept.
func (v outlineView) entries(yield func(entry) bool) {
	nodes := v.outline.nodes
	depth := nodes[v.index].depth
	for i := v.index + 1; i < len(nodes) && nodes[i].depth > depth; i++ {
		if nodes[i].depth == depth+1 && !yield(entry{key: fieldTable[nodes[i].field].name, value: outlineView{v.outline, i}}) {
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
	n := v.node()
	return v.outline.line + int(n.row), utf8.RuneCount(v.outline.text[n.rowAt:n.at]) + 1
}

func (v outlineView) templated() bool { return false }

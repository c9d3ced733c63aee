package manifest

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// yamlView shows a node of a parsed document.
type yamlView struct {
	doc  *yamlDocument
	node *yaml.Node // never an alias
	at   *yaml.Node // where it stands: the alias, if there is one
}

func newYAMLView(doc *yamlDocument, n *yaml.Node) yamlView {
	return yamlView{doc, target(n), n}
}

// target follows an alias. The parser has made sure that there is an anchor,
// and an anchor is never on an alias.
func target(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

func (v yamlView) nonSpecific() bool {
	return v.doc.bangs[mark{v.node.Line, v.node.Column}]
}

func (v yamlView) scalar() (any, error) {
	return resolveScalar(v.node, v.nonSpecific())
}

func (v yamlView) shape() shape {
	switch v.node.Kind {
	case yaml.MappingNode:
		return shapeMapping
	case yaml.SequenceNode:
		return shapeSequence
	case yaml.ScalarNode:
		value, err := v.scalar()
		if err != nil {
			return shapeBroken
		}
		switch value.(type) {
		case nil:
			return shapeNull
		case string:
			return shapeText
		}
		return shapeOther
	}
	return shapeNull
}

func (v yamlView) text() string {
	if value, err := v.scalar(); err == nil {
		if s, ok := value.(string); ok {
			return s
		}
	}
	return v.node.Value
}

func (v yamlView) place() (line, column int) {
	return v.doc.position(v.at.Line, v.at.Column)
}

func (v yamlView) templated() bool {
	n := v.node
	return n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle != 0 && len(n.Content) > 0 &&
		n.Content[0].Kind == yaml.MappingNode && n.Content[0].Style&yaml.FlowStyle != 0
}

func (v yamlView) elements(yield func(view) bool) {
	if v.node.Kind != yaml.SequenceNode {
		return
	}
	for _, n := range v.node.Content {
		if !yield(newYAMLView(v.doc, n)) {
			return
		}
	}
}

// entries yields the fields whose keys are strings.
func (v yamlView) entries(yield func(entry) bool) {
	v.fields(func(keyNode, valueNode *yaml.Node, merged bool) bool {
		key := newYAMLView(v.doc, keyNode)
		if key.shape() != shapeText {
			return true
		}
		return yield(entry{key: key.text(), value: newYAMLView(v.doc, valueNode), merged: merged})
	})
}

// mostMerged bounds the fields that the merge keys of one mapping may add: nested merges
// double with every level.
const mostMerged = 10_000

// fields yields the fields in the order in which yaml/v2 sets them, so that the last one
// of a name counts: a merge key stands for its fields in its place. It returns false if
// there are too many merges.
func (v yamlView) fields(yield func(key, value *yaml.Node, merged bool) bool) bool {
	if v.node.Kind != yaml.MappingNode {
		return true
	}
	m := merger{doc: v.doc, left: mostMerged, yield: yield}
	m.fields(v.node, false)
	if m.exhausted {
		v.doc.overrun = true
	}
	return !m.exhausted
}

// merger walks the fields of a mapping and of everything that is merged into it.
type merger struct {
	doc       *yamlDocument
	left      int
	exhausted bool
	yield     func(key, value *yaml.Node, merged bool) bool
}

// spend takes one step of merging from the budgets.
func (m *merger) spend() bool {
	m.left--
	m.doc.merges--
	m.exhausted = m.exhausted || m.left <= 0 || m.doc.merges <= 0
	return !m.exhausted
}

func (m *merger) fields(n *yaml.Node, merged bool) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if merged && !m.spend() {
			return false
		}
		if m.isMerge(key) {
			if !m.merge(value) {
				return false
			}
			continue
		}
		if !m.yield(key, value, merged) {
			return false
		}
	}
	return true
}

// merge yields the fields of the value of a merge key. Of several mappings the earlier
// ones take precedence, so they come last.
func (m *merger) merge(value *yaml.Node) bool {
	value = target(value)
	sources := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		sources = value.Content
	}
	for _, source := range slices.Backward(sources) {
		if !m.spend() {
			return false
		}
		if n := target(source); n.Kind == yaml.MappingNode && !m.fields(n, true) {
			return false
		}
	}
	return true
}

// isMerge says whether a key is a merge key: a plain "<<", or any "<<" with
// the tag of merge keys or the tag "!".
func (m *merger) isMerge(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode || n.Value != "<<" {
		return false
	}
	if n.Style&yaml.TaggedStyle != 0 {
		return n.Tag == "!!merge"
	}
	return n.Style == 0 || m.doc.bangs[mark{n.Line, n.Column}]
}

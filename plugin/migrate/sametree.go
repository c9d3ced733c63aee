package migrate

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// expanded is a copy of a tree with the entries of the edits replaced.
func expanded(n *yaml.Node, edits []entryEdit) *yaml.Node {
	out := *n
	out.Content = nil
	for _, child := range n.Content {
		i := slices.IndexFunc(edits, func(e entryEdit) bool { return e.item == child || e.item == nil && e.scalar == child })
		if i < 0 {
			out.Content = append(out.Content, expanded(child, edits))
			continue
		}
		for _, p := range edits[i].paths {
			out.Content = append(out.Content, replaced(child, edits[i].scalar, p))
		}
	}
	return &out
}

// replaced is a copy of a tree in which a scalar has another value.
func replaced(n, scalar *yaml.Node, value string) *yaml.Node {
	out := *n
	if n == scalar {
		out.Value = value
	}
	out.Content = each(n.Content, func(child *yaml.Node) *yaml.Node { return replaced(child, scalar, value) })
	return &out
}

// sameTree says whether two trees have the same nodes, regardless of their positions.
func sameTree(a, b *yaml.Node) bool {
	return a.Kind == b.Kind && a.Tag == b.Tag && a.Anchor == b.Anchor && a.Value == b.Value &&
		slices.EqualFunc(a.Content, b.Content, sameTree)
}

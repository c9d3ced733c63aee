package migrate

import "go.yaml.in/yaml/v3"

// comparison says whether one tree is another with the entries of some edits
// replaced.
type comparison struct {
	items   map[*yaml.Node]entryEdit // entries of lists, each of which becomes several
	scalars map[*yaml.Node]string    // paths that are in no list
}

// sameTree says whether after is before with the entries of the edits
// replaced, and the same in everything else.
func sameTree(before, after *yaml.Node, edits []entryEdit) bool {
	c := comparison{items: map[*yaml.Node]entryEdit{}, scalars: map[*yaml.Node]string{}}
	for _, e := range edits {
		if e.item != nil {
			c.items[e.item] = e
		} else {
			c.scalars[e.scalar] = e.paths[0]
		}
	}
	return c.same(before, after, nil, "", 0)
}

// same compares two nodes. replaced is a scalar that has another value in the
// copy of its entry that is being compared.
func (c *comparison) same(before, after, replaced *yaml.Node, value string, depth int) bool {
	const deepest = 1000
	if depth > deepest || before.Kind != after.Kind || before.Tag != after.Tag || before.Anchor != after.Anchor {
		return false
	}
	want := before.Value
	if before == replaced {
		want = value
	} else if v, ok := c.scalars[before]; ok {
		want = v
	}
	if want != after.Value {
		return false
	}
	rest := after.Content
	for _, child := range before.Content {
		e, edited := c.items[child]
		if !edited {
			if len(rest) == 0 || !c.same(child, rest[0], replaced, value, depth+1) {
				return false
			}
			rest = rest[1:]
			continue
		}
		for _, p := range e.paths {
			if len(rest) == 0 || !c.same(child, rest[0], e.scalar, p, depth+1) {
				return false
			}
			rest = rest[1:]
		}
	}
	return len(rest) == 0
}

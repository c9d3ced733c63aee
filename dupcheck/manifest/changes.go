package manifest

import (
	"bytes"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// comparer is an outline.Comparer with the last path that it gave, in both forms. Objects
// that follow each other mostly differ in the same field.
type comparer struct {
	outline.Comparer
	last  []outline.Step
	steps []dupcheck.Step
}

// pathOf returns a path in the form of package dupcheck. Several changes may share it, so
// that callers do not change it.
func (c *comparer) pathOf(path []outline.Step) []dupcheck.Step {
	if !slices.Equal(c.last, path) {
		c.last, c.steps = path, make([]dupcheck.Step, len(path))
		for i, s := range path {
			c.steps[i] = dupcheck.Step(s)
		}
	}
	return c.steps
}

// Changes returns the fields in which another content differs. It returns false unless
// both are written with the same bytes, or in plain block style with few differences.
func (b *body) Changes(other dupcheck.Body) (changes []dupcheck.Change, ok bool) {
	o, ok := other.(*body)
	if !ok || b.item != nil || o.item != nil || b.json != o.json {
		return nil, false
	}
	err := b.lend(o, func(c *comparer, one, two []byte) { changes, ok = changesOf(c, one, two, b.json) })
	return changes, ok && err == nil
}

func changesOf(c *comparer, one, two []byte, json bool) (changes []dupcheck.Change, ok bool) {
	switch {
	case bytes.Equal(one, two):
		return nil, true
	case json || max(len(one), len(two)) > mostNodes/2:
		return nil, false
	}
	all, ok := c.Changes(one, two, plainValue)
	if !ok {
		return nil, false
	}
	for _, change := range all {
		changes = append(changes, dupcheck.Change{Path: c.pathOf(change.Path), One: change.One, Other: change.Other})
	}
	return changes, true
}

// lend calls a function with the texts of two contents and something to compare them
// with, none of which it keeps.
func (b *body) lend(o *body, use func(c *comparer, one, two []byte)) error {
	if b.source.data == nil && o.source.data == nil && b.source.store == o.source.store {
		return b.source.store.blocks.lend(b, o, use)
	}
	one, err := b.source.piece(b.start, b.end())
	if err != nil {
		return err
	}
	two, err := o.source.piece(o.start, o.end())
	if err != nil {
		return err
	}
	use(new(comparer), one, two)
	return nil
}

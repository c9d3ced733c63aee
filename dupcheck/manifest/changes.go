package manifest

import (
	"bytes"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/internal/outline"
)

// Changes returns the fields in which another content differs. It returns false unless
// both are written with the same bytes, or in plain block style with few differences.
func (b *body) Changes(other dupcheck.Body) (changes []dupcheck.Change, ok bool) {
	o, ok := other.(*body)
	if !ok || b.item != nil || o.item != nil || b.json != o.json {
		return nil, false
	}
	err := b.lend(o, func(one, two []byte) { changes, ok = changesOf(one, two, b.json) })
	return changes, ok && err == nil
}

func changesOf(one, two []byte, json bool) (changes []dupcheck.Change, ok bool) {
	switch {
	case bytes.Equal(one, two):
		return nil, true
	case json || max(len(one), len(two)) > mostNodes/2:
		return nil, false
	}
	all, ok := outline.Changes(one, two, plainValue)
	for _, c := range all {
		path := make([]dupcheck.Step, len(c.Path))
		for i, s := range c.Path {
			path[i] = dupcheck.Step(s)
		}
		changes = append(changes, dupcheck.Change{Path: path, One: c.One, Other: c.Other})
	}
	return changes, ok
}

// lend calls a function with the texts of two contents, which it does not keep.
func (b *body) lend(o *body, use func(one, two []byte)) error {
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
	use(one, two)
	return nil
}

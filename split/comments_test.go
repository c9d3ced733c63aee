package split_test

import (
	"testing"

	"github.com/kuniq/kuniq/split"
)

// Comments behind the last object of a file are about that file.
func TestTrailingCommentsStayWithTheirInput(t *testing.T) {
	first := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n# end of a\n"
	second := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"
	plan := split.New([]split.Input{{Name: "a.yaml", Data: []byte(first)}, {Name: "b.yaml", Data: []byte(second)}}, split.Options{})
	require.Empty(t, plan.Refusals)
	require.Len(t, plan.Files, 2)
	require.Equal(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n# end of a\n", string(plan.Files[0].Bytes()))
	require.Equal(t, second, string(plan.Files[1].Bytes()))
}

// An indented comment behind a block scalar would become part of it, so it
// goes to the head.
func TestTrailingCommentThatWouldBecomeText(t *testing.T) {
	in := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |+\n    t\n\n---\n      # not text\n"
	plan := split.New([]split.Input{{Name: "a.yaml", Data: []byte(in)}}, split.Options{})
	require.Empty(t, plan.Refusals)
	require.Equal(t, "      # not text\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |+\n    t\n\n", string(plan.Files[0].Bytes()))
}

// A duplicate is refused once, and not again because of its name.
func TestDuplicateIsOneRefusal(t *testing.T) {
	in := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
	plan := split.New([]split.Input{{Name: "a.yaml", Data: []byte(in)}}, split.Options{})
	require.Len(t, plan.Refusals, 1)
}

package migrate

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The proof does not trust the cutting: whatever is wrong with the new files,
// it sees it.
func TestCompareSeesEveryLoss(t *testing.T) {
	tests := map[string]struct {
		spoil func(s *source)
		want  string
	}{
		"nothing wrong": {func(*source) {}, ""},
		"a file less":   {func(s *source) { s.files = s.files[:1] }, "1 instead of 2"},
		"another order": {func(s *source) { s.files[0], s.files[1] = s.files[1], s.files[0] }, "the one at line 5 would change"},
		"another value": {func(s *source) { s.files[1].data = []byte(strings.Replace(string(s.files[1].data), "v1", "v2", 1)) }, "would change"},
		"another field": {func(s *source) { s.files[1].data = append(s.files[1].data, "data: {}\n"...) }, "would change"},
		"a comment less": {func(s *source) {
			s.files[0].data = []byte(strings.Replace(string(s.files[0].data), "# licence\n", "", 1))
		}, "the new files would not have the same lines: 1 differ"},
		"a comment more": {func(s *source) { s.files[0].data = append([]byte("# x\n"), s.files[0].data...) }, "the same lines: 1 differ"},
		"not YAML":       {func(s *source) { s.files[0].data = []byte("a: [\n") }, "would not be the same objects"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := &planner{ctx: context.Background(), sources: map[string]*source{}}
			text := "# licence\n" + two("a", "b")
			s := &source{path: "all.yaml", data: []byte(text), lines: true, objects: p.contents("all.yaml", []byte(text)).objects}
			p.sources["all.yaml"] = s
			cutter{p}.cutGroup([]*source{s}, ".yaml")
			require.Len(t, s.files, 2)
			for i := range s.files {
				s.files[i].data = []byte(string(s.files[i].data)) // its own
			}
			tt.spoil(s)
			require.NoError(t, p.compare())
			if tt.want == "" {
				assert.Empty(t, refusals(&p.plan))
			} else {
				assert.Contains(t, refusals(&p.plan), tt.want)
			}
		})
	}
}

func TestBuildBoth(t *testing.T) {
	files := func(archive string) map[string][]byte {
		out := map[string][]byte{}
		marks := marker.FindAllStringSubmatchIndex(archive, -1)
		for i, m := range marks {
			end := len(archive)
			if i+1 < len(marks) {
				end = marks[i+1][0]
			}
			out["k/"+archive[m[2]:m[3]]] = []byte(archive[m[1]:end])
		}
		return out
	}
	before := "-- kustomization.yaml --\nresources:\n- a.yaml\n- b.yaml\n-- a.yaml --\n" + object("ConfigMap", "a") + "-- b.yaml --\n" + object("ConfigMap", "b")
	panics := "-- kustomization.yaml --\nresources:\n- a.yaml\n- b.yaml\npatches:\n- target: {name: b}\n  options: {allowNameChange: true}\n  patch: |-\n    - {op: replace, path: /metadata/name, value: a}\n" +
		"-- a.yaml --\n" + object("ConfigMap", "a") + "-- b.yaml --\n" + object("ConfigMap", "b")
	tests := map[string]struct {
		before, after string
		want          verdict
	}{
		"the same":         {before, before, builds},
		"a comment":        {before, strings.Replace(before, "kind", "# c\nkind", 1), builds},
		"another value":    {before, strings.Replace(before, "shop", "shop2", 1), changes},
		"another order":    {before, strings.Replace(before, "- a.yaml\n- b.yaml", "- b.yaml\n- a.yaml", 1), reordered},
		"a file is gone":   {before, strings.Replace(before, "- b.yaml", "- c.yaml", 1), breaks},
		"broken before":    {strings.Replace(before, "- b.yaml", "- c.yaml", 1), before, unbuilt},
		"kustomize panics": {panics, panics, unbuilt},
		"no fetching":      {"-- kustomization.yaml --\nresources:\n- /etc/hostname\n", before, unbuilt},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := buildBoth(context.Background(), files(tt.before), files(tt.after), "k", "k/kustomization.yaml")
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

// One kustomization's schema has no say in the next one.
func TestSchemaIsThatOfTheKustomization(t *testing.T) {
	schema := `{"definitions": {"x": {"x-kubernetes-group-version-kind": [{"group": "example.com", "kind": "X", "version": "v1"}],
		"properties": {"list": {"type": "array", "items": {"type": "object"}, "x-kubernetes-patch-merge-key": "name", "x-kubernetes-patch-strategy": "merge"}}}}}`
	object := "apiVersion: example.com/v1\nkind: X\nmetadata: {name: x}\nlist:\n- {name: a}\n"
	patch := "apiVersion: example.com/v1\nkind: X\nmetadata: {name: x}\nlist:\n- {name: b}\n"
	plain := map[string][]byte{
		"k/kustomization.yaml": []byte("resources: [x.yaml]\npatches: [{path: p.yaml}]\n"),
		"k/x.yaml":             []byte(object), "k/p.yaml": []byte(patch),
	}
	custom := map[string][]byte{
		"k/kustomization.yaml": []byte("resources: [x.yaml]\npatches: [{path: p.yaml}]\nopenapi: {path: schema.json}\n"),
		"k/x.yaml":             []byte(object), "k/p.yaml": []byte(patch), "k/schema.json": []byte(schema),
	}
	want, err := build(plain, "k", "k/kustomization.yaml", false)
	require.NoError(t, err)
	for range 2 {
		v, err := buildBoth(context.Background(), custom, custom, "k", "k/kustomization.yaml")
		require.NoError(t, err)
		require.Equal(t, builds, v)
		v, err = buildBoth(context.Background(), plain, map[string][]byte{
			"k/kustomization.yaml": []byte("resources: [want.yaml]\n"), "k/want.yaml": want,
		}, "k", "k/kustomization.yaml")
		require.NoError(t, err)
		require.Equal(t, builds, v)
	}
}

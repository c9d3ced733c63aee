package jsonnethook

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-jsonnet"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/assertion"
)

var assert, require = assertion.Continue, assertion.Stop

// reference finds the objects of a tree in the plainest way. It returns false
// where something is no object and can hold none.
func reference(v any) (objects []map[string]any, ok bool) {
	switch v := v.(type) {
	case nil:
		return nil, true
	case []any:
		for _, element := range v {
			inner, ok := reference(element)
			if !ok {
				return nil, false
			}
			objects = append(objects, inner...)
		}
		return objects, true
	case map[string]any:
		apiVersion, kind := v["apiVersion"], v["kind"]
		if apiVersion == "tanka.dev/v1alpha1" && kind == "Environment" {
			return reference(v["data"])
		}
		if apiVersion != nil && apiVersion != "" && kind != nil && kind != "" {
			return []map[string]any{v}, true
		}
		for _, element := range v {
			inner, ok := reference(element)
			if !ok {
				return nil, false
			}
			objects = append(objects, inner...)
		}
		return objects, true
	}
	return nil, false
}

// FuzzCollector holds the walk to the reference, every path to the object that
// it leads to, and the answer to the tree: that another tree with its keys in
// another order of insertion gives the same one.
func FuzzCollector(f *testing.F) {
	files, err := filepath.Glob("testdata/cases/*.jsonnet")
	require.NoError(f, err)
	for _, file := range files {
		text, err := jsonnet.MakeVM().EvaluateFile(file)
		require.NoError(f, err)
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var tree, again any
		if json.Unmarshal(text, &tree) != nil || json.Unmarshal(text, &again) != nil {
			return
		}
		c := Collector{}
		err := c.Add("main.jsonnet", tree)
		objects, ok := reference(tree)
		if !ok {
			leaf := new(LeafError)
			require.ErrorAs(t, err, &leaf)
			_ = leaf.Error()
			require.Empty(t, c.places, "part of a tree was added")
			return
		}
		if errors.As(err, new(*LeafError)) {
			return // too deep
		}
		require.NoError(t, err)
		require.Len(t, c.places, len(objects))
		paths := map[string]bool{}
		for _, at := range c.places {
			require.False(t, paths[at.String()], "two objects at %s", at)
			paths[at.String()] = len(at.String()) <= mostPath
		}
		r := c.Report()
		var d Collector
		require.NoError(t, d.Add("main.jsonnet", again))
		assert.Equal(t, r, d.Report())
	})
}

// FuzzPlain holds the short way to the answers of the long one.
func FuzzPlain(f *testing.F) {
	for _, seed := range []string{
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"n"}}`,
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}`,
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":null}}`,
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":3}}`,
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{a}}"}}`,
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"ENC[a]"}}`,
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"a"}}`,
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","annotations":{"helm.sh/hook":"test"}}}`,
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"items":[]}`,
		`{"apiVersion":"v1","kind":"ConfigMapList","items":[{"metadata":{"name":"a"}}]}`,
		`{"apiVersion":1,"kind":"ConfigMap","metadata":{"name":"a"}}`,
		`{"apiVersion":"v1","kind":"ConfigMap","metadata":"{{a}}"}`,
		`{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"a"},"spec":{"group":"g","names":{"kind":"K"}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var v map[string]any
		if json.Unmarshal(text, &v) != nil || !given(v["apiVersion"]) || !given(v["kind"]) {
			return
		}
		short, ok := plain("main.jsonnet", v)
		if !ok {
			return
		}
		var long []dupcheck.Object
		for o, err := range manifest.Decoded("main.jsonnet", v) {
			require.NoError(t, err)
			long = append(long, o)
		}
		require.Len(t, long, 1)
		a, errA := short.Body.Value()
		b, errB := long[0].Body.Value()
		assert.Equal(t, []any{b, errB}, []any{a, errA})
		short.Body, long[0].Body = nil, nil
		assert.Equal(t, long[0], short)
	})
}

// FuzzPath holds paths to jsonnet: the expression leads back to the place.
func FuzzPath(f *testing.F) {
	for _, key := range []string{"a", "a.b", `a"b`, `a\b`, "error", "", "1", "ü", "\U0001f600", "\x1b[31m", "$", "a'b", "\u2028"} {
		f.Add(key, 3)
	}
	f.Fuzz(func(t *testing.T, key string, i int) {
		text, err := json.Marshal(key)
		if err != nil || i < 0 || i > 5 || len(key) > 500 {
			return
		}
		var clean string // as JSON has it
		require.NoError(t, json.Unmarshal(text, &clean))
		path := (&step{index: -1}).field("prod").field(clean).element(i).String()
		assert.True(t, slices.IndexFunc([]byte(path), func(b byte) bool { return b < ' ' || b > '~' }) < 0, "%q", path)
		code := `local root = { prod: { [` + string(text) + `]: [0, 1, 2, 3, 4, 5] } }; root` + path[1:]
		got, err := jsonnet.MakeVM().EvaluateAnonymousSnippet("path", code)
		require.NoError(t, err, code)
		assert.Equal(t, string(rune('0'+i))+"\n", got)
	})
}

package jsonnethook_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/jsonnethook"
)

func configMap(name, namespace string) map[string]any {
	return map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": name, "namespace": namespace},
	}
}

func environment(name, namespace string, data any) map[string]any {
	return map[string]any{
		"apiVersion": "tanka.dev/v1alpha1", "kind": "Environment",
		"metadata": map[string]any{"name": name},
		"spec":     map[string]any{"namespace": namespace},
		"data":     data,
	}
}

// duplicates says what the collector found: set, object and places.
func duplicates(c *jsonnethook.Collector) []string {
	var all []string
	for _, d := range c.Report().Diagnostics {
		s := d.Set + ": " + d.ID.String()
		for _, at := range d.Declarations {
			s += " " + at.File + " " + at.Path
		}
		all = append(all, s)
	}
	return all
}

func TestPaths(t *testing.T) {
	a := configMap("a", "n")
	c := jsonnethook.Collector{AllRules: true}
	require.NoError(t, c.Add("main.jsonnet", map[string]any{
		"a.b": a,
		"a":   map[string]any{"b": a},
		"error": []any{nil, []any{map[string]any{
			"apiVersion": "v1", "kind": "List", "items": []any{
				configMap("b", "n"),
				map[string]any{"apiVersion": "v1", "kind": "ConfigMapList", "items": []any{a}},
			},
		}}},
	}))
	require.NoError(t, c.Add("", a))
	r := c.Report()
	assert.Equal(t, 2, r.Files)
	assert.Equal(t, 5, r.Objects)
	var paths []string
	for _, d := range r.Diagnostics {
		if d.Rule != dupcheck.IdenticalObject {
			assert.Equal(t, dupcheck.NestedList, d.Rule)
			assert.Equal(t, `$["error"][1][0].items[1]`, d.Declarations[0].Path)
			continue
		}
		for _, at := range d.Declarations {
			paths = append(paths, at.File+at.Path)
			assert.Empty(t, at.Document)
		}
	}
	assert.Equal(t, []string{
		"main.jsonnet$.a.b", `main.jsonnet$["a.b"]`, `main.jsonnet$["error"][1][0].items[1].items[0]`, "$",
	}, paths)
}

func TestEnvironments(t *testing.T) {
	bare := map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "a"}}
	both := []any{bare, configMap("a", "web")}

	c := jsonnethook.Collector{Rules: dupcheck.Rules{DefaultNamespace: "elsewhere"}}
	require.NoError(t, c.Add("one", []any{environment("dev", "web", both), environment("prod", "shop", both), both}))
	assert.Equal(t, []string{"dev: ConfigMap web/a one $[0].data[0] one $[0].data[1]"}, duplicates(&c))

	c = jsonnethook.Collector{}
	require.NoError(t, c.Add("one", environment("dev", "", []any{bare, configMap("a", "default")})))
	assert.Equal(t, []string{"dev: ConfigMap default/a one $.data[0] one $.data[1]"}, duplicates(&c), "Tanka's own default")

	c = jsonnethook.Collector{Set: "dev"}
	require.NoError(t, c.Add("one", []any{bare, environment("dev", "web", both)}))
	require.NoError(t, c.Add("two", environment("dev", "web", both)))
	assert.Equal(t, []string{
		"dev #2: ConfigMap web/a one $[1].data[0] one $[1].data[1]",
		"dev #3: ConfigMap web/a two $.data[0] two $.data[1]",
	}, duplicates(&c), "sets of one name that have nothing in common")

	c = jsonnethook.Collector{}
	require.NoError(t, c.Add("one", []any{environment("dev", "web", bare), environment("dev", "web", bare)}))
	assert.Equal(t, []string{"dev: ConfigMap web/a one $[0].data one $[1].data"}, duplicates(&c), "one environment in two parts")

	c = jsonnethook.Collector{}
	require.NoError(t, c.Add("one", []any{environment("", "web", both), environment("", "web", bare)}))
	assert.Equal(t, []string{"$[0]: ConfigMap web/a one $[0].data[0] one $[0].data[1]"}, duplicates(&c))
}

func TestSets(t *testing.T) {
	var c jsonnethook.Collector
	for _, set := range []string{"", "a", "b", "a"} {
		c.Set = set
		require.NoError(t, c.Add("in "+set, configMap("x", "n")))
	}
	assert.Equal(t, []string{"a: ConfigMap n/x in a $ in a $"}, duplicates(&c))
}

// TestLeaf: nothing of a tree with a leaf is added, and its value is not shown.
func TestLeaf(t *testing.T) {
	deep := any(configMap("x", "n"))
	for range 2000 {
		deep = []any{deep}
	}
	cyclic := map[string]any{}
	cyclic["a"] = cyclic
	for _, tt := range []struct {
		tree any
		want string
	}{
		{map[string]any{"a": configMap("x", "n"), "b\n": []any{"hunter2"}}, `main.jsonnet: $["b\u000a"][0] is a string, not a Kubernetes object`},
		{true, `main.jsonnet: $ is a boolean, not a Kubernetes object`},
		{[]any{1.5}, `main.jsonnet: $[0] is a number, not a Kubernetes object`},
		{[]map[string]any{}, `main.jsonnet: $ is a value of the Go type []map[string]interface {}, not a Kubernetes object`},
		{map[string]any{"x": map[string]any{"kind": "Pod"}}, `main.jsonnet: $.x.kind is a string, not a Kubernetes object`},
		{map[string]any{"apiVersion": "", "kind": "Pod"}, `main.jsonnet: $.apiVersion is a string, not a Kubernetes object`},
		{deep, `main.jsonnet: $` + strings.Repeat("[0]", 1001) + ` is more than 1000 levels deep`},
		{cyclic, `main.jsonnet: $` + strings.Repeat(".a", 1001) + ` is more than 1000 levels deep`},
	} {
		var c jsonnethook.Collector
		err := c.Add("main.jsonnet", tt.tree)
		assert.ErrorAs(t, err, new(*jsonnethook.LeafError))
		assert.EqualError(t, err, tt.want)
		assert.Empty(t, c.Report().Objects)
		assert.EqualError(t, jsonnethook.Check(dupcheck.Rules{}, "main.jsonnet", tt.tree), tt.want)
	}
}

// TestUnread: what could not be understood is never clean.
func TestUnread(t *testing.T) {
	tree := map[string]any{"x": configMap("{{ .Values.name }}", "n")}
	err := jsonnethook.Check(dupcheck.Rules{}, "main.jsonnet", tree)
	require.ErrorContains(t, err, "main.jsonnet: ")
	require.ErrorContains(t, err, "$.x: metadata.name is a template")
}

func TestFindingsError(t *testing.T) {
	tree := map[string]any{}
	for i := range 30 {
		name := fmt.Sprintf("n%02d", i)
		tree[name] = []any{configMap(name, "n"), configMap(name, "n")}
	}
	tree["\x1b[2J"] = []any{configMap("a\n::error::x", "n"), configMap("a\n::error::x", "n")}
	err := jsonnethook.Check(dupcheck.Rules{}, "a\nb.jsonnet", tree)
	found := new(jsonnethook.FindingsError)
	require.ErrorAs(t, err, &found)
	assert.Equal(t, 31, found.Report.Count(dupcheck.Error))
	lines := strings.Split(err.Error(), "\n")
	assert.Len(t, lines, 21)
	assert.Equal(t, "and 11 more", lines[20])
	for _, l := range lines[:20] {
		assert.True(t, strings.HasPrefix(l, `"a\nb.jsonnet": error: `), l)
		assert.NotContains(t, l, "\x1b")
	}
}

// TestWarnings: what is only possible does not stop a deployment.
func TestWarnings(t *testing.T) {
	tree := []any{configMap("a", ""), configMap("a", "n")}
	assert.NoError(t, jsonnethook.Check(dupcheck.Rules{}, "main.jsonnet", tree))
	rules := dupcheck.Rules{Severity: map[dupcheck.Rule]dupcheck.Severity{dupcheck.PossibleDuplicate: dupcheck.Error}}
	assert.ErrorContains(t, jsonnethook.Check(rules, "main.jsonnet", tree), "($[1])")
}

// TestAgain: a report may be asked for at any time, and more added after it.
func TestAgain(t *testing.T) {
	var c jsonnethook.Collector
	require.NoError(t, c.Add("a", configMap("x", "n")))
	require.NoError(t, c.Err())
	require.NoError(t, c.Add("b", configMap("x", "n")))
	require.NotNil(t, c.Err())
	assert.Equal(t, c.Report(), c.Report())
}

// TestLongKey: a path is cut before it costs more than the tree.
func TestLongKey(t *testing.T) {
	key := strings.Repeat("k", 1<<20)
	var c jsonnethook.Collector
	require.NoError(t, c.Add("a", map[string]any{key: []any{configMap("x", "n"), configMap("x", "n")}}))
	for _, at := range c.Report().Diagnostics[0].Declarations {
		assert.Less(t, len(at.Path), 5000)
		assert.True(t, strings.HasSuffix(at.Path, "..."))
	}
}

// TestDuplicatesByDefault: a host has its own word on all but duplicates, and may
// tolerate equal copies.
func TestDuplicatesByDefault(t *testing.T) {
	nameless := map[string]any{"apiVersion": "v1", "kind": "ConfigMap"}
	copies := []any{configMap("a", "n"), configMap("a", "n")}
	assert.NoError(t, jsonnethook.Check(dupcheck.Rules{}, "a", []any{nameless, map[string]any{"apiVersion": 1, "kind": 2}}))
	assert.ErrorContains(t, jsonnethook.Check(dupcheck.Rules{}, "a", copies), "[identical-object]")
	noNames := dupcheck.Rules{Severity: map[dupcheck.Rule]dupcheck.Severity{dupcheck.NoName: dupcheck.Error}}
	assert.ErrorContains(t, jsonnethook.Check(noNames, "a", nameless), "[no-name]")
	tolerant := dupcheck.DuplicatesOnly()
	tolerant.Severity[dupcheck.IdenticalObject] = dupcheck.Off
	assert.NoError(t, jsonnethook.Check(tolerant, "a", copies))
	misspelt := dupcheck.Rules{Severity: map[dupcheck.Rule]dupcheck.Severity{"identical": dupcheck.Off}}
	assert.ErrorContains(t, jsonnethook.Check(misspelt, "a", nil), `unknown rule "identical"`)
	all := jsonnethook.Collector{AllRules: true}
	require.NoError(t, all.Add("a", nameless))
	assert.ErrorContains(t, all.Err(), "[no-name]")
}

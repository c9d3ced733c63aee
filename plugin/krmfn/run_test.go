package krmfn

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func TestCleanListGoesBackAsItCame(t *testing.T) {
	a, b := configMap("a", "x.yaml", 0, "v"), configMap("b", "x.yaml", 1, "v")
	for name, input := range map[string]string{
		"kpt":                   listOf(a, b),
		"wide":                  header + "items:\n" + indent(a+b),
		"items first":           "items:\n" + a + b + header,
		"v1beta1":               strings.Replace(listOf(a, b), "/v1\n", "/v1beta1\n", 1),
		"CRLF":                  strings.ReplaceAll(listOf(a, b), "\n", "\r\n"),
		"no newline at the end": strings.TrimSuffix(listOf(a, b), "\n"),
		"marker and comments":   "# head\n--- # here\n" + strings.Replace(listOf(a, b), "items:", "# c\nitems: # d\n\n  # e", 1) + "# tail\n...\n# end\n",
		"flow":                  `{apiVersion: config.kubernetes.io/v1, kind: ResourceList, items: [{apiVersion: v1, kind: Pod, metadata: {name: a}}, {apiVersion: v1, kind: Pod, metadata: {name: b}}]}`,
		"JSON":                  `{"kind":"ResourceList","items":[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a\/"}},{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}}],"apiVersion":"config.kubernetes.io/v1"}`,
		"alias between items":   listOf(strings.Replace(a, "data: {", "data: &d {", 1), strings.Replace(b, "data: {key: v}", "data: *d", 1)),
		"results of before":     listOf(a, b) + "results:\n- {message: old, apiVersion: v1, kind: Pod, metadata: {name: old}}\n",
		"quoted keys":           "\"apiVersion\": config.kubernetes.io/v1\nkind: ResourceList\n'items':\n" + a + b,
	} {
		t.Run(name, func(t *testing.T) {
			if name == "JSON" {
				input = strings.ReplaceAll(input, `a\/`, `\u0061`)
			}
			out := Run([]byte(input), Env{})
			assert.Equal(t, Clean, out.Code, out.Log)
			assert.True(t, strings.HasPrefix(out.Log, "kuniq: 2 objects, no duplicates"), out.Log)
			assert.Equal(t, input, string(out.Output))
		})
	}
}

func TestRefusals(t *testing.T) {
	a := configMap("a", "x.yaml", 0, "v")
	for name, tt := range map[string]struct{ input, log string }{
		"nothing":           {"", "standard input is empty"},
		"blanks":            {"\n# nothing\n", "only blanks and comments"},
		"garbage":           {"\x00\x01\x02", "cannot be read"},
		"not UTF-8":         {"\xff\xfe", "not UTF-8"},
		"text":              {"Error: no such file", "not a ResourceList"},
		"broken YAML":       {"a: b: c\n- d", "cannot be read: line"},
		"a manifest":        {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", "is not a ResourceList; 'kuniq check -' reads manifests"},
		"a List":            {"apiVersion: v1\nkind: List\nitems: []\n", "is not a ResourceList"},
		"an array":          {"[]", "is not a ResourceList"},
		"two documents":     {listOf(a) + "---\n" + listOf(), "several documents"},
		"two JSON values":   {`{"kind":"ResourceList"} {"kind":"ResourceList"}`, "several documents"},
		"another version":   {strings.Replace(listOf(a), "/v1\n", "/v2\n", 1), "apiVersion other than config.kubernetes.io/v1,"},
		"no version":        {"kind: ResourceList\nitems: []\n", "apiVersion other than"},
		"two items":         {listOf(a) + "items: []\n", `two fields "items"`},
		"two items in JSON": {`{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[],"items":[]}`, `two fields "items"`},
		"two configs":       {listOf(a) + "functionConfig: {}\nfunctionConfig: {}\n", `two fields "functionConfig"`},
		"a merge key":       {header + "<<: {items: []}\n", "merge key"},
		"items a mapping":   {header + "items: {}\n", "items of the ResourceList are not an array"},
		"items a string":    {`{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":"x"}`, "are not an array"},
		"items in block":    {header + "items:\n  a: b\n", "items of the ResourceList are not an array"},
		"two in one item":   {header + "items:\n- {\"kind\": \"a\"} {\"kind\": \"b\"}\n", "not valid YAML"},
		"another line end":  {header + "items:\n# c\u2028functionConfig: {}\n" + a, "not valid YAML"},
		"an item a string":  {listOf(a, "- text\n"), "items[1] of the ResourceList is not a mapping"},
		"an item null":      {listOf(a, "-\n"), "items[1] of the ResourceList is not a mapping"},
		"an item an array":  {listOf("- - a\n"), "items[0] of the ResourceList is not a mapping"},
		"a JSON string":     {`{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":["x"]}`, "items[0] of the ResourceList is not a mapping"},
		"a template":        {listOf(a, strings.Replace(a, "name: a", "name: '{{ .x }}'", 1)), "metadata.name is a template"},
		"cut in a string":   {header + "items:\n- kind: \"x\nfunctionConfig: {}\n", "not valid YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			out := Run([]byte(tt.input), Env{})
			assert.Equal(t, NoWork, out.Code)
			assert.Empty(t, out.Output)
			assert.Contains(t, out.Log, tt.log)
			assert.True(t, strings.HasSuffix(out.Log, "\n"))
		})
	}
}

func TestNoItems(t *testing.T) {
	for _, input := range []string{
		listOf(), header, header + "items: null\n", header + "items:\n",
		`{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList"}`,
	} {
		out := Run([]byte(input), Env{})
		assert.Equal(t, Outcome{Output: []byte(input), Log: "kuniq: 0 objects, nothing was checked\n"}, out)
	}
}

// A line that looks like a field need not be one.
func TestFieldsInsideStrings(t *testing.T) {
	for name, input := range map[string]string{
		"quoted": header + "items:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n  data:\n    k: \"x\nfunctionConfig: {kind: Bad}\n- y\"\n",
		"flow":   header + "items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: \"\nfunctionConfig:\n  kind: Bad\n\"}}]\n",
		"block":  header + "items:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n  data:\n    k: |\n     items:\n     - a\n    l: >-\n\n     functionConfig: {}\n",
	} {
		out := Run([]byte(input), Env{})
		assert.Equal(t, Clean, out.Code, "%s: %s", name, out.Log)
		assert.Equal(t, "kuniq: 1 object, no duplicates\n", out.Log, name)
	}
}

func TestFindings(t *testing.T) {
	input := listOf(configMap("a", "x.yaml", 0, "v"), configMap("b", "x.yaml", 1, "v"),
		configMap("a", "y.yaml", 0, "w"), configMap("a", "z.yaml", 2, "u")) + "results:\n- message: old\n"
	out := Run([]byte(input), Env{})
	assert.Equal(t, Findings, out.Code)
	assert.Equal(t, `z.yaml[2]: error: ConfigMap shop/a is declared 3 times; the declarations differ at data.key [duplicate-object]
x.yaml[0]: note: first declared here
y.yaml[0]: note: also declared here
note: applied in this order the one at z.yaml[2] wins
help: rename or remove one; if they are meant for different clusters, check them as separate sets

kuniq: 4 objects, 1 error
`, out.Log)
	results := resultsOf(t, out.Output)
	require.Len(t, results, 2, "one for each later declaration")
	assert.Equal(t, map[string]any{
		"message":     "ConfigMap shop/a is declared 3 times; the declarations differ at data.key (first in x.yaml[0], again in y.yaml[0])",
		"severity":    "error",
		"resourceRef": map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "namespace": "shop"},
		"field":       map[string]any{"path": "metadata.name"},
		"file":        map[string]any{"path": "y.yaml", "index": 0},
		"tags":        map[string]any{"rule": "duplicate-object", "identity": "ConfigMap shop/a", "collidesWith": "x.yaml[0]"},
	}, results[0])
	assert.Equal(t, map[string]any{"path": "z.yaml", "index": 2}, results[1]["file"])
	assert.Contains(t, string(out.Output), "index: 0", "kyaml's own type would leave it out")
	assert.Equal(t, out, Run([]byte(input), Env{}), "deterministic")
}

// kuniq check folds collisions of sibling directories, and names a flag.
func TestNothingIsFolded(t *testing.T) {
	var items []string
	for _, dir := range []string{"env/a", "env/b"} {
		for _, name := range []string{"a", "b", "c", "d"} {
			items = append(items, configMap(name, dir+"/"+name+".yaml", 0, "v"))
		}
	}
	out := Run([]byte(listOf(items...)), Env{})
	assert.Equal(t, 4, strings.Count(out.Log, "[identical-object]"), out.Log)
	assert.Len(t, resultsOf(t, out.Output), 4)
}

// In whatever form a list came, it goes back with its items and the results.
func TestResultsInEveryForm(t *testing.T) {
	twice := configMap("a", "x.yaml", 0, "v") + configMap("a", "x.yaml", 1, "w")
	var value any
	require.NoError(t, yaml.Unmarshal([]byte(listOf(twice)), &value))
	compact, err := json.Marshal(value)
	require.NoError(t, err)
	for name, input := range map[string]string{
		"block":                 listOf(twice),
		"wide":                  header + "items:\n" + indent(twice),
		"no newline at the end": strings.TrimSuffix(listOf(twice), "\n"),
		"marker":                "--- # here\n" + listOf(twice),
		"end":                   "---\n" + listOf(twice) + "...\n",
		"quoted keys":           "\"apiVersion\": config.kubernetes.io/v1\nkind: ResourceList\nitems:\n" + twice,
		"flow":                  strings.ReplaceAll(string(compact), `"kind":`, "kind: "),
		"JSON":                  string(compact),
		"JSON with results":     strings.TrimSuffix(string(compact), "}") + ` , "results" : [1, {"message": "old"}] }` + "\n",
		"JSON behind a marker":  "---\n" + string(compact) + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			out := Run([]byte(input), Env{})
			require.Equal(t, Findings, out.Code, out.Log)
			results := resultsOf(t, out.Output)
			require.Len(t, results, 1)
			assert.Equal(t, "ConfigMap shop/a is declared twice; the declarations differ at data.key (first in x.yaml[0], again in x.yaml[1])", results[0]["message"])
			var before, after map[string]any
			require.NoError(t, yaml.Unmarshal([]byte(input), &before))
			require.NoError(t, yaml.Unmarshal(out.Output, &after))
			assert.Equal(t, before["items"], after["items"])
		})
	}
}

// Annotations that kustomize writes into every item are no difference, and the origin
// among them is the place.
func TestKustomizeItems(t *testing.T) {
	item := func(index, file string) string {
		return `- apiVersion: v1
  data:
    k: v
  kind: ConfigMap
  metadata:
    annotations:
      config.k8s.io/id: "` + index + `"
      config.kubernetes.io/index: "` + index + `"
      config.kubernetes.io/origin: |
        path: ` + file + `
      internal.config.kubernetes.io/annotations-migration-resource-id: "` + index + `"
      internal.config.kubernetes.io/id: "` + index + `"
      internal.config.kubernetes.io/index: "` + index + `"
      kustomize.config.k8s.io/id: |
        kind: ConfigMap
        name: a` + index + `
        version: v1
    name: a
    namespace: shop
`
	}
	out := Run([]byte(listOf(item("0", "../base/x.yaml"), item("1", "y.yaml"))), Env{})
	assert.Equal(t, Findings, out.Code)
	assert.Equal(t, `y.yaml: error: ConfigMap shop/a is declared twice with identical contents (items[1]) [identical-object]
../base/x.yaml: note: first declared here (items[0])
help: remove all but one, or tolerate equal copies

kuniq: 2 objects, 1 error
`, out.Log)
	assert.Equal(t, map[string]any{"path": "y.yaml", "index": 0}, resultsOf(t, out.Output)[0]["file"])

	plain := listOf("- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n", "- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n")
	out = Run([]byte(plain), Env{})
	assert.True(t, strings.HasPrefix(out.Log, "items[1]: error: "), out.Log)
}

func TestNoAbsolutePaths(t *testing.T) {
	out := Run([]byte(listOf(configMap("a", "/home/me/x.yaml", 0, "v"), configMap("a", `C:\me\y.yaml`, 0, "w"))), Env{})
	assert.Contains(t, out.Log, ".../y.yaml[0]: error: ")
	assert.Contains(t, resultsOf(t, out.Output)[0]["message"], "(first in .../x.yaml[0], again in .../y.yaml[0])")
}

// Orchestrators send more than objects.
func TestPackageFiles(t *testing.T) {
	input, err := os.ReadFile("testdata/kpt.yaml")
	require.NoError(t, err)
	out := Run(input, Env{})
	assert.Equal(t, Outcome{Output: input, Log: "kuniq: 2 objects, no duplicates, 3 local-config left out\n"}, out)
}

func TestWarningsOnSuccess(t *testing.T) {
	input := listOf(strings.Replace(configMap("a", "x.yaml", 0, "v"), "v1\n  kind: ConfigMap", "v1\n  kind: Namespace", 1))
	out := Run([]byte(input), Env{})
	assert.Equal(t, Clean, out.Code)
	assert.Equal(t, input, string(out.Output))
	assert.True(t, strings.HasPrefix(out.Log, "x.yaml[0]: warning: Namespace is cluster-scoped"), out.Log)
	assert.True(t, strings.HasSuffix(out.Log, "\nkuniq: 1 object, no duplicates, 1 warning\n"), out.Log)
}

// Nothing of the input can start a line or act on a terminal, and no value of
// a Secret is ever shown.
func TestHostileItems(t *testing.T) {
	secret := strings.Replace(configMap("a", "x.yaml\\n::error::", 0, "hunter2"), "ConfigMap", "Secret", 1)
	secret = strings.ReplaceAll(secret, "'x.yaml\\n::error::'", `"x.yaml\n::error::\e[31m##[x]"`)
	out := Run([]byte(listOf(secret, strings.Replace(secret, "hunter2", "hunter3", 1))), Env{})
	assert.Equal(t, Findings, out.Code)
	for _, text := range []string{out.Log, resultsOf(t, out.Output)[0]["message"].(string)} {
		assert.NotContains(t, text, "\n::")
		assert.NotContains(t, text, "\x1b")
		assert.NotContains(t, text, "##")
		assert.NotContains(t, text, "hunter")
	}
}

// Every item is read by itself, and all of them may be bombs.
func TestAliasBombs(t *testing.T) {
	for depth, most := range map[int]int{4: 40, 5: 6} { // 66,000 and 600,000 values
		var bomb strings.Builder
		bomb.WriteString("- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n  l0: &l0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n")
		for i := range depth {
			aliases := strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*l%d, ", i), 9), ", ")
			fmt.Fprintf(&bomb, "  l%d: &l%d [%s]\n", i+1, i+1, aliases)
		}
		l, err := read([]byte(listOf(strings.Repeat(bomb.String(), 200))))
		require.NoError(t, err)
		left := 2_000_000
		tried := 0
		for _, it := range l.items {
			before := left
			_, _ = ownBody{it.objects[0].Body, &left}.Value()
			if left < before {
				tried++
			}
		}
		assert.LessOrEqual(t, tried, most)
		out := Run(l.text, Env{})
		assert.Equal(t, Findings, out.Code)
		assert.Contains(t, out.Log, "kuniq: 200 objects, 1 error")
	}
}

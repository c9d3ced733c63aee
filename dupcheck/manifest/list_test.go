package manifest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// TestLists reads every list as YAML, as JSON, and as a decoded value.
func TestLists(t *testing.T) {
	const (
		a = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"
		b = "{apiVersion: v1, kind: Secret, metadata: {name: b}}"
	)
	for _, c := range []struct {
		name, text string
		objects    []string // kind/name and path
		findings   []string // rule and path
	}{
		{"List", "{apiVersion: v1, kind: List, items: [" + a + ", " + b + "]}", []string{"v1 ConfigMap/a items[0]", "v1 Secret/b items[1]"}, nil},
		{"List of another group", "{apiVersion: apps/v1, kind: List, items: [" + a + "]}", []string{"v1 ConfigMap/a items[0]"}, nil},
		{"List with metadata", "{apiVersion: v1, kind: List, metadata: {name: 1, namespace: {}}, items: [" + a + "]}", []string{"v1 ConfigMap/a items[0]"}, nil},
		{"typed list", "{apiVersion: apps/v1, kind: DeploymentList, items: [{metadata: {name: x}}, " + b + "]}", []string{"apps/v1 Deployment/x items[0]", "v1 Secret/b items[1]"}, nil},
		{"typed list, empty types", "{apiVersion: apps/v1, kind: DeploymentList, items: [{apiVersion: '', kind: null, metadata: {name: x}}]}", []string{"apps/v1 Deployment/x items[0]"}, nil},
		{"typed list, half a type", "{apiVersion: apps/v1, kind: DeploymentList, items: [{kind: Deployment, metadata: {name: x}}]}", []string{" Deployment/x items[0]"}, []string{"no-apiversion items[0]"}},
		{"kind that ends in List", "{apiVersion: a.example/v1, kind: AllowList, metadata: {name: x}}", []string{"a.example/v1 AllowList/x"}, nil},
		{"empty List", "{apiVersion: v1, kind: List, items: []}", nil, nil},
		{"items null", "{apiVersion: v1, kind: List, items: null}", nil, nil},
		{"no items", "{apiVersion: v1, kind: List}", nil, nil},
		{"an object of kind List", "{apiVersion: a.example/v1, kind: List, metadata: {name: x}}", []string{"a.example/v1 List/x"}, nil},
		{"an object of kind List in a List", "{apiVersion: v1, kind: List, items: [{apiVersion: a.example/v1, kind: List, metadata: {generateName: x}}]}", []string{"a.example/v1 List/ items[0]"}, nil},
		{"a List with a name", "{apiVersion: v1, kind: List, metadata: {name: x}, items: null}", nil, nil},
		{"items no array", "{apiVersion: v1, kind: List, items: {a: b}}", nil, []string{"invalid-type"}},
		{"item without type", "{apiVersion: v1, kind: List, items: [{metadata: {name: x}}, " + a + "]}", []string{"v1 ConfigMap/a items[1]"}, []string{"invalid-type items[0]"}},
		{
			"items that are no mappings", "{apiVersion: v1, kind: List, items: [null, x, [" + a + "], " + b + "]}",
			[]string{"v1 Secret/b items[3]"},
			[]string{"invalid-type items[0]", "invalid-type items[1]", "invalid-type items[2]"},
		},
		{
			"List of Lists", "{apiVersion: v1, kind: List, items: [" + a + ", {apiVersion: v1, kind: List, items: [" + b + "]}]}",
			[]string{"v1 ConfigMap/a items[0]", "v1 Secret/b items[1].items[0]"},
			[]string{"nested-list items[1]"},
		},
		{
			"List of typed lists", "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: SecretList, items: [{metadata: {name: x}}]}]}",
			[]string{"v1 Secret/x items[0].items[0]"},
			[]string{"nested-list items[0]"},
		},
		{"empty List in a List", "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List}]}", nil, []string{"nested-list items[0]"}},
		{"stray items", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, items: []}", []string{"v1 ConfigMap/x"}, []string{"stray-items"}},
		{
			"stray items in a List", "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, items: [" + a + "]}]}",
			[]string{"v1 ConfigMap/x items[0]", "v1 ConfigMap/a items[0].items[0]"},
			[]string{"stray-items items[0]"},
		},
		{"stray items that are objects", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, items: [" + a + ", {metadata: {name: w}}, " + b + "]}", []string{"v1 ConfigMap/x", "v1 ConfigMap/a items[0]", "v1 ConfigMap/w items[1]", "v1 Secret/b items[2]"}, []string{"stray-items"}},
		{"stray items that are none", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, items: [null, x, [" + a + "], {key: a, path: b}, {apiVersion: v1, kind: Pod, name: w}, {kind: Pod, metadata: {name: z}}]}", []string{"v1 ConfigMap/x"}, []string{"stray-items"}},
		{"stray items of an object without metadata", "{apiVersion: v1, kind: ConfigMap, items: [" + a + "]}", []string{"v1 ConfigMap/", "v1 ConfigMap/a items[0]"}, []string{"no-name", "stray-items"}},
		{"stray items null", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, items: null}", []string{"v1 ConfigMap/x"}, []string{"stray-items"}},
		{"typed list, items null", "{apiVersion: v1, kind: ConfigMapList, metadata: {name: x}, items: null}", nil, nil},
		{"List without apiVersion", "{kind: List, items: [" + a + ", " + b + "]}", []string{"v1 ConfigMap/a items[0]", "v1 Secret/b items[1]"}, nil},
		{"List, apiVersion null", "{apiVersion: null, kind: List, items: [" + a + "]}", []string{"v1 ConfigMap/a items[0]"}, nil},
		{"List, apiVersion empty", "{apiVersion: '', kind: List, items: [" + a + "]}", []string{"v1 ConfigMap/a items[0]"}, nil},
		{"List, apiVersion no string", "{apiVersion: 1, kind: List, items: [" + a + "]}", []string{"v1 ConfigMap/a items[0]"}, []string{"not-a-string"}},
		{"List without apiVersion, with metadata", "{kind: List, metadata: {}, items: [" + a + "]}", []string{"v1 ConfigMap/a items[0]"}, nil},
		{"typed list without apiVersion", "{apiVersion: null, kind: ConfigMapList, items: [{metadata: {name: x}}, " + a + "]}", []string{"v1 ConfigMap/a items[1]"}, nil},
		{"any kind without apiVersion", "{kind: ConfigMap, items: [{metadata: {name: x}}, x, " + a + "]}", []string{"v1 ConfigMap/a items[2]"}, nil},
		{"any kind without apiVersion, with metadata", "{kind: ConfigMap, metadata: {name: x}, items: [" + a + "]}", []string{"ConfigMap/x", "v1 ConfigMap/a items[0]"}, []string{"no-apiversion", "stray-items"}},
		{
			"Lists without apiVersion in one another", "{kind: List, items: [{kind: List, items: [{kind: ConfigMapList, apiVersion: v1, items: [{metadata: {name: x}}]}, " + a + "]}]}",
			[]string{"v1 ConfigMap/x items[0].items[0].items[0]", "v1 ConfigMap/a items[0].items[1]"},
			[]string{"nested-list items[0]", "nested-list items[0].items[0]"},
		},
		{"List without apiVersion in a List", "{apiVersion: v1, kind: List, items: [{kind: List, items: [" + a + "]}]}", []string{"v1 ConfigMap/a items[0].items[0]"}, []string{"nested-list items[0]"}},
		{"an answer of another API", "{kind: youtube#videoListResponse, etag: x, items: [{kind: youtube#video, etag: y, snippet: {title: z}}]}", nil, nil},
		{"an answer with metadata inside", "{kind: compute#instanceList, items: [{kind: compute#instance, metadata: {kind: compute#metadata, items: [{key: a, value: b}]}}]}", nil, nil},
		{"references of another program", "{kind: refs, items: [{apiVersion: v1, kind: Pod, name: x}]}", nil, nil},
		{"List of other things", "{kind: List, items: [1, [], null, {a: b}]}", nil, nil},
		{"List of nothing", "{kind: List, items: []}", nil, nil},
		{"items without kind", "{items: [" + a + "]}", nil, nil},
		{"items without kind, with apiVersion", "{apiVersion: v1, items: [" + a + "]}", nil, nil},
		{"items that are not an array", "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, items: {}}", []string{"v1 ConfigMap/x"}, nil},
		{
			"ResourceList", "{apiVersion: config.kubernetes.io/v1, kind: ResourceList, items: [" + a + ", {apiVersion: v1, kind: List, items: [" + b + "]}, {metadata: {name: x}}], functionConfig: " + b + "}",
			[]string{"v1 ConfigMap/a items[0]", "v1 Secret/b items[1].items[0]"},
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var value any
			require.NoError(t, yaml.Unmarshal([]byte(c.text), &value))
			asJSON, err := json.Marshal(value)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(asJSON, &value))
			blockStyle, err := yaml.Marshal(value)
			require.NoError(t, err)
			var decoded []dupcheck.Object
			for o, err := range manifest.Decoded("f", value) {
				require.NoError(t, err)
				decoded = append(decoded, o)
			}
			checkList(t, c.objects, c.findings, decoded)
			for _, text := range []string{c.text, string(asJSON), string(blockStyle)} {
				objects, unread := read(t, "f", text)
				assert.Empty(t, unread)
				checkList(t, c.objects, c.findings, objects)
				checkRead(t, []byte(text))
				for i, o := range objects { // the three agree on contents, too
					if o.Body != nil {
						got, err := o.Body.Value()
						require.NoError(t, err)
						want, err := decoded[i].Body.Value()
						require.NoError(t, err)
						assert.Equal(t, want, got)
					}
				}
			}
		})
	}
}

func checkList(t *testing.T, wantObjects, wantFindings []string, objects []dupcheck.Object) {
	t.Helper()
	var gotObjects, gotFindings []string
	for _, o := range objects {
		if !o.Placeholder {
			gotObjects = append(gotObjects, strings.TrimSpace(o.APIVersion+" "+o.Kind+"/"+o.Name+" "+o.At.Path))
		}
	}
	for _, d := range dupcheck.Check(dupcheck.Rules{}, objects).Diagnostics {
		gotFindings = append(gotFindings, strings.TrimSpace(string(d.Rule)+" "+d.Declarations[0].Path))
	}
	for i, o := range wantObjects {
		wantObjects[i] = strings.TrimPrefix(o, " ")
	}
	assert.Equal(t, wantObjects, gotObjects)
	assert.ElementsMatch(t, wantFindings, gotFindings)
}

// TestNotAString names fields that are no strings, and never takes them for an
// identity.
func TestNotAString(t *testing.T) {
	for _, c := range []struct{ text, message string }{
		{block("123"), "metadata.name is the number 123, not a string"},
		{block("no"), "metadata.name is the boolean no, not a string"},
		{block("0o17"), "metadata.name is the number 0o17, not a string"},
		{block("[a]"), "metadata.name is a list, not a string"},
		{block("{a: b}"), "metadata.name is a mapping, not a string"},
		{block("!!int x"), "metadata.name is tagged with a type that it does not have, not a string"},
		{block("a") + "  namespace: 1_000\n", "metadata.namespace is the number 1_000, not a string"},
		{block("a") + "  generateName: true\n", "metadata.generateName is the boolean true, not a string"},
		{strings.Replace(block("a"), "v1", "1", 1), "apiVersion is the number 1, not a string"},
		{strings.Replace(block("a"), "ConfigMap", "yes", 1), "kind is the boolean yes, not a string"},
		{`{"apiVersion":"v1","kind":"X","metadata":{"name":1.5}}`, "metadata.name is the number 1.5, not a string"},
		{`{"apiVersion":"v1","kind":"X","metadata":{"name":false}}`, "metadata.name is the boolean false, not a string"},
	} {
		objects, unread := read(t, "f", c.text)
		assert.Empty(t, unread)
		if assert.Len(t, objects, 1, c.text) {
			assert.True(t, objects[0].Unnamed, c.text)
			assert.Equal(t, c.message, objects[0].ReaderFindings[0].Message)
			assert.Equal(t, dupcheck.NotAString, objects[0].ReaderFindings[0].Rule)
		}
		assert.Len(t, findings(append(objects, objects...)), 2, "no identity, no collision")
	}
}

func TestCRD(t *testing.T) {
	const text = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec: {group: example.com, scope: Cluster, names: {kind: Widget, plural: widgets}}
`
	objects, _ := read(t, "f", text)
	require.Len(t, objects, 1)
	assert.Equal(t, &dupcheck.CRD{Group: "example.com", Kind: "Widget", Plural: "widgets", Scope: "Cluster"}, objects[0].CRD)
	for _, other := range []string{
		strings.Replace(text, "apiextensions.k8s.io", "example.com", 1), strings.Replace(text, "spec:", "spec2:", 1),
		strings.Replace(text, "group: example.com", "group: ''", 1), strings.Replace(text, "kind: Widget", "kind: null", 1),
		strings.Replace(text, "{kind: Widget, plural: widgets}", "x", 1),
	} {
		objects, _ := read(t, "f", other)
		require.Len(t, objects, 1, other)
		assert.Nil(t, objects[0].CRD, other)
	}
}

package rnode_test

import (
	"fmt"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/kio/kioutil"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest/rnode"
	"github.com/kuniq/kuniq/internal/assertion"
)

var assert, require = assertion.Continue, assertion.Stop

const text = `# head
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  namespace: x
data: {k: v}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: x}
data: {k: v}
`

func objects(t *testing.T, nodes ...*yaml.RNode) (all []dupcheck.Object) {
	t.Helper()
	for _, node := range nodes {
		for o, err := range rnode.Objects("given", node) {
			require.NoError(t, err)
			all = append(all, o)
		}
	}
	return all
}

func TestByteReader(t *testing.T) {
	reader := kio.ByteReader{Reader: strings.NewReader(text), SetAnnotations: map[string]string{kioutil.PathAnnotation: "dir/a.yaml"}}
	nodes, err := reader.Read()
	require.NoError(t, err)
	before := nodes[1].MustString()
	all := objects(t, nodes...)
	require.Len(t, all, 2)
	assert.Equal(t, dupcheck.Position{File: "dir/a.yaml", Line: 5, Column: 9}, all[0].At)
	assert.Equal(t, dupcheck.Position{File: "dir/a.yaml", Line: 3, Column: 18, Document: 1}, all[1].At)
	assert.Equal(t, before, nodes[1].MustString(), "the nodes are left alone")

	// The annotations that the reader set are no difference.
	report := dupcheck.Check(dupcheck.Rules{}, all)
	require.Len(t, report.Diagnostics, 1)
	assert.Equal(t, dupcheck.IdenticalObject, report.Diagnostics[0].Rule)
}

func TestOldAnnotations(t *testing.T) {
	node := yaml.MustParse("apiVersion: v1\nkind: X\nmetadata:\n  name: a\n  annotations:\n    config.kubernetes.io/path: old.yaml\n    config.kubernetes.io/index: '3'\n")
	all := objects(t, node)
	require.Len(t, all, 1)
	assert.Equal(t, dupcheck.Position{File: "old.yaml", Line: 4, Column: 9, Document: 3}, all[0].At)
}

func TestLists(t *testing.T) {
	all := objects(t,
		yaml.MustParse("apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n- metadata: &m {name: b}\n- metadata: *m\n"),
		yaml.MustParse("a: b\n"), yaml.MustParse("- a\n"), yaml.NewScalarRNode("a"), yaml.NewMapRNode(nil), nil, yaml.NewRNode(nil))
	require.Len(t, all, 3)
	assert.Equal(t, dupcheck.Position{File: "given", Line: 6, Column: 13, Path: "items[2]"}.Path, all[2].At.Path)
	assert.Equal(t, "ConfigMap b", all[2].Kind+" "+all[2].Name)
	value, err := all[2].Body.Value()
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"metadata": map[string]any{"name": "b"}}, value)
}

// TestTypes makes sure that the types are Kubernetes' and not those of yaml/v3.
func TestTypes(t *testing.T) {
	for name, unnamed := range map[string]bool{"yes": true, "0o17": true, "1_000": true, "a": false, "2020-01-01": false} {
		all := objects(t, yaml.MustParse("apiVersion: v1\nkind: X\nmetadata:\n  name: "+name+"\n"))
		require.Len(t, all, 1)
		assert.Equal(t, unnamed, all[0].Unnamed, name)
	}
}

func TestBuilt(t *testing.T) {
	node := yaml.NewMapRNode(&map[string]string{"apiVersion": "v1", "kind": "X"})
	require.NoError(t, node.SetName("made"))
	all := objects(t, node)
	require.Len(t, all, 1)
	assert.Equal(t, "made", all[0].Name)
	assert.Equal(t, 1, all[0].At.Line, "a node without a place stands at the beginning")
}

func TestBombs(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 {apiVersion: v1, kind: X, metadata: {name: x}}\n")
	for i := range 18 {
		fmt.Fprintf(&b, "a%d: &a%d {apiVersion: v1, kind: ResourceList, items: [*a%d, *a%d]}\n", i+1, i+1, i, i)
	}
	b.WriteString("apiVersion: v1\nkind: ResourceList\nitems: [*a18]\n")
	n := 0
	for range rnode.Objects("f", yaml.MustParse(b.String())) {
		if n++; n == 1000 {
			break
		}
	}
	assert.Equal(t, 1000, n)
}

func ExampleObjects() {
	nodes, err := kio.FromBytes([]byte(text))
	if err != nil {
		panic(err)
	}
	var checker dupcheck.Checker
	for _, node := range nodes {
		for object, err := range rnode.Objects("app.yaml", node) {
			if err != nil {
				panic(err)
			}
			checker.Add(object)
		}
	}
	for _, d := range checker.Report().Diagnostics {
		fmt.Println(d.Rule, d.ID)
	}
	// Output: identical-object ConfigMap x/a
}

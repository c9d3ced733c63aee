package oracle

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	api "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

func configMap(name string, value int64) *api.Unstructured {
	u := &api.Unstructured{Object: map[string]any{"spec": map[string]any{"n": value}}}
	u.SetAPIVersion("v1")
	u.SetKind("ConfigMap")
	u.SetNamespace("x")
	u.SetName(name)
	return u
}

// unstructuredObjects reads the values of apimachinery, as controllers and clients hold them.
func unstructuredObjects(t *testing.T, all ...*api.Unstructured) (out []dupcheck.Object) {
	t.Helper()
	for _, u := range all {
		for o, err := range manifest.Decoded("live", u.UnstructuredContent()) {
			require.NoError(t, err)
			out = append(out, o)
		}
	}
	return out
}

func TestUnstructured(t *testing.T) {
	all := unstructuredObjects(t, configMap("a", 1), configMap("a", 2), configMap("b", 1), &api.Unstructured{}, &api.Unstructured{Object: map[string]any{"kind": "X"}})
	require.Len(t, all, 3)
	assert.Equal(t, dupcheck.Position{File: "live"}, all[0].At, "it has no line")
	report := dupcheck.Check(dupcheck.Rules{}, all)
	require.Len(t, report.Diagnostics, 1)
	assert.Equal(t, []string{"spec.n"}, report.Diagnostics[0].Differs)
}

func TestUnstructuredLists(t *testing.T) {
	list := &api.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "ConfigMapList", "items": []any{
		map[string]any{"metadata": map[string]any{"name": "a"}}, configMap("b", 1).Object,
	}}}
	require.True(t, list.IsList())
	all := unstructuredObjects(t, list)
	require.Len(t, all, 2)
	assert.Equal(t, "v1 ConfigMap a items[0]", all[0].APIVersion+" "+all[0].Kind+" "+all[0].Name+" "+all[0].At.Path)
	assert.Equal(t, "items[1]", all[1].At.Path)

	typed := &api.UnstructuredList{Items: []api.Unstructured{*configMap("c", 1)}}
	typed.SetAPIVersion("v1")
	typed.SetKind("List")
	all = unstructuredObjects(t, &api.Unstructured{Object: typed.UnstructuredContent()})
	require.Len(t, all, 1)
	assert.Equal(t, "c", all[0].Name)
}

func TestUnstructuredNames(t *testing.T) {
	for _, name := range []any{int64(1), 1.5, true, []any{}, map[string]any{}} {
		u := configMap("a", 1)
		u.Object["metadata"] = map[string]any{"name": name}
		all := unstructuredObjects(t, u)
		require.Len(t, all, 1)
		assert.True(t, all[0].Unnamed, "%v", name)
	}
}

package checkout_test

import (
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
)

func kustomization(t *testing.T, text string) *checkout.KustomizationFile {
	t.Helper()
	k := checkout.Find(fstest.MapFS{"kustomization.yaml": {Data: []byte(text)}}, nil, checkout.Options{}).Kustomization(".")
	require.NotNil(t, k)
	return k
}

// Every field that names files is read, but those of charts: none is inflated.
func TestReferences(t *testing.T) {
	k := kustomization(t, `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [f01]
bases: [f02]
components: [f03]
crds: [f04]
configurations: [f05]
openapi: {path: f06}
generators: [f07]
transformers: [f08]
validators: [f09]
patchesStrategicMerge: [f10, '{kind: A}']
patches: [{path: f11}, {patch: text}]
patchesJson6902: [{path: f12, target: {kind: A}}]
replacements: [{path: f13}]
configMapGenerator: [{envs: [f14], env: f15, files: [f16, k=f17]}]
secretGenerator: [{envs: [f18], env: f19, files: [f20, k=f21]}]
helmCharts: [{name: x, valuesFile: f22, additionalValuesFiles: [f23]}]
`)
	require.NoError(t, k.Broken)
	assert.Equal(t, []string{
		"f01", "f02", "f03", "f04", "f05", "f06", "f07", "f08", "f09", "f10", "f11", "f12", "f13", "f14", "f15", "f16", "f17", "f18", "f19", "f20", "f21",
	}, k.Targets())
	assert.Len(t, k.Inflations, 1)
}

// A key is found as kustomize finds it.
func TestReferencesOfKeys(t *testing.T) {
	for text, want := range map[string][]string{
		"Resources: [a]\n":                                                       {"a"},
		"resources: [a]\nresources: [b]\n":                                       {"b"},
		"resources: [null, ~, a]\n":                                              {"a"},
		"resources: [a]\n---\nresources: [b]\n":                                  {"a"},
		"resources: &r [a]\ncomponents: *r\n":                                    {"a", "a"},
		"openapi: &o {path: a}\nreplacements: [{<<: *o}]\n":                      {"a", "a"},
		"openapi: &o {path: a}\nreplacements: [{<<: *o, path: b}, {<<: [*o]}]\n": {"a", "b", "a"},
		"": nil,
	} {
		k := kustomization(t, text)
		require.NoError(t, k.Broken, text)
		assert.Equal(t, want, k.Targets(), text)
	}
}

// A reference says where it stands, and what keeps it from being changed there.
func TestReferencesHaveTheirPlace(t *testing.T) {
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte("patches:\n- path: a\n- path: &x b\n"), &doc))
	all, ok := checkout.References(doc.Content[0], checkout.KustomizationFields)
	require.True(t, ok)
	require.Len(t, all, 2)
	r := all[0]
	assert.Equal(t, []any{"patches", "patches[].path", 2, 9}, []any{r.Field, r.Where, r.Node.Line, r.Node.Column})
	assert.Equal(t, []any{yaml.MappingNode, ""}, []any{r.Item.Kind, r.Fixed})
	assert.Equal(t, "it has an anchor", all[1].Fixed)
}

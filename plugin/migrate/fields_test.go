package migrate

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// TestReferencesAgree: a file is found here, where its place in the text is needed,
// if package checkout finds it, and the other way round.
func TestReferencesAgree(t *testing.T) {
	const text = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [f01]
bases: [f02]
components: [f03]
patches: [{path: f04}]
patchesStrategicMerge: [f05]
patchesJson6902: [{path: f06, target: {kind: A}}]
generators: [f07]
transformers: [f08]
validators: [f09]
configMapGenerator: [{files: [f10, k=f11], envs: [f12], env: f13}]
secretGenerator: [{files: [f14, k=f15], envs: [f16], env: f17}]
crds: [f18]
configurations: [f19]
openapi: {path: f20}
replacements: [{path: f21}]
`
	k := checkout.Find(fstest.MapFS{"kustomization.yaml": {Data: []byte(text)}}, nil, checkout.Options{}).Kustomization(".")
	require.NoError(t, k.Broken)
	theirs := k.Targets()
	var ours []string
	for _, r := range readDocument("kustomization.yaml", []byte(text)).refs {
		ours = append(ours, r.target)
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	assert.Len(t, ours, 21)
	assert.Equal(t, theirs, ours)
}

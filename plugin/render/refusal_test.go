package render

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRefusals: the reason names the file, the field and the value, as far as
// kustomize says them, and nothing of what an object holds.
func TestRefusals(t *testing.T) {
	const files = `
-- k/a.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
-- k/p.yaml --
apiVersion: v1
kind: Secret
metadata: {name: b}
stringData: {x: hunter2}
-- k/bad.yaml --
a: {
 b: hunter2
-- k/noname.yaml --
apiVersion: v1
kind: Secret
metadata: {}
stringData: {a: hunter2}
-- k/kustomization.yaml --
`
	for kustomization, want := range map[string]string{
		"resources: [bad.yaml]":                                                       `resources names "bad.yaml", which is not valid YAML at line "2"`,
		"resources: [noname.yaml]":                                                    `resources names "noname.yaml", in which the kind "Secret" has no metadata.name`,
		"resources: [a.yaml]\npatches: [{path: p.yaml}]":                              `a patch has no object to change: there is no "Secret" "b"`,
		"resources: [a.yaml]\npatchesStrategicMerge: [p.yaml]":                        `a patch has no object to change: there is no "Secret" "b"`,
		"resources: [a.yaml]\nreplicas: [{name: none, count: 2}]":                     `replicas names "none", and there is no such object with replicas`,
		"resources: [a.yaml]\ncrds: [a.yaml]":                                         `crds names "a.yaml", which is not an OpenAPI definition`,
		"configMapGenerator: [{name: x, files: [a.yaml, a.yaml]}]":                    `a generator has the key "a.yaml" twice`,
		"secretGenerator: [{name: x, literals: [hunter2]}]":                           `a literal of a generator is not of the form KEY=VALUE`,
		"kind: Foo\nresources: [a.yaml]":                                              `its kind should be "Kustomization or Component"`,
		"resources: [a.yaml]\npatches: [{patch: hunter2, target: {kind: ConfigMap}}]": `a patch is neither an object nor a JSON patch`,
		"resources: [a.yaml]\npatches: [{patch: '[{\"op\": \"replace\", \"path\": \"/x/y\", \"value\": 1}]', target: {kind: ConfigMap}}]":      `a patch with the operation "replace" has a path that is not there: "/x/y"`,
		"resources: [a.yaml]\nreplacements: [{source: {kind: Secret, name: x}, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.a]}]}]": `replacements has a source that is not there: "Secret" "x"`,
	} {
		p := find(tree(files+kustomization+"\n"), "k")
		require.Len(t, p.Targets, 1)
		j, reason := newJob(p, Target{Target: p.Targets[0]})
		require.Empty(t, reason)
		got := run(j).Reason.String()
		assert.Equal(t, "kustomize refuses it: "+want, got, kustomization)
		assert.NotContains(t, got, "hunter2")
	}
}

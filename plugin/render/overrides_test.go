package render

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// TestOverrides: what Argo CD changes in a kustomization decides who its objects
// are.
func TestOverrides(t *testing.T) {
	fsys := tree(`
-- app/kustomization.yaml --
namePrefix: old-
resources: [a.yaml]
-- app/a.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
-- app/rename.json --
[{"op": "add", "path": "/metadata/labels", "value": {"x": "y"}}]
-- component/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [b.yaml]
-- component/b.yaml --
apiVersion: v1
kind: Secret
metadata: {name: b}
`)
	run := func(k Kustomize) (Result, string) {
		part := Target{Target: checkout.Target{Dir: "app", File: "app/kustomization.yaml"}, Kustomize: k}
		j, reason := newJob(find(fsys), part)
		if reason != "" {
			return Result{}, reason
		}
		j.Origins = true
		return run(j), ""
	}
	r, reason := run(Kustomize{})
	require.Empty(t, reason)
	assert.Equal(t, []string{"ConfigMap /old-a"}, names(r))

	r, reason = run(Kustomize{
		NamePrefix: "new-", NameSuffix: "-x", Namespace: "shop", Components: []string{"../component"},
		Patches:     [][]byte{[]byte(`{"path": "rename.json", "target": {"kind": "ConfigMap"}}`), []byte(`{"patch": "{kind: ConfigMap, apiVersion: v1, metadata: {name: a, labels: {p: q}}}"}`)},
		Labels:      map[string]string{"l": "m"},
		Annotations: map[string]string{"argocd.argoproj.io/sync-options": "Prune=false"},
	})
	require.Empty(t, reason)
	require.Empty(t, r.Reason)
	assert.Equal(t, []string{"ConfigMap shop/new-a-x", "Secret shop/new-b-x"}, names(r))
	assert.JSONEq(t, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"new-a-x","namespace":"shop",
		"annotations":{"argocd.argoproj.io/sync-options":"Prune=false"},"labels":{"x":"y","p":"q","l":"m"}}}`, string(r.Contents[0]))

	for want, k := range map[string]Kustomize{
		"app/kustomization.yaml, as it is deployed: components names \"../away\", where there is no kustomization":           {Components: []string{"../away"}},
		"app/kustomization.yaml, as it is deployed: components leaves what is checked: \"../../x\"":                          {Components: []string{"../../x"}},
		"app/kustomization.yaml, as it is deployed: patches names something to be fetched: \"https://example.com/a\"":        {Patches: [][]byte{[]byte(`{"path": "https://example.com/a"}`)}},
		"app/kustomization.yaml, as it is deployed: a patch for it is not valid":                                             {Patches: [][]byte{[]byte(`3`)}},
		"app/kustomization.yaml, as it is deployed: components names something to be fetched: \"github.com/o/r//component\"": {Components: []string{"github.com/o/r//component"}},
	} {
		_, reason := run(k)
		assert.Equal(t, want, reason)
	}
}

func TestHelmParameterNames(t *testing.T) {
	p := find(tree("-- c/Chart.yaml --\n"), ".")
	root := Target{Target: p.Targets[0]}
	root.Helm = Helm{Command: "helm", Set: []HelmValue{{Name: "a=/etc/passwd,b", Value: "c/Chart.yaml", File: true}}}
	_, reason := newJob(p, root)
	assert.Equal(t, `the name of a parameter that is a file is none: "a=/etc/passwd,b"`, reason)
}

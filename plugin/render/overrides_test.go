package render

import (
	"fmt"
	"os"
	"path/filepath"
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
		j, reason := NewJob(find(fsys), part)
		if reason != "" {
			return Result{}, reason
		}
		j.Origins = true
		return j.Run(), ""
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

// TestHelmArguments: a file's name is a stranger's, and helm would take a comma
// in it for the end of one path and the beginning of a URL.
func TestHelmArguments(t *testing.T) {
	temp := t.TempDir()
	sly := "c/v.yaml,https://example.com/x.yaml"
	j := Job{
		Target: Target{Target: checkout.Target{Dir: "c"}, Helm: Helm{
			Release: "--post-renderer=sh", Namespace: "n", Values: []string{sly}, Inline: []byte("a: b"), SkipCRDs: true, SkipTests: true,
			Set:         []HelmValue{{Name: "a", Value: "1"}, {Name: "b", Value: "true", String: true}, {Name: "c", Value: sly, File: true}},
			KubeVersion: "1.30", APIVersions: []string{"v1", "x/v1"},
		}},
		Files: map[string][]byte{sly: []byte("hello")},
	}
	args, err := j.arguments(temp)
	require.NoError(t, err)
	given := func(i int) string { return filepath.Join(temp, fmt.Sprintf("given-%d", i)) }
	assert.Equal(t, []string{
		"template", "--namespace=n", "--skip-tests", "--values=" + given(0), "--values=" + given(1),
		"--set=a=1", "--set-string=b=true", "--set-file=c=" + given(2), "--kube-version=1.30", "--api-versions=v1", "--api-versions=x/v1",
		"--", "--post-renderer=sh", filepath.Join(temp, "tree", "c"),
	}, args)
	for i, want := range []string{"hello", "a: b", "hello"} {
		data, err := os.ReadFile(given(i))
		require.NoError(t, err)
		assert.Equal(t, want, string(data))
	}
	p := find(tree("-- c/Chart.yaml --\n"), ".")
	root := Target{Target: p.Targets[0]}
	root.Helm = Helm{Command: "helm", Set: []HelmValue{{Name: "a=/etc/passwd,b", Value: "c/Chart.yaml", File: true}}}
	_, reason := NewJob(p, root)
	assert.Equal(t, `the name of a parameter that is a file is none: "a=/etc/passwd,b"`, reason)
}

package gitops_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// TestDiscover: of a chart that is a kustomization as well, Argo CD takes what it
// finds last.
func TestDiscover(t *testing.T) {
	for _, tt := range []struct {
		files []string
		want  gitops.Reading
	}{
		{[]string{"a/Chart.yaml"}, gitops.AsChart},
		{[]string{"a/kustomization.yml"}, gitops.AsKustomization},
		{[]string{"a/Chart.yaml", "a/Kustomization"}, gitops.AsKustomization},
		{[]string{"a/x.yaml", "a/deep/Chart.yaml"}, gitops.AsManifests},
		{[]string{"b/Chart.yaml"}, gitops.AsManifests},
	} {
		tree := fstest.MapFS{}
		for _, name := range tt.files {
			tree[name] = &fstest.MapFile{Data: []byte("x")}
		}
		assert.Equal(t, tt.want, gitops.Discover(tree, "a"), "%v", tt.files)
	}
	link := fstest.MapFS{"b/Chart.yaml": {Data: []byte("x")}, "a": {Data: []byte("b"), Mode: fs.ModeSymlink}}
	assert.Equal(t, gitops.AsManifests, gitops.Discover(link, "a"), "it does not look into a link")
}

func TestReading(t *testing.T) {
	for want, source := range map[gitops.Reading]gitops.Source{
		gitops.ByContent: {}, gitops.AsManifests: {Directory: &gitops.Directory{}}, gitops.AsKustomization: {Kustomize: &gitops.Kustomize{}}, gitops.AsChart: {Helm: &gitops.Helm{}},
		gitops.ByPlugin: {Kustomize: &gitops.Kustomize{}, Plugin: json.RawMessage(`{"name": "x"}`)},
	} {
		assert.Equal(t, want, source.Reading())
	}
}

// TestIn: objects that are decoded once for all tools are those that each of them would
// have decoded.
func TestIn(t *testing.T) {
	const file = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a}
spec: {project: 1}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: s}
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: p}
---
apiVersion: v1
kind: Secret
metadata: {name: c, labels: {argocd.argoproj.io/secret-type: cluster}}
stringData: {name: c, server: https://c}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: k}
spec: {path: 1}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: h}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: g}
---
apiVersion: fluxcd.controlplane.io/v1
kind: ResourceSet
metadata: {name: r}
---
a: b: c
`
	all := gitops.Parse(gitops.ArgoCD|gitops.Flux, "", "a.yaml", []byte(file))
	assert.Len(t, all.Objects, 7)
	for _, tool := range []gitops.Tool{gitops.ArgoCD, gitops.Flux, gitops.ArgoCD | gitops.Flux} {
		assert.Equal(t, told(t, gitops.Parse(tool, "prod", "a.yaml", []byte(file))), told(t, all.In(tool, "prod")))
	}
	assert.Empty(t, all.Objects[0].Set, "a copy is changed")
}

// told is what can be compared of declared objects: these hold functions.
func told(t *testing.T, d gitops.Declared) (all []string) {
	t.Helper()
	for one := range d.Each() {
		o := one.Objects[0]
		one.Objects = nil
		text, err := json.Marshal(one)
		require.NoError(t, err)
		all = append(all, fmt.Sprint(o.Set, o.Kind, o.Name, o.At, string(text)))
	}
	for _, c := range d.Clusters {
		all = append(all, fmt.Sprint(c.Object.Set, c.Name, c.Server))
	}
	for _, o := range d.Objects {
		all = append(all, fmt.Sprint(o.Set, o.Kind, o.Name, o.At))
	}
	return append(all, fmt.Sprint(d.Problems, d.Unread))
}

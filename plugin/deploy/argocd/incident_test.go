package argocd_test

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/impact"
)

// The incident: a second Application that kept the name of the first one. It
// only adds lines.
const (
	idpeApp = `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: idpe-cd, namespace: argocd}
spec:
  destinations: [{server: "https://prod01", namespace: "*"}]
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: idpe-cd, namespace: argocd}
spec:
  project: idpe-cd
  source: {repoURL: "https://git.example.com/config.git", path: env/prod01/idpe, targetRevision: HEAD}
  destination: {server: "https://prod01", namespace: idpe}
  syncPolicy: {automated: {prune: true, selfHeal: true}}
`
	idpeObjects = `apiVersion: v1
kind: Namespace
metadata: {name: idpe}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: storage, namespace: idpe}
---
apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: {name: bus, namespace: idpe}
---
apiVersion: v1
kind: Service
metadata: {name: gateway, namespace: idpe}
`
)

func incident() (base, head fstest.MapFS) {
	twin := strings.NewReplacer("env/prod01/idpe", "env/prod01/iox", "namespace: idpe}", "namespace: iox}").Replace(idpeApp)
	base = tree("env/argocd/apps.yml", idpeApp, "env/prod01/idpe/idpe.yml", idpeObjects)
	head = tree("env/argocd/apps.yml", idpeApp+"---\n"+twin, "env/prod01/idpe/idpe.yml", idpeObjects,
		"env/prod01/iox/iox.yml", "apiVersion: v1\nkind: Service\nmetadata: {name: iox-probe, namespace: iox}\n")
	return base, head
}

// tree is a repository of files and their contents.
func tree(pairs ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return out
}

// snapshot is everything that some objects deploy from a checkout.
func snapshot(checkout fs.FS, d gitops.Declared, o argocd.Options) deploy.Snapshot {
	return deploy.NewResolver(deploy.Options{Tool: gitops.ArgoCD, Adapter: o.Adapter}).Declare(checkout, d).Snapshot()
}

// stateOf is everything that all manifests of a repository deploy.
func stateOf(t testing.TB, repo fs.FS, o argocd.Options) deploy.Snapshot {
	t.Helper()
	var d gitops.Declared
	require.NoError(t, fs.WalkDir(repo, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(repo, name)
		d.Merge(gitops.Parse(gitops.ArgoCD, "", name, data))
		return err
	}))
	require.Empty(t, d.Problems)
	return snapshot(repo, d, o)
}

func compare(t testing.TB, base, head fs.FS, o impact.Options) impact.Impact {
	t.Helper()
	return impact.Compare(stateOf(t, base, argocd.Options{}), stateOf(t, head, argocd.Options{}), o)
}

func TestIncidentImpact(t *testing.T) {
	base, head := incident()
	got := compare(t, base, head, impact.Options{Git: impact.GitRemovals{Known: true}})
	assert.True(t, got.Fails())
	assert.Equal(t, "nothing was removed from git, yet 4 objects of Application argocd/idpe-cd would be pruned: 1 Namespace, 1 StatefulSet, 1 Kafka, 1 Service",
		got.Headline())
	require.Len(t, got.Deployers, 1)
	at := got.Deployers[0].Findings[0].At
	assert.Equal(t, dupcheck.Position{File: "env/argocd/apps.yml", Line: 27, Column: 65, Document: 3}, at, "the path of the twin")

	for _, format := range impact.Formats() {
		var out bytes.Buffer
		require.NoError(t, impact.Write(&out, format, got, impact.WriteOptions{}))
		assert.Contains(t, out.String(), "StatefulSet", format)
	}
}

func TestIncidentWithoutRendering(t *testing.T) {
	base, head := incident()
	off := argocd.Options{NoRender: true}
	got := impact.Compare(stateOf(t, base, off), stateOf(t, head, off), impact.Options{})
	assert.True(t, got.Fails())
	assert.Equal(t, impact.UnresolvedChange, got.Deployers[0].Findings[0].Rule)
	assert.Contains(t, got.Deployers[0].Findings[0].Message, "spec.source.path")
}

func TestIncidentCheck(t *testing.T) {
	base, head := incident()
	assert.Empty(t, deploy.Check(stateOf(t, base, argocd.Options{}), deploy.CheckOptions{}).Diagnostics)
	found := deploy.Check(stateOf(t, head, argocd.Options{}), deploy.CheckOptions{}).Diagnostics
	require.Len(t, found, 2)
	for _, d := range found {
		assert.Equal(t, deploy.ApplicationCollision, d.Rule)
		assert.Len(t, d.Declarations, 2)
	}
	got := compare(t, base, base, impact.Options{})
	assert.False(t, got.Fails())
	assert.Empty(t, got.Deployers)
}

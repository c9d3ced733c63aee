package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// remoteCharts are the charts of a repository, and needsCharts a tree that needs them,
// in which CHARTS stands for the repository.
const (
	remoteCharts = `
-- web/Chart.yaml --
apiVersion: v2
name: web
version: 1.2.0
-- web/values.yaml --
name: plain
-- web/values-prod.yaml --
name: prod
-- web/templates/a.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-{{ .Values.name }}", namespace: {{ .Release.Namespace }}}
`
	needsCharts = `
-- k/kustomization.yaml --
namespace: k
helmCharts: [{name: web, repo: "CHARTS", version: 1.x, releaseName: k, valuesInline: {name: inline}}]
-- umbrella/Chart.yaml --
apiVersion: v2
name: umbrella
version: 0.1.0
dependencies: [{name: web, repository: "CHARTS", version: ">=1"}]
-- umbrella/Chart.lock --
dependencies: [{name: web, repository: "CHARTS", version: 1.2.0}]
-- apps/app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec:
  project: default
  sources:
  - {repoURL: "CHARTS", chart: web, targetRevision: 1.2.0, helm: {valueFiles: [values-prod.yaml, $here/values/web.yaml]}}
  - {repoURL: "https://git.example.com/config", targetRevision: HEAD, ref: here}
  destination: {server: "https://kubernetes.default.svc", namespace: argo}
-- values/web.yaml --
name: here
-- flux/release.yaml --
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: flux}
spec: {chart: {spec: {chart: web, version: 1.2.x, sourceRef: {kind: HelmRepository, name: charts}}}, values: {name: flux}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: flux}
spec: {url: "CHARTS"}
`
)

// TestVendoredCharts fetches charts with the script of kuniq vendor from a server, and
// resolves everything without it. A chart that differs from its lock is refused.
func TestVendoredCharts(t *testing.T) {
	asked(t)
	path := pathOf(t, helm3)
	t.Setenv("PATH", path)
	served, tree, vendor := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "vendor")
	unpackTo(t, served, remoteCharts, "")
	mustRun(t, served, path, "helm", "package", "web")
	mustRun(t, served, path, "helm", "repo", "index", ".")
	var mu sync.Mutex
	var got []string
	files := http.FileServer(http.Dir(served))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		got = append(got, r.URL.Path)
		mu.Unlock()
		files.ServeHTTP(w, r)
	}))
	defer server.Close()
	unpackTo(t, tree, needsCharts, server.URL)
	mustRun(t, tree, path, "git", "init", "-q", ".")
	mustRun(t, tree, path, "git", "remote", "add", "origin", "https://git.example.com/config")

	script := kuniq(t, tree, 0, "vendor", "--script")
	assert.Empty(t, got, "kuniq fetches nothing")
	write(t, filepath.Dir(vendor), "fetch.sh", string(script))
	mustRun(t, filepath.Dir(vendor), path, "sh", "fetch.sh", vendor)
	kuniq(t, tree, 0, "vendor", "--lock", vendor)
	for _, name := range got {
		assert.Contains(t, []string{"/index.yaml", "/web-1.2.0.tgz"}, name)
	}
	got = nil
	with := func(code int, args ...string) string {
		t.Helper()
		return string(kuniq(t, tree, code, append(args, "--vendor", vendor, "--helm", "helm")...))
	}
	assert.Contains(t, with(0, "check", "k", "umbrella"), "2 objects, no duplicates")
	list := with(0, "list", "-o", "csv", "k", "umbrella")
	assert.Contains(t, list, "k,,ConfigMap,k,k-inline,v1,")
	assert.Contains(t, list, "umbrella,,ConfigMap,default,umbrella-plain,v1,")
	assert.Contains(t, with(0, "argocd", "check", "."), "1 object")
	assert.Contains(t, with(0, "flux", "check", "flux"), "1 object")

	archives, err := filepath.Glob(filepath.Join(vendor, "chart", "*", "*.tgz"))
	require.NoError(t, err)
	for _, name := range archives {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(name, append(data, 0), 0o666))
	}
	for _, args := range [][]string{{"check", "k"}, {"check", "umbrella"}, {"argocd", "check", "."}, {"flux", "check", "flux"}} {
		assert.Contains(t, with(3, args...), "differs from the digest in the lock")
	}
	assert.Empty(t, got, "nothing is fetched without the script")
}

// unpackTo writes the files of an archive, with a URL in place of "CHARTS".
func unpackTo(t *testing.T, dir, archive, url string) {
	t.Helper()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		write(t, dir, f.Name, strings.ReplaceAll(string(f.Data), "CHARTS", url))
	}
}

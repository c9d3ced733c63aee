package main

import (
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// argoCDVersion is the release whose definitions of Application and ApplicationSet
// the tests apply.
const argoCDVersion = "v3.5.7"

// argoCD is the account of the application controller, which may do everything.
const argoCD = "system:serviceaccount:argocd:argocd-application-controller"

// A guarded cluster is a control plane as people install it, with the definitions of
// Argo CD and of a database, and with the policies that kuniq prints.
type guarded struct {
	*Plane
	kuniq string        // the command
	plain string        // the token of an account without rights
	wait  time.Duration // for what should come about
	count atomic.Int32  // of scripts that were run, for the names of their namespaces
}

// newGuarded starts a control plane without any policy.
func newGuarded(t *testing.T, config Config) *guarded {
	t.Helper()
	live(t)
	config.Installed = true
	p, err := Start(t.Context(), plane.Programs, config)
	require.NoError(t, err)
	t.Cleanup(p.Stop)
	g := &guarded{Plane: p, kuniq: kuniqCommand(t), wait: 2 * time.Minute}
	for _, name := range []string{"application-crd.yaml", "applicationset-crd.yaml"} {
		g.must(t, "", "create", "-f", filepath.Join(argoCDModule(t), "manifests", "crds", name))
	}
	g.must(t, databaseDefinitions, "create", "-f", "-")
	g.until(t, func() bool { // it fails as long as one has no condition at all
		out, err := g.Kubectl(t.Context(), "", "wait", "--for=condition=Established", "crd", "--all")
		require.NoError(t, err)
		return out.Code == 0
	})
	g.must(t, "", "create", "clusterrolebinding", "argocd", "--clusterrole=cluster-admin", "--serviceaccount=argocd:argocd-application-controller")
	g.must(t, "", "create", "serviceaccount", "plain", "-n", "default")
	g.plain = strings.TrimSpace(g.must(t, "", "create", "token", "plain", "-n", "default"))
	return g
}

// argoCDModule returns where the Go tool keeps the module of Argo CD.
func argoCDModule(t *testing.T) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", "github.com/argoproj/argo-cd/v3@"+argoCDVersion)
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	require.NoError(t, err)
	var module struct{ Dir string }
	require.NoError(t, json.Unmarshal(out, &module))
	return module.Dir
}

const databaseDefinitions = `apiVersion: v1
kind: List
items:
- apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata: {name: clusters.postgresql.cnpg.io}
  spec: &spec
    group: postgresql.cnpg.io
    scope: Namespaced
    names: {plural: clusters, kind: Cluster}
    versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
- apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata: {name: poolers.postgresql.cnpg.io}
  spec:
    <<: *spec
    names: {plural: poolers, kind: Pooler}
`

// must runs kubectl, which has to succeed, and returns what it prints.
func (g *guarded) must(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	out, err := g.Kubectl(t.Context(), stdin, args...)
	require.NoError(t, err)
	require.Zero(t, out.Code, "kubectl %s\n%s", strings.Join(args, " "), out.Stderr)
	return out.Stdout
}

// policies runs "kuniq guard policy".
func (g *guarded) policies(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), g.kuniq, append([]string{"guard", "policy"}, args...)...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	return string(out)
}

// guard applies all policies so that each refuses, and waits until they do.
func (g *guarded) guard(t *testing.T) {
	t.Helper()
	g.must(t, g.policies(t, "--action", "deny", "no-takeover", "no-takeover-argocd-label", "no-retarget", "no-delete", "retain"), "apply", "--validate=strict", "-f", "-")
	g.until(t, func() bool { return g.refusesClass(t) })
}

const canary = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: kuniq-canary}\nprovisioner: none.example.com\n"

// refusesClass says whether the last guard that is applied refuses: then the server has
// taken over all of them.
func (g *guarded) refusesClass(t *testing.T) bool {
	t.Helper()
	out, err := g.Kubectl(t.Context(), canary, "create", "--dry-run=server", "-f", "-")
	require.NoError(t, err)
	return out.Code != 0 || strings.Contains(out.Stderr, "Warning")
}

// until waits until something is so.
func (g *guarded) until(t *testing.T, is func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, until(ctx, func() (bool, error) { return is(), nil }))
}

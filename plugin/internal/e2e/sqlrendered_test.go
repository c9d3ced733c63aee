package e2e

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Of the repository that writeRoots writes, every cluster deploys every app.
const (
	rootClusters = 3
	rootApps     = 20
)

// writeRoots writes 60 kustomizations over 20 bases. In one cluster nothing
// collides.
func writeRoots(t *testing.T, work string) {
	t.Helper()
	for app := range rootApps {
		base := filepath.Join("bases", fmt.Sprintf("app%02d", app))
		write(t, work, filepath.Join(base, "kustomization.yaml"), "resources: [all.yaml]\n")
		write(t, work, filepath.Join(base, "all.yaml"), fmt.Sprintf(`apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: app%02d}
---
apiVersion: v1
kind: Service
metadata: {name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, image: web}]}}}
`, app))
		for cluster := range rootClusters {
			overlay := filepath.Join("env", fmt.Sprintf("c%d", cluster), fmt.Sprintf("app%02d", app))
			write(t, work, filepath.Join(overlay, "kustomization.yaml"), fmt.Sprintf(`namespace: app%02[1]d
resources: [../../../bases/app%02[1]d, own.yaml]
images: [{name: web, newTag: v%[2]d}]
configMapGenerator: [{name: hashed, literals: [cluster=c%[2]d]}]
secretGenerator: [{name: token, literals: [key=value], options: {disableNameSuffixHash: true}}]
`, app, cluster))
			write(t, work, filepath.Join(overlay, "own.yaml"), fmt.Sprintf(`apiVersion: v1
kind: ConfigMap
metadata: {name: own}
data: {cluster: c%d}
`, cluster))
		}
	}
	write(t, work, "plain/more.yaml", `apiVersion: v1
kind: Service
metadata: {name: web, namespace: app07}
---
apiVersion: extensions/v1beta1
kind: Deployment
metadata: {name: web, namespace: app08}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: other}
---
apiVersion: batch/v1
kind: Job
metadata: {generateName: once-}
---
apiVersion: batch/v1
kind: Job
metadata: {generateName: once-}
`)
}

// TestQueryRendered: so it is for what is rendered, in one inventory or in one
// for each cluster. Sets by cluster have no collisions in either.
func TestQueryRendered(t *testing.T) {
	asked(t)
	work := t.TempDir()
	writeRoots(t, work)
	want := checked(t, work, "--together")
	// Of six objects of each app, the hashed ones differ by cluster.
	require.Len(t, want, rootApps*5)
	for _, c := range want {
		declarations := rootClusters
		if c.Kind == "Service" && c.Namespace == "app07" || c.Kind == "Deployment" && c.Namespace == "app08" {
			declarations++
		}
		assert.Equal(t, declarations, c.Declarations, c)
	}
	assert.Equal(t, want, queried(t, work, []string{"."}, "--together"))
	assert.Equal(t, want, queried(t, work, []string{"env/c2", "plain", "env/c0", "env/c1"}, "--together"))

	assert.Empty(t, queried(t, work, []string{"."}, "--set", "env/{cluster}"))
	out := kuniq(t, work, 0, "check", "--set", "env/{cluster}", ".")
	assert.Contains(t, string(out), "no duplicates")
}

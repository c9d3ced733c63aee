package argocd_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
)

// TestAround has what the surroundings of an Application do to what a change deletes:
// each row has a claim that the change takes out, and changes of its own. The comments
// say what Argo CD does, as its source has it.
func TestAround(t *testing.T) {
	const (
		settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm, namespace: argocd}\ndata: {application.resourceTrackingMethod: label}\n"
		project  = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: default, namespace: argocd}\nspec:\n  sourceRepos: ['*']\n  destinations: [{server: '*', namespace: '*'}]\n  clusterResourceWhitelist: [{group: '*', kind: '*'}]\n"
		windows  = "  syncWindows: [{kind: deny, schedule: '* * * * *', duration: 1h, applications: ['*']}]\n"
		rolling  = "strategy: {type: RollingSync, rollingSync: {steps: [{matchExpressions: [{key: env, operator: In, values: [x]}]}]}}"
	)
	plain := app{name: "a"}.String()
	hydrated := strings.Replace(plain, "  source:\n    repoURL: https://git.example.com/config.git\n    path: a\n    targetRevision: HEAD", "  sourceHydrator:\n    drySource: {repoURL: https://git.example.com/config.git, path: a, targetRevision: HEAD}\n    syncSource: {targetBranch: rendered, path: a}", 1)
	pruned := []string{"a PersistentVolumeClaim/data: pruned", "would-prune"}
	for _, tt := range []struct {
		name, app string
		alone     []string // files that change with no claim taken out
		errors    []string // of these
		want      []string // with the claim taken out as well
	}{
		// Pushes to the other branch are not known.
		{"the manifests are made of it, and are on another branch", hydrated, nil, nil, []string{"unresolved-change"}},
		{"another dry source", hydrated, []string{"a.yaml", strings.Replace(hydrated, "path: a, targetRevision", "path: apps/a, targetRevision", 1)}, []string{"unresolved-change"}, []string{"unresolved-change"}},
		{"another branch of what is made", hydrated, []string{"a.yaml", strings.Replace(hydrated, "rendered", "other", 1)}, []string{"unresolved-change"}, []string{"unresolved-change"}},
		{"what is not in its dry source", hydrated, []string{"b/c.yaml", config, "README.md", "Hello.\n"}, nil, []string{"unresolved-change"}},
		{"the branch of what is made of another one", app{name: "a", revision: "rendered"}.String(), nil, nil, pruned},
		{"a branch that is not at hand", app{name: "a", revision: "elsewhere"}.String(), nil, nil, nil},
		// A window holds the sync: later all is done at once.
		{"sync windows", plain, []string{"project.yaml", project + windows}, nil, pruned},
		// The controller has that from its own settings. A switch orphans what goes with it.
		{"the tracking method", plain, []string{"argocd-cm.yaml", settings}, nil, pruned},
		{"replaced, and not applied", plain, []string{"a.yaml", app{name: "a", options: "Replace=true, ServerSideApply=true"}.String()}, nil, pruned},
		{"the last to be pruned", plain, []string{"a.yaml", app{name: "a", options: "PruneLast=true"}.String()}, nil, pruned},
		{"a comparison that hides it", app{name: "a", annotations: "argocd.argoproj.io/compare-options: IgnoreExtraneous"}.String(), nil, nil, pruned},
		// The controller starts syncs by itself, with prune as automated has it.
		{"a progressive sync", listSet("s", "a"), []string{"a.yaml", listSet("s", "a", rolling)}, nil, pruned},
	} {
		o := argocd.Options{Checkout: argocd.Repository{Remotes: []string{"https://git.example.com/config"}, Branches: []string{"main", "rendered"}}}
		base := tree("a.yaml", tt.app, "project.yaml", project, "a/pvc.yaml", claimFile("data", ""), "a/c.yaml", config, "apps/a/pvc.yaml", claimFile("data", ""), "apps/a/c.yaml", config)
		quiet := trees2(t, base, with(base, tt.alone...), o)
		assert.Equal(t, tt.errors, append(outcomes(quiet), rules(quiet, dupcheck.Error)...), tt.name)
		loud := trees2(t, base, with(base, append(tt.alone, "a/pvc.yaml", "-", "apps/a/pvc.yaml", "-")...), o)
		assert.Equal(t, tt.want, append(outcomes(loud), rules(loud, dupcheck.Error)...), tt.name)
	}
}

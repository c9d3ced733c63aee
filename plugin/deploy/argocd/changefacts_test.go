package argocd_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
)

// TestEqualObjects has changes after which the same objects are in git, or almost, and
// what Argo CD deletes all the same. The comments say what it does, as its source has it.
func TestEqualObjects(t *testing.T) {
	plain, volume := app{name: "a"}.String(), claimFile("data", "")
	beside := app{name: "b", path: "b"}.String()
	wave := func(text string) string {
		return strings.Replace(text, "annotations: {}", "annotations: {argocd.argoproj.io/sync-wave: '-1'}", 1)
	}
	forced := claimFile("data", "argocd.argoproj.io/sync-options: 'Replace=true,Force=true'")
	replacing, made := app{name: "a", options: "Replace=true"}.String(), []string{"a PersistentVolumeClaim/data: deleted"}
	shared := tree("apps.yaml", plain+"---\n"+beside, "a/pvc.yaml", volume, "a/c.yaml", config, "b/pvc.yaml", volume, "b/x.yaml", other)
	for _, tt := range []struct {
		name             string
		base, head       fs.FS
		outcomes         []string
		errors, warnings []string
	}{
		// The new one waits until the old one has deleted them.
		{
			"renamed, and the new one refuses what is shared", tree("apps.yaml", plain, "a/pvc.yaml", volume),
			tree("apps.yaml", app{name: "b", options: "FailOnSharedResource=true"}.String(), "a/pvc.yaml", volume),
			[]string{"a PersistentVolumeClaim/data: deleted"},
			[]string{"would-prune"},
			nil,
		},
		// The one in the earlier wave goes first.
		{
			"moves from an earlier wave", tree("apps.yaml", wave(plain)+"---\n"+beside, "a/pvc.yaml", volume, "a/c.yaml", config, "b/x.yaml", other),
			tree("apps.yaml", wave(plain)+"---\n"+beside, "a/c.yaml", config, "b/x.yaml", other, "b/pvc.yaml", volume),
			[]string{"a PersistentVolumeClaim/data: moved"},
			[]string{"moved-object"},
			nil,
		},
		// It is another cluster, or one that Argo CD does not know: what is deployed stays.
		{
			"a name of a cluster that is not known", tree("apps.yaml", plain, "a/pvc.yaml", volume),
			tree("apps.yaml", strings.Replace(plain, "server: https://prod01", "name: nowhere", 1), "a/pvc.yaml", volume),
			[]string{"a PersistentVolumeClaim/data: orphaned"},
			nil,
			[]string{"identity-change", "orphaned-object"},
		},
		// Latent: what is deleted later is deleted otherwise.
		{"the finalizer comes", tree("apps.yaml", app{name: "a", noFinalizer: true}.String(), "a/pvc.yaml", volume), tree("apps.yaml", plain, "a/pvc.yaml", volume), nil, nil, []string{"safety-change"}},
		{"the finalizer goes", tree("apps.yaml", plain, "a/pvc.yaml", volume), tree("apps.yaml", app{name: "a", noFinalizer: true}.String(), "a/pvc.yaml", volume), nil, nil, nil},
		{
			"all is replaced by force", tree("apps.yaml", plain, "a/pvc.yaml", volume), tree("apps.yaml", app{name: "a", options: "Replace=true, Force=true"}.String(), "a/pvc.yaml", volume),
			nil, nil,
			[]string{"safety-change"},
		},
		// Both together, Force on the object, delete it at each sync to create it again.
		{"one is replaced by force", tree("apps.yaml", plain, "a/pvc.yaml", volume), tree("apps.yaml", plain, "a/pvc.yaml", forced), made, []string{"would-prune"}, nil},
		{"one is replaced by force, and another one changes", tree("apps.yaml", plain, "a/pvc.yaml", forced), tree("apps.yaml", plain, "a/pvc.yaml", forced, "a/c.yaml", config), made, []string{"would-prune"}, nil},
		{
			"one is forced, and all are replaced", tree("apps.yaml", replacing, "a/pvc.yaml", volume),
			tree("apps.yaml", replacing, "a/pvc.yaml", claimFile("data", "argocd.argoproj.io/sync-options: Force=true")), made,
			[]string{"would-prune"},
			nil,
		},
		{"one is replaced by force, and nothing changes", tree("apps.yaml", plain, "a/pvc.yaml", forced), tree("apps.yaml", plain, "a/pvc.yaml", forced, "b/c.yaml", config), nil, nil, nil},
		{"one is replaced", tree("apps.yaml", plain, "a/pvc.yaml", volume), tree("apps.yaml", plain, "a/pvc.yaml", claimFile("data", "argocd.argoproj.io/sync-options: Replace=true")), nil, nil, nil},
		{"one is forced", tree("apps.yaml", plain, "a/pvc.yaml", volume), tree("apps.yaml", plain, "a/pvc.yaml", claimFile("data", "argocd.argoproj.io/sync-options: Force=true")), nil, nil, nil},
		{"a namespace is replaced by force", tree("apps.yaml", plain, "a/n.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: space}\n"), tree("apps.yaml", plain, "a/n.yaml", strings.Replace(strings.Replace(forced, "PersistentVolumeClaim", "Namespace", 1), "name: data", "name: space", 1)), nil, nil, nil},
		{"one without state is replaced by force", tree("apps.yaml", plain, "a/c.yaml", config), tree("apps.yaml", plain, "a/c.yaml", strings.Replace(strings.Replace(forced, "PersistentVolumeClaim", "ConfigMap", 1), "name: data", "name: config", 1)), nil, nil, nil},
		// The last one that is synced has it: the other one that drops it may prune it.
		{
			"a second one deploys it", without(shared, "b/pvc.yaml"), shared, nil, []string{"newly-shared"}, nil,
		},
		{
			"one of two drops it", shared, without(shared, "b/pvc.yaml"), []string{"b PersistentVolumeClaim/data: moved"}, []string{"moved-object"}, nil,
		},
		{
			"one of two is deleted", shared, with(shared, "apps.yaml", plain), []string{"b ConfigMap/x: deleted", "b PersistentVolumeClaim/data: moved"}, []string{"moved-object"}, []string{"would-prune"},
		},
		// An automated sync refuses to prune all there is, and one by hand does not.
		{"all of it goes", tree("apps.yaml", plain, "a/pvc.yaml", volume), tree("apps.yaml", plain, "a/README.md", ""), []string{"a PersistentVolumeClaim/data: pruned"}, []string{"would-prune"}, nil},
		{"all of it goes but what is no manifest", tree("apps.yaml", plain, "a/README.md", ""), tree("apps.yaml", plain, "a/LICENSE", ""), nil, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := trees2(t, tt.base, tt.head, argocd.Options{})
			assert.Equal(t, tt.outcomes, outcomes(got))
			assert.Equal(t, tt.errors, rules(got, dupcheck.Error))
			assert.Equal(t, tt.warnings, rules(got, dupcheck.Warning))
		})
	}
}

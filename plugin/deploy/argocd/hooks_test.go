package argocd_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/impact"
)

// TestHookChanges: an object that becomes a hook is deleted before the hook is made,
// whatever it says about pruning.
func TestHookChanges(t *testing.T) {
	const keep = "argocd.argoproj.io/sync-options: Prune=false"
	manual := app{name: "a", manual: true}.String()
	for _, tt := range []struct {
		name, app, before, after string
		want                     []string
	}{
		{"a hook", "", "", "argocd.argoproj.io/hook: Sync", []string{"a PersistentVolumeClaim/data: deleted"}},
		{"a hook, protected", "", keep, keep + ", argocd.argoproj.io/hook: PostSync", []string{"a PersistentVolumeClaim/data: deleted"}},
		{"a hook, and nothing prunes", manual, "", "argocd.argoproj.io/hook: Sync", []string{"a PersistentVolumeClaim/data: deleted"}},
		{"a hook of Helm", "", "", "helm.sh/hook: pre-install", []string{"a PersistentVolumeClaim/data: deleted"}},
		{"a hook with another policy", "", "", "argocd.argoproj.io/hook: Sync, argocd.argoproj.io/hook-delete-policy: HookSucceeded", []string{"a PersistentVolumeClaim/data: pruned"}},
		{"a hook with another policy, protected", "", keep, "argocd.argoproj.io/hook: Sync, argocd.argoproj.io/hook-delete-policy: HookSucceeded", []string{"a PersistentVolumeClaim/data: protected"}},
		{"a hook with both policies", "", keep, `argocd.argoproj.io/hook: Sync, helm.sh/hook-delete-policy: "hook-failed,before-hook-creation"`, []string{"a PersistentVolumeClaim/data: deleted"}},
		{"a hook of the deletion", "", "", "argocd.argoproj.io/hook: PostDelete", []string{"a PersistentVolumeClaim/data: pruned"}},
		{"a test", "", "", "helm.sh/hook: test", []string{"a PersistentVolumeClaim/data: pruned"}},
		{"a test, protected", "", keep, "helm.sh/hook: test", []string{"a PersistentVolumeClaim/data: protected"}},
		{"skipped", "", "", "argocd.argoproj.io/hook: Skip", nil},
		{"a definition of Helm", "", "", "helm.sh/hook: crd-install", nil},
		{"no hook any more", "", "argocd.argoproj.io/hook: Sync", "", nil},
		{"another hook", "", "argocd.argoproj.io/hook: Sync", "argocd.argoproj.io/hook: PostSync", nil},
		{"another annotation", "", "", "a: b", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := tt.app
			if text == "" {
				text = app{name: "a"}.String()
			}
			base := tree("apps.yaml", text, "a/pvc.yaml", claimFile("data", tt.before), "a/c.yaml", config)
			head := tree("apps.yaml", text, "a/pvc.yaml", claimFile("data", tt.after), "a/c.yaml", config)
			got := compare(t, base, head, impact.Options{})
			assert.Equal(t, tt.want, outcomes(got))
			assert.Equal(t, len(tt.want) > 0 && !strings.HasSuffix(tt.want[0], "protected"), len(rules(got, dupcheck.Error)) > 0)
		})
	}
}

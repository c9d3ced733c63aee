package argocd_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
)

// TestAdviceOfLosses: the help of a loss names the annotation that would have kept the object, and
// none where no annotation keeps it.
func TestAdviceOfLosses(t *testing.T) {
	volume, forced := claimFile("data", ""), claimFile("data", "argocd.argoproj.io/sync-options: 'Replace=true,Force=true'")
	plain, loose := app{name: "a"}.String(), app{name: "a", noFinalizer: true}.String()
	beside := app{name: "b", path: "b"}.String()
	both := plain + "---\n" + beside
	const confirm, allow = "=confirm in a change of its own before this one, or allow it", "allow it"
	for name, tt := range map[string]struct {
		base, head fs.FS
		want       string
	}{
		"pruned":                                 {tree("apps.yaml", plain, "a/pvc.yaml", volume), tree("apps.yaml", plain, "a/c.yaml", config), "give them Prune" + confirm},
		"deleted with its Application":           {tree("apps.yaml", both, "a/pvc.yaml", volume, "b/c.yaml", config), tree("apps.yaml", beside, "a/pvc.yaml", volume, "b/c.yaml", config), "give them Delete" + confirm},
		"its Application stays in the cluster":   {tree("apps.yaml", loose+"---\n"+beside, "a/pvc.yaml", volume, "a/c.yaml", config, "b/c.yaml", config), tree("apps.yaml", beside, "a/c.yaml", config, "b/c.yaml", config), "give them Prune" + confirm},
		"replaced by force":                      {tree("apps.yaml", plain, "a/pvc.yaml", volume), tree("apps.yaml", plain, "a/pvc.yaml", forced), allow},
		"one replaced by force, another pruned":  {tree("apps.yaml", plain, "a/pvc.yaml", volume, "a/d.yaml", claimFile("more", "")), tree("apps.yaml", plain, "a/pvc.yaml", forced), allow},
		"moved":                                  {tree("apps.yaml", both, "a/pvc.yaml", volume, "a/c.yaml", config, "b/x.yaml", other), tree("apps.yaml", both, "a/c.yaml", config, "b/x.yaml", other, "b/pvc.yaml", strings.Replace(volume, "metadata:", "metadata:\n  namespace: a", 1)), "give those with state Prune" + confirm},
		"moved from an Application that is gone": {tree("apps.yaml", both, "a/pvc.yaml", volume, "b/x.yaml", other), tree("apps.yaml", beside, "b/x.yaml", other, "b/pvc.yaml", strings.Replace(volume, "metadata:", "metadata:\n  namespace: a", 1)), "give those with state Delete" + confirm},
	} {
		var got []string
		for _, c := range trees2(t, tt.base, tt.head, argocd.Options{}).Deployers {
			for _, f := range c.Findings {
				if f.Severity == dupcheck.Error && f.Rule != "max-prune" {
					got = append(got, f.Advice)
				}
			}
		}
		assert.Equal(t, []string{tt.want}, got, name)
	}
}

package impact

import (
	"fmt"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// repeated reports deployers that one instance declares more than once and differently at
// base. The last declaration is compared. The others may be for other clusters, and their
// deletions are not seen.
func repeated(c *comparison) {
	var keys []deploy.Key
	var names []string
	for _, k := range c.keys() {
		if c.base.repeated[k] && !c.ignores(k.ID) {
			keys, names = append(keys, k), append(names, deploy.ShortName(k.ID))
		}
	}
	if len(keys) == 0 {
		return
	}
	f := Finding{
		Rule: deploy.ApplicationCollision, Severity: dupcheck.Warning, At: c.base.deployers[keys[0]].At,
		Message: fmt.Sprintf("%s declared more than once at base, and differently: %s; only the last declaration of each is compared",
			report.Count(len(keys), "deployer is", "deployers are"), report.Few(slices.Compact(names), 3)),
		Advice: "if they are for different clusters, separate them",
	}
	for _, d := range c.base.Deployers {
		if d.Key() == keys[0] {
			f.Roots = append(f.Roots, c.options.Reached.File(d.At.File))
		}
	}
	c.options.tell(&c.impact.General, f)
}

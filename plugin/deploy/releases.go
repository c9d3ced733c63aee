package deploy

import (
	"fmt"

	"github.com/kuniq/kuniq/dupcheck"
)

// release is a Helm release: where Helm keeps it, and its name.
type release struct{ cluster, namespace, name string }

// releases looks for HelmReleases that are one release of Helm.
func (c *check) releases() {
	seen := map[release][]*Deployer{}
	var order []release
	for i := range c.Deployers {
		d := &c.Deployers[i]
		if d.Tool != FluxHelmRelease {
			continue
		}
		storage, _ := d.Field("spec.storageNamespace")
		name, _ := d.Field("spec.releaseName")
		at := release{c.claims.Cluster(d), storage.Value, name.Value}
		if len(seen[at]) == 0 {
			order = append(order, at)
		}
		if len(seen[at]) == 0 || seen[at][0].Key() != d.Key() { // which is reported by itself
			seen[at] = append(seen[at], d)
		}
	}
	for _, at := range order {
		if len(seen[at]) < 2 {
			continue
		}
		d := dupcheck.Diagnostic{
			Rule: ApplicationCollision, Severity: dupcheck.Error, Set: seen[at][0].Instance, ID: seen[at][0].ID,
			Message: fmt.Sprintf("%s and %s are one Helm release, %s in the namespace %s", seen[at][0].Name(), seen[at][1].Name(),
				dupcheck.QuoteAlways(at.name), dupcheck.QuoteAlways(at.namespace)),
			Effect: "each upgrades it to its own chart and values, again and again, and the one that is deleted uninstalls it for both",
			Advice: "give each a releaseName or storageNamespace of its own",
		}
		for _, x := range seen[at] {
			d.Declarations = append(d.Declarations, declaration(x.ID, x.At))
		}
		c.add(d)
	}
}

package deploy

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// ObjectKey is where an object lives. Two deployers that claim one key fight.
type ObjectKey struct {
	// Cluster is a name of [Clusters.Of], and ID the object.
	Cluster string
	ID      dupcheck.ID
}

// Claims identifies the objects of deployers: with the namespaces of their
// destinations, and with the scopes that the CustomResourceDefinitions of all
// snapshots define in each cluster.
type Claims struct {
	rules    dupcheck.Rules
	clusters Clusters
	scoped   map[string][]dupcheck.GroupKind // by cluster
}

// NewClaims returns the claims of snapshots that are looked at together.
// rules.DefaultNamespace does not count: every deployer has its own.
func NewClaims(rules dupcheck.Rules, clusters Clusters, snapshots ...Snapshot) Claims {
	c := Claims{rules, clusters, map[string][]dupcheck.GroupKind{}}
	for _, s := range snapshots {
		for i := range s.Deployers {
			cluster := c.Cluster(&s.Deployers[i])
			for _, object := range s.Deployers[i].Desired.Objects {
				if crd := object.CRD; crd != nil && crd.Scope == "Cluster" {
					c.scoped[cluster] = append(c.scoped[cluster], dupcheck.GroupKind{Group: crd.Group, Kind: crd.Kind})
				}
			}
		}
	}
	return c
}

// Cluster is the cluster of a deployer, as [Clusters.Of] names it.
func (c Claims) Cluster(d *Deployer) string { return c.clusters.Of(d.Instance, d.Destination) }

// rulesFor are the rules of identity for one deployer.
func (c Claims) rulesFor(d *Deployer) dupcheck.Rules {
	rules := c.rules
	rules.DefaultNamespace = d.Destination.Namespace
	rules.ClusterScoped = append(slices.Clone(rules.ClusterScoped), c.scoped[c.Cluster(d)]...)
	return rules
}

// Of returns the objects of a deployer by their identity, of which the last one counts,
// and the identities in their order. Objects without one, such as those with
// generateName, are left out.
func (c Claims) Of(d *Deployer) (order []dupcheck.ID, objects map[dupcheck.ID]dupcheck.Object) {
	checker := dupcheck.Checker{Rules: c.rulesFor(d)}
	for _, object := range d.Desired.Objects {
		object.Body, object.ReaderFindings = nil, nil // only who it is
		checker.Add(object)
	}
	objects = make(map[dupcheck.ID]dupcheck.Object, len(d.Desired.Objects))
	for i, id := range checker.IDs() {
		if id.Name == "" {
			continue
		}
		if _, ok := objects[id]; !ok {
			order = append(order, id)
		}
		objects[id] = d.Desired.Objects[i]
	}
	return order, objects
}

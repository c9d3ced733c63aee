package impact

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// place is where an object lives: two owners that claim one place fight.
type place struct {
	cluster string
	id      dupcheck.ID
}

// scopes are the kinds that are cluster-scoped, as the CRDs of both states say,
// per cluster.
type scopes map[string][]dupcheck.GroupKind

func scopesOf(c Clusters, states ...State) scopes {
	out := scopes{}
	for _, s := range states {
		for i := range s.Owners {
			o := &s.Owners[i]
			cluster := c.Of(o.Instance, o.Destination)
			for _, object := range o.Desired.Objects {
				if crd := object.CRD; crd != nil && crd.Scope == "Cluster" {
					out[cluster] = append(out[cluster], dupcheck.GroupKind{Group: crd.Group, Kind: crd.Kind})
				}
			}
		}
	}
	return out
}

// rules are those of identity for one owner.
func (s scopes) rules(rules dupcheck.Rules, c Clusters, o *Owner) dupcheck.Rules {
	rules.DefaultNamespace = o.Destination.Namespace
	rules.ClusterScoped = append(slices.Clone(rules.ClusterScoped), s[c.Of(o.Instance, o.Destination)]...)
	return rules
}

// identify returns the identities of an owner's objects, in their order and
// with the namespace that its destination gives to those without one. An object
// that has none, such as one with generateName, has an ID without a name.
func (s scopes) identify(rules dupcheck.Rules, c Clusters, o *Owner) []dupcheck.ID {
	checker := dupcheck.Checker{Rules: s.rules(rules, c, o)}
	for _, object := range o.Desired.Objects {
		object.Body = nil // only who it is
		object.ReaderFindings = nil
		checker.Add(object)
	}
	return checker.IDs()
}

// claimed are the objects of an owner by their identity: the last one counts.
func (s scopes) claimed(rules dupcheck.Rules, c Clusters, o *Owner) (order []dupcheck.ID, objects map[dupcheck.ID]dupcheck.Object) {
	objects = make(map[dupcheck.ID]dupcheck.Object, len(o.Desired.Objects))
	for i, id := range s.identify(rules, c, o) {
		if id.Name == "" {
			continue
		}
		if _, ok := objects[id]; !ok {
			order = append(order, id)
		}
		objects[id] = o.Desired.Objects[i]
	}
	return order, objects
}

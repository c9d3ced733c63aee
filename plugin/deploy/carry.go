package deploy

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// Carry adds a deployer of another revision that stays in its cluster as that revision
// declares it, and deploys the files of this one. It returns false if there is no such
// deployer, or if it was added before.
func (rev *Revision) Carry(from *Revision, k Key) bool {
	i := slices.IndexFunc(from.nodes, func(n *node) bool { return n.Key() == k && n.in.isLive() && !n.Carried })
	if i < 0 || slices.ContainsFunc(rev.nodes, func(n *node) bool { return n.Key() == k && n.Carried }) {
		return false
	}
	for _, n := range rev.nodes {
		if n.Key() == k {
			n.replaced = true
			n.release(rev.places)
		}
	}
	s := rev.adapter.Carry(*from.nodes[i].Source)
	s.Carried = true
	g := &generation{Declared: Declared{Deployers: []Source{s}}}
	n := &node{Source: &g.Deployers[0], in: g, fields: s.Fields}
	g.nodes = []*node{n}
	rev.first = append(rev.first, g)
	rev.expand(g.queue())
	return true
}

// release gives back the manifests that a deployer took: its replacement may not take
// them, and then they are applied as written.
func (n *node) release(places map[place]*generation) {
	n.children = slices.DeleteFunc(n.children, func(g *generation) bool {
		plain := places[placeOf(g.from.Objects[0])] == g
		if plain {
			g.owner = nil
		}
		return plain
	})
}

// MayDeploy says whether the targets of a deployer that was not rendered mention
// one of the objects.
func (rev *Revision) MayDeploy(d *Deployer, objects []dupcheck.ID) bool {
	return slices.ContainsFunc(rev.nodes, func(n *node) bool {
		return n.Key() == d.Key() && n.in.isLive() && (len(n.targets) == 0 || slices.ContainsFunc(n.targets, func(t *target) bool {
			return t.failed == nil && mayBuild(t.job, objects, d.Destination.Namespace)
		}))
	})
}

package deploy

import (
	"crypto/sha256"
	"slices"
	"sync"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// place is where an object is declared, and declared an object there, as a
// deployer of an instance has it.
type (
	place struct {
		file       string
		line       int
		document   int
		path, kind string
	}
	declared struct {
		place
		instance, namespace, name string
	}
)

// deepest is how many deployers may be deployed by one another.
const deepest = 16

func placeOf(o dupcheck.Object) place {
	return place{o.At.File, o.At.Line, o.At.Document, o.At.Path, o.Kind}
}

// isLive says whether a generation counts.
func (g *generation) isLive() bool {
	for ; ; g = g.owner.in {
		if g.dropped || g.owner == nil && g.leftOver || g.root != nil && g.root.consumed {
			return false
		}
		if g.owner == nil || g.owner.replaced {
			return g.owner == nil
		}
	}
}

// below says whether a generation is one of those that another one led to.
func (g *generation) below(top *generation) bool {
	for ; g != top; g = g.owner.in {
		if g.owner == nil {
			return false
		}
	}
	return true
}

func (g *generation) depth() (n int) {
	for ; g.owner != nil; g = g.owner.in {
		n++
	}
	return n
}

// nest makes the deployers among the objects of a deployer its children. It drops
// children that are no longer there.
func (rev *Revision) nest(n *node, foreign bool) (added []*node) {
	had := n.children
	n.children = nil
	for _, o := range n.Desired.Objects {
		if !rev.resolver.options.Tool.Owns(o) {
			continue
		}
		o.Set = n.Instance
		g := rev.child(n, o, &had, foreign)
		if g == nil {
			continue
		}
		n.children = append(n.children, g)
		added = append(added, g.queue()...)
	}
	for _, g := range had {
		g.dropped = true
	}
	return added
}

// child returns the generation of an object that a deployer deploys. It is nil if it
// belongs to another deployer. A plain one that is applied as it is becomes that of the
// deployer.
func (rev *Revision) child(n *node, o dupcheck.Object, had *[]*generation, foreign bool) *generation {
	sum := sync.OnceValue(func() [sha256.Size]byte { return sha256.Sum256(textOf(o)) })
	same := func(g *generation) bool {
		return placeOf(g.from.Objects[0]) == placeOf(o) && g.from.Objects[0].Name == o.Name && g.sum() == sum()
	}
	if slices.ContainsFunc(n.children, same) {
		return nil // two sources read one file
	}
	if i := slices.IndexFunc(*had, same); i >= 0 {
		g := (*had)[i]
		*had = slices.Delete(*had, i, i+1)
		return g
	}
	at := declared{placeOf(o), n.Instance, o.Namespace, o.Name}
	if owner := rev.parents[at]; owner != nil && owner != n && owner.in.isLive() && !owner.replaced {
		if !owner.in.top().unlisted || n.in.top().unlisted {
			return nil
		}
		owner.letGo(same)
	}
	if n.in.depth()+1 >= deepest {
		rev.deep = append(rev.deep, dupcheck.Unread{File: o.At.File, Line: o.At.Line, Reason: "deployers are nested deeper than kuniq follows them"})
		return nil
	}
	plain := rev.places[at.place]
	if foreign || plain != nil && n.in.below(plain) {
		plain = nil
	}
	if plain != nil && plain.owner == nil && !plain.dropped && plain.sum() == sum() && plain.from.Objects[0].Set == n.Instance {
		rev.parents[at] = n
		plain.owner = n
		return plain
	}
	g := rev.generation(gitops.FromObjects(rev.resolver.options.Tool, o))
	g.owner = n
	if g.isAncestor() {
		return nil // it deploys itself
	}
	if plain != nil && plain.owner == nil && (plain.from.Objects[0].Set == "" || plain.from.Objects[0].Set == n.Instance) {
		plain.dropped = true
	}
	rev.parents[at] = n
	return g
}

// letGo drops a child of a deployer that is beside a kustomization: a deployer that
// certainly deploys it makes it again, with everything that follows.
func (n *node) letGo(same func(*generation) bool) {
	if i := slices.IndexFunc(n.children, same); i >= 0 {
		n.children[i].dropped = true
		n.children = slices.Delete(n.children, i, i+1)
	}
}

// isAncestor says whether a deployer of the generation is one of those that led to
// it.
func (g *generation) isAncestor() bool {
	for up := g.owner; up != nil; up = up.in.owner {
		if slices.ContainsFunc(g.nodes, func(n *node) bool { return n.Key() == up.Key() }) {
			return true
		}
	}
	return false
}

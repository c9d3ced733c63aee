package deploy

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// generation makes nodes of what objects declare.
func (rev *Revision) generation(d gitops.Declared, depth int) *generation {
	for _, o := range d.Objects {
		rev.seen[o.At] = true
	}
	g := &generation{Declared: rev.adapter.Declare(d)}
	rev.Problems = append(rev.Problems, g.Problems...)
	for i := range g.Deployers {
		g.nodes = append(g.nodes, &node{Source: &g.Deployers[i], depth: depth})
	}
	return g
}

// expand resolves nodes, and the nodes among their objects, as far as that takes
// no rendering.
func (rev *Revision) expand(nodes []*node) {
	for len(nodes) > 0 {
		n := nodes[0]
		nodes = nodes[1:]
		rev.nodes = append(rev.nodes, n)
		nodes = append(nodes, rev.resolve(n)...)
	}
}

// resolve finds out what a deployer deploys, and returns the deployers among
// that.
func (rev *Revision) resolve(n *node) (found []*node) {
	if n.Resolve == nil {
		return nil
	}
	r := &Renderer{resolver: rev.resolver}
	n.Desired = n.Resolve(r)
	n.keys = r.keys
	if _, nested := rev.adapter.(Nesting); !nested || n.depth+1 >= deepest {
		return nil
	}
	var declared gitops.Declared
	for _, o := range n.Desired.Objects {
		if !rev.seen[o.At] && rev.resolver.options.Tool.Owns(o) {
			rev.seen[o.At] = true
			o.Set = n.Instance
			declared.Merge(gitops.FromObjects(rev.resolver.options.Tool, o))
		}
	}
	if len(declared.Objects) == 0 {
		return nil
	}
	rev.Problems = append(rev.Problems, declared.Problems...)
	g := rev.generation(declared, n.depth+1)
	n.children = append(n.children, g)
	return g.nodes
}

// demand adds the targets that have to be rendered: those of roots, those that
// may hold deployers, and those of needed deployers.
func (rev *Revision) demand(needed func(Key) bool, to map[string]*target) {
	add := func(key string, needed func() bool) {
		t := rev.resolver.byKey[key]
		if _, known := rev.resolver.results[key]; !known && (t.mayDeclare || needed()) {
			to[key] = t
		}
	}
	for _, x := range rev.roots {
		add(x.key, nil)
	}
	for _, n := range rev.nodes {
		for _, key := range n.keys {
			add(key, func() bool { return needed(n.Key()) })
		}
	}
}

// proceed resolves the nodes whose targets are rendered now.
func (rev *Revision) proceed() {
	if rev.first == nil {
		rev.begin()
		return
	}
	for _, n := range slices.Clone(rev.nodes) {
		if n.Desired.Pending && slices.ContainsFunc(n.keys, rev.resolver.isRendered) {
			rev.expand(rev.resolve(n))
		}
	}
}

// Snapshot returns what is known now. Deployers are in the order of their depth:
// those that are written first, then those that they deploy.
func (rev *Revision) Snapshot() (s Snapshot) {
	level := []*generation{}
	if rev.first != nil {
		level = append(level, rev.first)
	}
	for len(level) > 0 {
		var next []*generation
		for _, g := range level {
			s.Generators = append(s.Generators, g.Generators...)
			s.Unexpanded = append(s.Unexpanded, g.Unexpanded...)
			s.Named = append(s.Named, g.Named...)
			for _, n := range g.nodes {
				s.Deployers = append(s.Deployers, n.Deployer)
				next = append(next, n.children...)
			}
		}
		level = next
	}
	return s
}

// MayDeploy says whether the targets of a deployer that was not rendered mention
// one of the objects.
func (rev *Revision) MayDeploy(d *Deployer, objects []dupcheck.ID) bool {
	return slices.ContainsFunc(rev.nodes, func(n *node) bool {
		return n.Key() == d.Key() && (len(n.keys) == 0 || slices.ContainsFunc(n.keys, func(key string) bool {
			return mayBuild(rev.resolver.byKey[key].job, objects, d.Destination.Namespace)
		}))
	})
}

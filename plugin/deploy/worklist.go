package deploy

import (
	"crypto/sha256"
	"slices"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// generation is what one object declares: a deployer, or a generator of them.
type generation struct {
	Declared
	from  gitops.Declared
	nodes []*node
	owner *node // that deploys the object, if there is one
	root  *root // that declares it, if there is one
	// dropped says that it exists in another way: as another deployer makes it.
	dropped bool
	content *[sha256.Size]byte // nil if nothing has asked for it
	queued  bool               // that its nodes are in the worklist
	// unlisted says that it is beside a kustomization that does not name it, and leftOver
	// that no user applies it.
	unlisted, leftOver bool
}

// node is a deployer in the worklist.
type node struct {
	*Source
	reading
	in       *generation
	fields   []Field // without those of Desired
	asked    int     // how often an answer has changed
	children []*generation
	// replaced says that it exists as another revision declares it.
	replaced bool
}

// begin starts with the declarations in the manifests.
func (rev *Revision) begin() {
	all := rev.asTheyAre()
	rev.clusters = all.Clusters
	rev.adapter.Prepare(all)
	var nodes []*node
	start := func(d gitops.Declared) {
		g := rev.start(d)
		rev.places[placeOf(d.Objects[0])] = g
		nodes = append(nodes, g.queue()...)
	}
	for d := range rev.told.Each() {
		start(d)
	}
	for d := range rev.plain.Each() {
		if !rev.adapter.IsPinned(rev.plain, d.Objects[0]) {
			start(d)
		}
	}
	for d := range rev.beside.Each() {
		g := rev.start(d)
		g.unlisted = true
		nodes = append(nodes, g.queue()...)
	}
	rev.expand(nodes)
}

// start makes a generation of plain declarations.
func (rev *Revision) start(d gitops.Declared) *generation {
	g := rev.generation(d)
	rev.first = append(rev.first, g)
	return g
}

// generation makes nodes of the deployers that an object declares.
func (rev *Revision) generation(d gitops.Declared) *generation {
	g := &generation{Declared: rev.adapter.Declare(d), from: d}
	for i := range g.Deployers {
		s := &g.Deployers[i]
		g.nodes = append(g.nodes, &node{Source: s, in: g, fields: s.Fields})
	}
	return g
}

// sum is a digest of the object.
func (g *generation) sum() [sha256.Size]byte {
	if g.content == nil {
		sum := sha256.Sum256(textOf(g.from.Objects[0]))
		g.content = &sum
	}
	return *g.content
}

// queue returns the nodes of a generation that are not yet in the worklist.
func (g *generation) queue() []*node {
	if g.queued {
		return nil
	}
	g.queued = true
	return g.nodes
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

// resolve resolves a deployer, and returns the new deployers among its objects.
func (rev *Revision) resolve(n *node) []*node {
	if n.Resolve == nil || !n.in.isLive() {
		return nil
	}
	r := &Renderer{revision: rev, node: n}
	n.Desired = n.Resolve(r)
	n.Fields = append(slices.Clip(n.fields), n.Desired.Fields...)
	n.reading = r.reading
	return rev.nest(n, r.foreign)
}

// demand adds the targets that must be rendered: those of roots, those that may hold
// deployers or that a lookup asks for, and those of needed deployers.
func (rev *Revision) demand(needed func(Key) bool, to map[string]*target) {
	add := func(t *target, needed func() bool) {
		if t.failed == nil && !rev.resolver.isRendered(t.key) && (t.mayDeclare || rev.pool.retraced[t] || needed()) {
			to[t.key] = t
		}
	}
	for _, x := range rev.roots {
		if rev.wanted && !x.consumed {
			add(x.target, nil)
		}
	}
	for _, n := range rev.nodes {
		if n.in.isLive() {
			for _, t := range n.targets {
				add(t, func() bool { return needed(n.Key()) })
			}
		}
	}
}

// proceed resolves the nodes whose targets are rendered now.
func (rev *Revision) proceed() {
	rev.pool.index = nil
	for _, n := range slices.Clone(rev.nodes) {
		if n.in.isLive() && (n.Desired.Pending && slices.ContainsFunc(n.targets, func(t *target) bool { return rev.resolver.isRendered(t.key) }) ||
			slices.ContainsFunc(n.targets, func(t *target) bool { return rev.pool.retraced[t] && rev.resolver.isRendered(t.key) })) {
			rev.expand(rev.resolve(n))
		}
	}
	clear(rev.pool.retraced)
	rev.consume()
}

package deploy

import (
	"crypto/sha256"
	"slices"
	"sync"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// generation is what one object declares: a deployer, or a generator of them.
type generation struct {
	Declared
	from  gitops.Declared
	nodes []*node
	owner *node // that deploys the object, if there is one
	root  *root // that declares it, if there is one
	// dropped says that it is there in another way: as another deployer makes it.
	dropped bool
	content *[sha256.Size]byte // nil if nothing has asked for it
	queued  bool               // that its nodes are in the worklist
	// unlisted says that it lies beside a kustomization that does not name it, and
	// leftOver that no user applies it.
	unlisted, leftOver bool
}

// node is a deployer in the worklist.
type node struct {
	*Source
	in       *generation
	fields   []Field // without those of Desired
	targets  []*target
	own      []*target // of the revision among them
	files    []string  // of the revision that it reads as they are
	lookups  []lookup
	asked    int // how often an answer has changed
	children []*generation
	// replaced says that it is there as another revision declares it.
	replaced bool
}

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

// begin starts with what the manifests declare.
func (rev *Revision) begin() {
	prepare(rev.adapter, rev.plain)
	var nodes []*node
	pinning, may := rev.adapter.(Pinning)
	for d := range rev.plain.Each() {
		if may && pinning.IsPinned(rev.plain, d.Objects[0]) {
			continue
		}
		g := rev.start(d)
		rev.places[placeOf(d.Objects[0])] = g
		nodes = append(nodes, g.queue()...)
	}
	for d := range rev.beside.Each() {
		g := rev.start(d)
		g.unlisted = true
		nodes = append(nodes, g.queue()...)
	}
	rev.expand(nodes)
}

// start makes a generation of what is written as it is.
func (rev *Revision) start(d gitops.Declared) *generation {
	g := rev.generation(d)
	rev.first = append(rev.first, g)
	return g
}

// generation makes nodes of what an object declares.
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

// queue returns the nodes of a generation that is not yet in the worklist.
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

// resolve finds out what a deployer deploys, and returns the deployers among
// that which are new.
func (rev *Revision) resolve(n *node) []*node {
	if n.Resolve == nil || !n.in.isLive() {
		return nil
	}
	r := &Renderer{revision: rev, node: n}
	n.Desired = n.Resolve(r)
	n.Fields = append(slices.Clip(n.fields), n.Desired.Fields...)
	n.targets, n.own, n.files, n.lookups = r.targets, r.own, r.files, r.lookups
	if _, nested := rev.adapter.(Nesting); !nested {
		return nil
	}
	return rev.nest(n, r.foreign)
}

// nest makes the deployers among the objects of a deployer its children. Those
// that it had and has no longer are dropped.
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

// child is the generation of an object that a deployer deploys. It is nil if it
// belongs to another one. One that was plain so far, and is applied as it is,
// becomes the deployer's.
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
		return nil
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

// demand adds the targets that have to be rendered: those of roots, those that
// may hold deployers or that a lookup asks for, and those of needed deployers.
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

// live returns the generations that count, in the order of their depth: those
// that are written first, then those that they deploy.
func (rev *Revision) live() (all []*generation) {
	level := slices.DeleteFunc(slices.Clone(rev.first), func(g *generation) bool { return g.owner != nil })
	for len(level) > 0 {
		var next []*generation
		for _, g := range level {
			if !g.isLive() {
				continue
			}
			all = append(all, g)
			for _, n := range g.nodes {
				next = append(next, n.children...)
			}
		}
		level = next
	}
	return all
}

// Snapshot returns what is known now. Deployers are in the order of their depth:
// those that are written first, then those that they deploy.
func (rev *Revision) Snapshot() (s Snapshot) {
	live := rev.live()
	last := map[Key]*generation{}
	for _, g := range live {
		for _, made := range g.Generators {
			if k := (Key{made.Instance, made.ID}); last[k] == nil || !g.top().unlisted {
				last[k] = g
			}
		}
	}
	for _, g := range live {
		unlisted := g.top().unlisted
		if unlisted && slices.ContainsFunc(g.Generators, func(made Generator) bool { return last[Key{made.Instance, made.ID}] != g }) {
			continue // it is declared elsewhere, too
		}
		s.Generators = append(s.Generators, g.Generators...)
		s.Unexpanded = append(s.Unexpanded, g.Unexpanded...)
		if !unlisted {
			s.Named = append(s.Named, g.Named...)
		}
		for _, n := range g.nodes {
			d := n.Deployer
			by, again := last[Key{d.CreatedBy.Instance, d.CreatedBy.ID}]
			d.Unlisted = g.top().unlisted
			d.Superseded = again && by != g && len(g.Generators) > 0
			if g.root != nil {
				d.Root = g.root.target.job.Dir
			}
			s.Deployers = append(s.Deployers, d)
		}
	}
	for _, u := range rev.plain.Unread {
		s.UnreadFiles = append(s.UnreadFiles, u.File)
	}
	for _, x := range rev.roots {
		if !x.consumed {
			d := x.desired(rev.resolver)
			s.Roots = append(s.Roots, Root{Dir: x.target.job.Dir, Instance: x.instance, Unresolved: d.Unresolved, Code: d.Code})
		}
	}
	return s
}

// Carry adds a deployer of another revision that stays in its cluster as that one
// declares it, and deploys what is in this one. It returns false if the adapter
// does not know how, there is none, or it was added before.
func (rev *Revision) Carry(from *Revision, k Key) bool {
	adapter, ok := rev.adapter.(Carrying)
	i := slices.IndexFunc(from.nodes, func(n *node) bool { return n.Key() == k && n.in.isLive() && !n.Carried })
	if !ok || i < 0 || slices.ContainsFunc(rev.nodes, func(n *node) bool { return n.Key() == k && n.Carried }) {
		return false
	}
	for _, n := range rev.nodes {
		n.replaced = n.replaced || n.Key() == k
	}
	s := adapter.Carry(*from.nodes[i].Source)
	s.Carried = true
	g := &generation{Declared: Declared{Deployers: []Source{s}}}
	n := &node{Source: &g.Deployers[0], in: g, fields: s.Fields}
	g.nodes = []*node{n}
	rev.first = append(rev.first, g)
	rev.expand(g.queue())
	return true
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

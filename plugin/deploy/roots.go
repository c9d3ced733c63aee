package deploy

import (
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// root is a kustomization that may declare deployers. If no deployer deploys it, a
// user applies it by hand.
type root struct {
	target   *target
	instance string
	found    gitops.Declared
	// alternative says that its directory is its instance, since another root declares
	// the same.
	alternative bool
	// consumed says that a deployer deploys it, with its own changes: its deployers are
	// found there.
	consumed bool
}

// findRoots finds the kustomizations that may declare deployers.
func (rev *Revision) findRoots() {
	for _, t := range rev.resolver.walked(rev.fsys).Targets {
		if t.Kind != checkout.Kustomization || rev.resolver.options.Skip(t.Dir) {
			continue
		}
		if found := rev.resolver.target(rev.fsys, rev.resolver.kustomization(t)); found.mayDeclare {
			rev.roots = append(rev.roots, &root{target: found})
		}
	}
}

// desired returns the objects of a root.
func (x *root) desired(r *Resolver) Desired {
	if x.target.failed != nil {
		return Desired{Unresolved: checkout.ReasonOf(x.target.failed), Code: checkout.CodeOf(x.target.failed)}
	}
	return r.results[x.target.key]
}

// Undeclared is a kustomization that is applied by hand and cannot be built, so the
// deployers that it declares are not known.
type Undeclared struct {
	dupcheck.Unread
	// Why is the reason, which Unread does not have.
	Why checkout.Reason
	// Inputs is a digest of what they depend on.
	Inputs string
}

// UndeclaredIn returns the undeclared kustomizations of a revision.
func UndeclaredIn(rev *Revision) (all []Undeclared) {
	renderer := &Renderer{revision: rev}
	for _, x := range rev.roots {
		if d := x.desired(rev.resolver); d.Unresolved != "" && !x.consumed {
			all = append(all, Undeclared{
				Unread: dupcheck.Unread{File: x.target.job.Dir, Code: d.Code},
				Why:    "the deployers that it may declare are not known: " + d.Unresolved,
				Inputs: renderer.closure(rev.fsys, x.target),
			})
		}
	}
	return all
}

// consume finds the roots that a deployer deploys which they do not lead to.
func (rev *Revision) consume() {
	findLeftOver(rev)
	if len(rev.roots) == 0 {
		return
	}
	readers := map[string][]*node{}
	for _, n := range rev.nodes {
		if n.in.top().unlisted || n.copies() {
			continue
		}
		for _, t := range n.targets {
			if t.failed != nil || rev.resolver.results[t.key].Unresolved != "" {
				continue // its deployers are not known
			}
			readers[t.job.File] = append(readers[t.job.File], n)
			for name := range t.job.Inputs {
				if name != t.job.File && manifest.IsKustomization(name) {
					readers[name] = append(readers[name], n)
				}
			}
		}
	}
	directories := directoriesOf(rev.adapter, rev.live())
	for _, x := range rev.roots {
		x.consumed = false
	}
	for _, x := range rev.roots {
		by := func(g *generation) bool { return g.isLive() && !g.top().unlisted && g.top().root != x }
		x.consumed = slices.ContainsFunc(readers[x.target.job.File], func(n *node) bool { return by(n.in) }) ||
			slices.ContainsFunc(directories[x.target.job.Dir], by)
	}
}

// findLeftOver finds objects of Flux without a namespace in directories that another
// deployer deploys as a whole: their deployer gives them one, or they are left over.
func findLeftOver(rev *Revision) {
	if rev.resolver.options.Tool != gitops.Flux {
		return
	}
	var all []*generation
	for _, g := range rev.first {
		if g.leftOver = false; g.owner == nil && g.root == nil && len(g.from.Objects) > 0 && g.from.Objects[0].Namespace == "" {
			all = append(all, g)
		}
	}
	if len(all) == 0 {
		return
	}
	directories := directoriesOf(rev.adapter, rev.live())
	for _, g := range all {
		for dir := path.Dir(g.from.Objects[0].At.File); dir != "." && !g.leftOver; dir = path.Dir(dir) {
			g.leftOver = slices.ContainsFunc(directories[dir], func(by *generation) bool {
				return !slices.Contains(all, by.top()) && slices.ContainsFunc(by.nodes, func(n *node) bool { return n.Desired.Known() })
			})
		}
	}
}

// copies says whether a deployer reads the file that declares it and makes something
// else of that: the file is then there beside it.
func (n *node) copies() bool {
	if n.in.owner != nil || len(n.in.from.Objects) == 0 || n.Desired.Pending {
		return false
	}
	own := n.in.from.Objects[0]
	reads := slices.ContainsFunc(n.targets, func(t *target) bool { _, ok := t.job.Inputs[own.At.File]; return ok })
	return reads && !slices.ContainsFunc(n.Desired.Objects, func(o dupcheck.Object) bool {
		return o.Kind == own.Kind && o.Name == own.Name && o.Namespace == n.ID.Namespace
	})
}

// directoriesOf returns the directories that deployers deploy as a whole, with the
// generations of these.
func directoriesOf(a Adapter, deployers []*generation) map[string][]*generation {
	all := map[string][]*generation{}
	for _, g := range deployers {
		dirs := map[string]bool{}
		a.Directories(g.from, dirs)
		for dir := range dirs {
			all[dir] = append(all[dir], g)
		}
	}
	return all
}

// top returns the generation written as it is that led to this one.
func (g *generation) top() *generation {
	for g.owner != nil {
		g = g.owner.in
	}
	return g
}

// advance takes a further step once nothing more has to be rendered. It returns false if
// there is none.
func (r *Resolver) advance(revisions []*Revision) (more bool) {
	for _, rev := range revisions {
		if !rev.wanted {
			rev.wanted, more = true, true
			rev.consume()
		}
	}
	if more {
		return true
	}
	for _, rev := range revisions {
		if !rev.declared {
			more = true
			rev.readRoots()
			rev.findAlternatives()
		}
	}
	for _, rev := range revisions {
		if !rev.declared {
			rev.declareRoots()
		}
	}
	if more {
		return true
	}
	for _, rev := range revisions {
		more = relearn(rev) || rev.lookAgain() || more
	}
	return more
}

// readRoots reads the declarations of roots. Their objects belong to the instance of the
// root, wherever their files are.
func (rev *Revision) readRoots() {
	o := rev.resolver.options
	for _, x := range rev.roots {
		if x.consumed {
			continue
		}
		x.instance = o.Instance(x.target.job.File)
		x.read(rev.resolver)
	}
}

// read reads the declarations of a root.
func (x *root) read(r *Resolver) {
	x.found = gitops.Declared{}
	for _, object := range x.desired(r).Objects {
		object.Set = x.instance
		x.found.Merge(gitops.FromObjects(r.options.Tool, object))
	}
}

// declareRoots adds the deployers of roots.
func (rev *Revision) declareRoots() {
	rev.declared = true
	all := rev.asTheyAre()
	for _, x := range rev.roots {
		if dir := x.target.job.Dir; x.instance == "" && rev.resolver.alternatives[dir] {
			x.instance, x.alternative = dir, true
			x.read(rev.resolver)
		}
		all.Merge(x.found)
	}
	rev.adapter.Prepare(all)
	var nodes []*node
	for _, x := range rev.roots {
		for d := range x.found.Each() {
			g := rev.start(d)
			g.root = x
			nodes = append(nodes, g.queue()...)
		}
	}
	rev.expand(nodes)
	rev.consume()
}

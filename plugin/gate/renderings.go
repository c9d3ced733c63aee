package gate

import (
	"context"
	"hash/maphash"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render"
)

// identity is the identity as a manifest states it, without the version.
type identity struct{ group, kind, namespace, name, generateName string }

func identityOf(o dupcheck.Object) identity {
	return identity{dupcheck.GroupOf(o.APIVersion), o.Kind, o.Namespace, o.Name, o.GenerateName}
}

// bundle stands for a set of identities, whatever their order.
type bundle struct {
	sum   uint64
	count int
}

// bundleSeed makes bundles of one process comparable.
var bundleSeed = maphash.MakeSeed()

func (b *bundle) add(i identity) {
	b.sum += maphash.Comparable(bundleSeed, i)
	b.count++
}

// renderedFile is a file with exactly the objects that a kustomization renders.
type renderedFile struct {
	bundle
	objects  map[identity]int
	of       string // the kustomization's directory
	deployed bool   // by Argo CD or Flux
}

// leastRendered is how many objects a rendering must have. Fewer identities can be
// the same by chance.
const leastRendered = 3

// leastSources is the number of files from which a kustomization must draw its objects.
// With one file a rendering cannot be told from a copy of the file.
const leastSources = 2

// findRenderings finds the files that are renderings of kustomizations in the tree,
// if two of them could be alternatives.
func (x *run) findRenderings(ctx context.Context, in *collector, files map[string]bool) {
	if len(files) < 2 || !x.hasKustomizations() {
		return
	}
	candidates, roots := x.bundles(in, files)
	if !maybeAlternatives(candidates) {
		return
	}
	of := map[bundle]string{} // by the bundle of a candidate: the kustomization that renders to it
	for _, f := range candidates {
		of[f.bundle] = ""
	}
	missing := len(of)
	found := func(b bundle, name string, sources int) {
		if known, wanted := of[b]; wanted && known == "" && sources >= leastSources {
			of[b] = name
			missing--
		}
	}
	for _, root := range x.roots {
		if _, wanted := of[roots[root]]; wanted {
			job, _ := render.NewJob(root.tree, root.Target)
			found(roots[root], root.name, len(job.Manifests))
		}
	}
	if missing > 0 {
		x.renderBases(ctx, found)
	}
	x.excluded.renderings = map[string]*renderedFile{}
	for name, f := range candidates {
		if f.of = of[f.bundle]; f.of != "" {
			c, at := x.whereIs(name)
			f.deployed = c.tree.Deployed(at)
			x.excluded.renderings[name] = f
		}
	}
}

// hasKustomizations says whether there is a kustomization that anything could be a
// rendering of.
func (x *targets) hasKustomizations() bool {
	return slices.ContainsFunc(x.roots, func(r *target) bool { return r.Kind == checkout.Kustomization }) ||
		slices.ContainsFunc(x.repositories, func(c *repository) bool { return len(c.tree.Bases()) > 0 })
}

// bundles returns the candidates among the files, and the bundle of every rendered
// kustomization.
func (x *run) bundles(in *collector, files map[string]bool) (map[string]*renderedFile, map[*target]bundle) {
	plain, roots := map[string]*renderedFile{}, map[*target]bundle{}
	for _, o := range in.checker.Objects() {
		root := x.rootOf(o.At)
		switch {
		case o.Placeholder:
		case root != nil && root.Kind == checkout.Kustomization:
			b := roots[root]
			b.add(identityOf(o))
			roots[root] = b
		case files[o.At.File]:
			f := plain[o.At.File]
			if f == nil {
				f = &renderedFile{objects: map[identity]int{}}
				plain[o.At.File] = f
			}
			f.objects[identityOf(o)]++
			f.add(identityOf(o))
		}
	}
	for name, f := range plain {
		if f.count < leastRendered {
			delete(plain, name)
		}
	}
	return plain, roots
}

// maybeAlternatives says whether any file shares most of its objects with others.
func maybeAlternatives(files map[string]*renderedFile) bool {
	holders := map[identity]int{}
	for _, f := range files {
		for i := range f.objects {
			holders[i]++
		}
	}
	for _, f := range files {
		shared := 0
		for i, n := range f.objects {
			if holders[i] > 1 {
				shared += n
			}
		}
		if 2*shared > f.count {
			return true
		}
	}
	return false
}

// renderBases renders the kustomizations that are no targets. For each it calls
// found with its bundle, its name and the number of its source files.
func (x *run) renderBases(ctx context.Context, found func(b bundle, name string, sources int)) {
	type base struct {
		*repository
		render.Target
		sources int
	}
	var bases []base
	for _, c := range x.repositories {
		for _, part := range c.tree.Bases() {
			bases = append(bases, base{repository: c, Target: render.Target{Target: part}})
		}
	}
	x.pool.Run(ctx, len(bases), func(i int) (render.Job, error) {
		job, err := render.NewJob(bases[i].tree, bases[i].Target)
		bases[i].sources = len(job.Manifests)
		return job, err
	}, func(o render.Outcome) {
		b := bundle{}
		for _, object := range o.Objects {
			if !object.Placeholder {
				b.add(identityOf(object))
			}
		}
		if o.Reason == "" && len(o.Unread) == 0 {
			found(b, bases[o.Index].display(bases[o.Index].Dir), bases[o.Index].sources)
		}
		x.progress(Progress{Doing: "bases rendered", Done: o.Index + 1, Total: len(bases)})
	})
}

// alternatives reports whether the files are alternatives: renderings that share most of
// their objects, of which at most one is deployed.
func (a *exclusions) alternatives(files []string) bool {
	deployed := 0
	for i, name := range files {
		f := a.renderings[name]
		if f == nil || i == mostAlternatives {
			return false
		}
		if f.deployed {
			deployed++
		}
		for _, other := range files[:i] {
			if !a.mostlySame(f, a.renderings[other]) {
				return false
			}
		}
	}
	return deployed <= 1
}

// mostlySame says whether two renderings share more than half of the objects of the
// smaller one.
func (a *exclusions) mostlySame(f, g *renderedFile) bool {
	if f.bundle == g.bundle {
		return true
	}
	same, known := a.alike[[2]bundle{f.bundle, g.bundle}]
	if !known {
		shared := 0
		for i, n := range f.objects {
			shared += min(n, g.objects[i])
		}
		same = 2*shared > min(f.count, g.count)
		a.alike[[2]bundle{f.bundle, g.bundle}] = same
	}
	return same
}

// sayRenderings names the kustomizations that some files are renderings of.
func (a *exclusions) sayRenderings(files []string) string {
	var of []string
	for _, name := range files {
		of = append(of, a.renderings[name].of)
	}
	slices.Sort(of)
	return listed(files) + " are renderings of " + listed(slices.Compact(of)) + ", and look like alternatives"
}

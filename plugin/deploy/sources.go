package deploy

import (
	"iter"
	"maps"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/render"
)

// Sources are the files of a checkout that deployers read.
type Sources struct{ rev *Revision }

// SourcesOf returns the sources of the deployers of a revision.
func SourcesOf(rev *Revision) Sources { return Sources{rev} }

// Covered returns the files of the checkout from which deployers make known objects: the
// manifests that they apply as they are, and the files that their targets are rendered
// from, including kustomization.yaml and Chart.yaml. Files that a target only reads as
// data are not among them.
func (s Sources) Covered() map[string]bool {
	covered := s.covered()
	for e := range s.Entries() {
		e.target.cover(covered)
	}
	return covered
}

// covered returns the files of declared deployers.
func (s Sources) covered() map[string]bool {
	covered := map[string]bool{}
	for _, n := range s.rev.nodes {
		if n.Template || !n.in.isLive() {
			continue
		}
		for _, name := range n.files {
			covered[name] = covered[name] || s.rev.resolver.file(s.rev.fsys, name).Unresolved == ""
		}
		for _, t := range n.own {
			if _, known := s.rev.resolver.known(t); known {
				t.cover(covered)
			}
		}
	}
	return covered
}

// known returns the objects of a rendered target, if they are known.
func (r *Resolver) known(t *target) (d Desired, known bool) {
	d, rendered := r.results[t.key]
	return d, rendered && d.Known()
}

// cover adds the files from which the objects of a target are made.
func (t *target) cover(covered map[string]bool) {
	for name, role := range t.job.Inputs {
		covered[name] = covered[name] || role != render.Data
	}
}

// Entry is a kustomization that no deployer deploys, and that was rendered to find the
// deployers that it declares.
type Entry struct {
	// Dir is its directory, and Objects are its rendered objects.
	Dir     string
	Objects []dupcheck.Object

	target *target
}

// Inputs returns the files that it reads, in no order.
func (e Entry) Inputs() iter.Seq[string] { return maps.Keys(e.target.job.Inputs) }

// Entries yields those whose objects are known.
func (s Sources) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		covered := s.covered()
		for _, x := range s.rev.roots {
			if d, known := s.rev.resolver.known(x.target); known && !covered[x.target.job.File] && !yield(Entry{x.target.job.Dir, d.Objects, x.target}) {
				return
			}
		}
	}
}

// Reaches reports whether a deployer makes objects of some of the files, so that it must
// be rendered to know what is deployed of them.
func (s Sources) Reaches(k Key, within func(name string) bool) bool {
	return slices.ContainsFunc(s.of(k), func(n *node) bool {
		return slices.ContainsFunc(n.files, within) || slices.ContainsFunc(n.own, func(t *target) bool { return within(t.job.Dir) || t.isMadeOf(within) })
	})
}

// of are the nodes of a deployer that count.
func (s Sources) of(k Key) (all []*node) {
	for _, n := range s.rev.nodes {
		if n.Key() == k && n.in.isLive() {
			all = append(all, n)
		}
	}
	return all
}

// isMadeOf says whether its objects are made of some of the files.
func (t *target) isMadeOf(within func(name string) bool) bool {
	for name, role := range t.job.Inputs {
		if role != render.Data && within(name) {
			return true
		}
	}
	return false
}

// Inputs returns the files of the checkout that a deployer reads, in no order.
func (s Sources) Inputs(k Key) (all []string) {
	for _, n := range s.of(k) {
		all = append(all, n.files...)
		for _, t := range n.own {
			all = slices.AppendSeq(all, maps.Keys(t.job.Inputs))
		}
	}
	return all
}

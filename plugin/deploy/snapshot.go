package deploy

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// Snapshot is everything that deploys at one revision.
type Snapshot struct {
	// Deployers are in the order in which they are applied.
	Deployers []Deployer
	// Generators generate deployers. Unexpanded has what is known of deployers that were
	// not expanded.
	Generators []Generator
	Unexpanded []UnexpandedSet
	// Named are other objects that must be the only ones of their name.
	Named []Named
	// Roots are kustomizations that users apply by hand and that may declare
	// deployers.
	Roots []Root
	// Alternatives are the roots that declare the same deployers, unless an instance was
	// given.
	Alternatives []Alternatives
	// UnreadFiles are manifests that may declare more.
	UnreadFiles []string
}

// Root is a kustomization that no deployer deploys.
type Root struct {
	// Dir is its directory.
	Dir string
	// Instance is that of its deployers.
	Instance string
	// Unresolved says why its deployers are not known. It is empty if they are. Code
	// classifies the reason.
	Unresolved checkout.Reason
	Code       dupcheck.Code
}

// Refused reports whether it does not build, so that a user cannot apply it.
func (r Root) Refused() bool { return r.Unresolved != "" && refuses(r.Code) }

// Named is an object of a control plane that is no deployer but whose name must be
// unique: an AppProject or an ApplicationSet.
type Named struct {
	Instance string
	ID       dupcheck.ID
	At       dupcheck.Position
	// Purpose is what admission policies compare of an ApplicationSet.
	Purpose Purpose
}

// UnexpandedSet describes the deployers of a generator that was not expanded.
type UnexpandedSet struct {
	// Instance, ID and At are those of the generator.
	Instance string
	ID       dupcheck.ID
	At       dupcheck.Position
	// Kind and Namespace are those of the deployers. Name is a glob in which
	// "*" stands for any characters.
	Kind, Namespace, Name string
	// Reason says why they are not known. Beyond says that there were too many to look
	// at, so that nothing is known about them.
	Reason checkout.Reason
	Beyond bool
}

// Message says that the deployers are not known, and why.
func (u UnexpandedSet) Message() string {
	return ShortName(u.ID) + " is not expanded: " + dupcheck.Quote(u.Reason.String()) + "; its Applications are called " + dupcheck.QuoteBrief(u.Name)
}

// Told returns a snapshot whose reasons have the files as display returns them.
func (s Snapshot) Told(display func(file string) string) Snapshot {
	s.Deployers, s.Unexpanded = slices.Clone(s.Deployers), slices.Clone(s.Unexpanded)
	for i := range s.Deployers {
		d := &s.Deployers[i].Desired
		d.Unresolved = d.Unresolved.Told(display)
	}
	for i := range s.Unexpanded {
		s.Unexpanded[i].Reason = s.Unexpanded[i].Reason.Told(display)
	}
	return s
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

// Snapshot returns the present results. Deployers are in the order of their depth: those
// that are written first, then those that they deploy.
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
	s.Alternatives = alternativesOf(rev.roots)
	return s
}

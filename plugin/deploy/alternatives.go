package deploy

import (
	"fmt"
	"iter"
	"maps"
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// findAlternatives finds roots that declare the same deployers, unless an instance
// was given: they are overlays for control planes of their own.
func (rev *Revision) findAlternatives() {
	first := map[dupcheck.ID]*root{}
	for _, x := range rev.roots {
		if x.consumed || x.instance != "" {
			continue
		}
		for id := range x.deployers() {
			if other := first[id]; other == nil {
				first[id] = x
			} else if other != x {
				rev.resolver.alternatives[x.target.job.Dir] = true
				rev.resolver.alternatives[other.target.job.Dir] = true
			}
		}
	}
}

// deployers yields the identities of the deployers and generators of a root.
func (x *root) deployers() iter.Seq[dupcheck.ID] {
	return func(yield func(dupcheck.ID) bool) {
		for _, o := range x.found.Objects {
			if id := gitops.IDOf(o); (IsDeployer(id) || IsGenerator(id)) && !yield(id) {
				return
			}
		}
	}
}

// Alternatives are roots that declare the same deployers. Nothing says which control
// plane each is for, so that each counts as an instance of its own.
type Alternatives struct {
	// Roots are the kustomization files, in their order.
	Roots []string
	// Shared are the deployers and generators that several of them declare.
	Shared []dupcheck.ID
}

// alternativesOf groups the roots that share a deployer, also by way of a third one.
func alternativesOf(roots []*root) (all []Alternatives) {
	declaring := map[dupcheck.ID][]string{}
	for _, x := range roots {
		for id := range x.deployers() {
			if file := x.target.job.File; x.alternative && !x.consumed && !slices.Contains(declaring[id], file) {
				declaring[id] = append(declaring[id], file)
			}
		}
	}
	for _, id := range slices.SortedFunc(maps.Keys(declaring), dupcheck.ID.Compare) {
		if len(declaring[id]) < 2 {
			continue
		}
		one := Alternatives{declaring[id], []dupcheck.ID{id}}
		all = slices.DeleteFunc(all, func(a Alternatives) bool {
			meets := a.Meets(one)
			if meets {
				one.Roots, one.Shared = append(one.Roots, a.Roots...), append(one.Shared, a.Shared...)
			}
			return meets
		})
		slices.Sort(one.Roots)
		slices.SortFunc(one.Shared, dupcheck.ID.Compare)
		one.Roots = slices.Compact(one.Roots)
		all = append(all, one)
	}
	return all
}

// Meets says whether a root is among both.
func (a Alternatives) Meets(other Alternatives) bool {
	return slices.ContainsFunc(a.Roots, func(name string) bool { return slices.Contains(other.Roots, name) })
}

// Message says which roots share which deployers, and what kuniq takes them for.
func (a Alternatives) Message() string {
	var roots, shared []string
	for _, name := range a.Roots {
		roots = append(roots, dupcheck.Quote(path.Dir(name)))
	}
	for _, id := range a.Shared {
		shared = append(shared, ShortName(id))
	}
	return fmt.Sprintf("%s declare the same deployers, and each counts as an instance of its own: %s", someOf(roots), someOf(shared))
}

// TakenOver says what happens if roots are no alternatives, and AdviceOnAlternatives
// what to do.
const (
	TakenOver            = "if one control plane has both, the root that is applied last takes over what they share, and what only the other one deploys is pruned"
	AdviceOnAlternatives = "say which instance each root is for"
)

// Shown returns them with their roots as they are reached from the working directory.
func (a Alternatives) Shown(r checkout.Reached) Alternatives {
	out := Alternatives{Shared: a.Shared}
	for _, name := range a.Roots {
		out.Roots = append(out.Roots, r.File(name))
	}
	return out
}

// alternatives reports roots that count as separate instances by default.
func (c *check) alternatives() {
	for _, a := range c.Alternatives {
		shown := a.Shown(c.options.reached())
		d := dupcheck.Diagnostic{Rule: AlternativeRoots, Severity: dupcheck.Info, Message: shown.Message(), Effect: TakenOver, Advice: AdviceOnAlternatives}
		for _, name := range a.Roots { // as the report has them before it is shown
			d.Declarations = append(d.Declarations, dupcheck.Declaration{Position: dupcheck.Position{File: name}})
		}
		c.add(d)
	}
}

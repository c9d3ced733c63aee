package impact

import (
	"fmt"
	"maps"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// sets reports the changes of generators: those for which the tool does nothing at head,
// and those whose deployers are not known in one of the snapshots.
func (c *comparison) sets() {
	for _, k := range slices.SortedFunc(maps.Keys(c.head.generators), deploy.Key.Compare) {
		before, now := c.base.generators[k], c.head.generators[k]
		if before == nil {
			continue
		}
		change := Change{Deployer: k.ID, Instance: k.Instance, At: c.placeOf(k), Before: len(c.base.generated[k]), After: len(c.head.generated[k])}
		e := evaluation{comparison: c, Change: &change}
		switch was, is := c.base.unexpanded[k], c.head.unexpanded[k]; {
		case c.head.declared[k] > 1 && c.base.declared[k] < 2:
			e.tell(deploy.ApplicationCollision, dupcheck.Error, change.At,
				e.name()+" is now declared more than once, and what the last one generates counts", "give the new one a name of its own")
		case now.Frozen != "" && before.Frozen == "":
			change.Unresolved = c.options.places.reason(now.Frozen)
			e.tell(NotApplied, dupcheck.Error, change.At, fmt.Sprintf("%s fails, and its %s stay as they are: %s",
				e.name(), report.Count(change.Before, "deployer", "deployers"), dupcheck.Quote(change.Unresolved)), "fix it before merging this")
		case now.Frozen != "":
			continue
		case (was == "") != (is == ""):
			change.Unresolved = c.options.places.reason(was + is)
			e.unknown(UnresolvedChange, change.At, "can be expanded in only one of the two revisions")
		default:
			continue
		}
		e.allow()
		c.impact.Deployers = append(c.impact.Deployers, change)
	}
}

// placeOf is where a generator is written at head.
func (c *comparison) placeOf(k deploy.Key) dupcheck.Position {
	for _, n := range c.head.Named {
		if n.Instance == k.Instance && n.ID == k.ID {
			return n.At
		}
	}
	return dupcheck.Position{}
}

// roots are findings about kustomizations that users apply by hand and that do not
// build at head.
func (c *comparison) roots() {
	for _, r := range c.head.Roots {
		same := func(b deploy.Root) bool { return b.Dir == r.Dir && b.Instance == r.Instance && b.Unresolved != "" }
		if !r.Refused() || slices.ContainsFunc(c.base.Roots, same) {
			continue
		}
		c.options.tell(&c.impact.General, Finding{
			Rule: NotApplied, Severity: dupcheck.Error,
			Message: fmt.Sprintf("%s does not build, so that nothing of it can be applied, and what it deployed stays: %s", dupcheck.Quote(c.options.places.file(r.Dir)), dupcheck.Quote(c.options.places.reason(r.Unresolved))),
			Advice:  "fix it before merging this", At: dupcheck.Position{File: r.Dir},
		})
	}
}

// alternatives reports roots that count as separate instances by default. If base has
// only one of them, the other one may be about to take its deployers.
func alternatives(c *comparison) {
	for _, a := range c.head.Alternatives {
		added := slices.DeleteFunc(slices.Clone(a.Roots), func(name string) bool {
			return slices.ContainsFunc(c.base.Alternatives, func(b deploy.Alternatives) bool { return slices.Contains(b.Roots, name) && b.Meets(a) })
		})
		there := func(d deploy.Deployer) bool {
			return slices.Contains(a.Shared, d.ID) || slices.Contains(a.Shared, d.CreatedBy.ID)
		}
		shown := a.Shown(c.options.Reached)
		f := Finding{
			Rule: deploy.AlternativeRoots, Severity: dupcheck.Error, Message: shown.Message() + "; " + deploy.TakenOver,
			Advice: deploy.AdviceOnAlternatives, Roots: shown.Roots, At: dupcheck.Position{File: a.Roots[0]},
		}
		switch {
		case len(added) == 0:
			f.Severity = dupcheck.Info
		case slices.ContainsFunc(c.base.Alternatives, a.Meets), !slices.ContainsFunc(c.base.Deployers, there):
			f.Severity = dupcheck.Warning // one more of them, or there were no deployers to take
		}
		if len(added) > 0 {
			f.At.File = added[len(added)-1]
		}
		c.options.tell(&c.impact.General, f)
	}
}

// untold tells of deployers that are not at head, and whose fate is not
// known, if nothing else fails.
func (c *comparison) untold() {
	if c.impact.Fails() {
		return
	}
	for _, b := range c.undecided {
		change := c.change(b, Changed)
		change.Unresolved = "kuniq does not know its generator at head"
		e := evaluation{comparison: c, Change: &change}
		e.unknown(UnresolvedChange, b.At, "is not found at head")
		e.allow()
		c.impact.Deployers = append(c.impact.Deployers, change)
	}
}

package impact

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// deployerPath is how an allowance names a deployer.
func deployerPath(id dupcheck.ID) string {
	if id.Namespace == "" {
		return id.Name
	}
	return id.Namespace + "/" + id.Name
}

// allowable are the rules that an allowance can accept. A collision is not among them,
// because no user can want it.
var allowable = []dupcheck.Rule{WouldPrune, MaxPrune, MovedObject, UnresolvedChange, OpaqueChange, NewlyShared}

// allow turns the errors of a deployer into notes if the user meant them.
func (e *evaluation) allow() {
	i := slices.IndexFunc(e.options.Allowed, func(a Allowance) bool { return a.Deployer == deployerPath(e.Deployer) })
	if i < 0 {
		return
	}
	a := e.options.Allowed[i]
	if slices.ContainsFunc(e.Removed, RemovedObject.deleted) {
		e.use(a)
	}
	for n := range e.Findings {
		f := &e.Findings[n]
		if f.Severity != dupcheck.Error || !slices.Contains(allowable, f.Rule) {
			continue
		}
		f.Severity, f.Advice, f.Allow = dupcheck.Info, "", ""
		e.Allowed = &a
		e.use(a)
	}
}

func (c *comparison) use(a Allowance) {
	if !slices.Contains(c.impact.Used, a) {
		c.impact.Used = append(c.impact.Used, a)
	}
}

// unused notes the allowances that no deletion needed. One that was said twice
// is used if either is.
func (c *comparison) unused() {
	for _, a := range c.options.Allowed {
		used := slices.ContainsFunc(c.impact.Used, func(u Allowance) bool { return u.Deployer == a.Deployer })
		if !used && !slices.Contains(c.impact.Unused, a) {
			c.impact.Unused = append(c.impact.Unused, a)
		}
	}
}

package impact

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// path is how an allowance names the owner.
func (j *judgement) path() string { return dupcheck.Quote(ownerPath(j.Owner)) }

func ownerPath(id dupcheck.ID) string {
	if id.Namespace == "" {
		return id.Name
	}
	return id.Namespace + "/" + id.Name
}

// allowable are the rules that an allowance answers. A collision is none of
// them: no user can mean it.
var allowable = []dupcheck.Rule{WouldPrune, MaxPrune, MovedObject, UnresolvedChange}

// allow turns the errors of an owner into notes if the user meant them.
func (j *judgement) allow() {
	i := slices.IndexFunc(j.options.Allowed, func(a Allowance) bool { return a.Owner == ownerPath(j.Owner) })
	if i < 0 {
		return
	}
	a := j.options.Allowed[i]
	if slices.ContainsFunc(j.Lost, Loss.deleted) {
		j.use(a)
	}
	for n := range j.Findings {
		f := &j.Findings[n]
		if f.Severity != dupcheck.Error || !slices.Contains(allowable, f.Rule) {
			continue
		}
		f.Severity, f.Advice = dupcheck.Info, ""
		j.Allowed = &a
		j.use(a)
	}
}

func (c *comparison) use(a Allowance) {
	if !slices.Contains(c.impact.Used, a) {
		c.impact.Used = append(c.impact.Used, a)
	}
}

// unused notes the allowances that nothing asked for. One that was said twice
// is used if either is.
func (c *comparison) unused() {
	for _, a := range c.options.Allowed {
		used := slices.ContainsFunc(c.impact.Used, func(u Allowance) bool { return u.Owner == a.Owner })
		if !used && !slices.Contains(c.impact.Unused, a) {
			c.impact.Unused = append(c.impact.Unused, a)
		}
	}
}

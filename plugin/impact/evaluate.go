package impact

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// evaluation collects the findings about one change.
type evaluation struct {
	*comparison
	*Change
	// was and is are the deployer in both snapshots. One of them may be nil.
	was, is *deploy.Deployer
}

// evaluate adds the findings about a change. losses.go has those about objects, and
// unknown.go those about objects that are not known.
func (c *comparison) evaluate(change *Change, was, is *deploy.Deployer) {
	e := evaluation{comparison: c, Change: change, was: was, is: is}
	e.deletions()
	e.races()
	e.forced()
	e.moves()
	e.orphans()
	e.unresolved()
	e.identity()
	e.sharing()
	e.remade()
	e.policy()
	e.repeats()
	slices.SortStableFunc(change.Findings, func(a, b Finding) int { return -cmp.Compare(a.Severity, b.Severity) })
	e.allow()
}

func (e *evaluation) name() string { return deploy.ShortName(e.Deployer) }

func (e *evaluation) tell(rule dupcheck.Rule, s dupcheck.Severity, at dupcheck.Position, message, advice string) {
	e.options.tell(&e.Findings, Finding{Rule: rule, Severity: s, Message: message, Advice: advice, At: at})
}

// tellAllowable tells an error whose advice ends with the allowance for it.
func (e *evaluation) tellAllowable(rule dupcheck.Rule, at dupcheck.Position, message, advice string) {
	e.options.tell(&e.Findings, Finding{Rule: rule, Severity: dupcheck.Error, Message: message, Advice: advice, At: at, Allow: deployerPath(e.Deployer)})
}

// cause is the place that makes the deployer lose something: the field that
// changed, or the deployer, or else the object itself as it was.
func (e *evaluation) cause(removed RemovedObject) dupcheck.Position {
	for _, f := range e.Fields {
		if f.Role != deploy.ProjectRole {
			return f.At
		}
	}
	if e.Kind == Changed && removed.At.File != "" {
		return removed.At
	}
	return e.At
}

// identity is about fields that make a deployer deploy something else.
func (e *evaluation) identity() {
	for _, f := range e.Fields {
		severity, effect := dupcheck.Warning, ""
		switch f.Role {
		case deploy.ProjectRole:
			severity, effect = dupcheck.Info, ": objects that the project does not permit are not deleted, and a sync may be refused"
		case deploy.NamespaceRole:
			effect = ": objects that name no namespace are created again there, with empty volumes"
		case deploy.ReleaseRole:
			effect = ": the release is uninstalled with all of its objects, and another one is installed"
		}
		e.tell(IdentityChange, severity, f.At, e.name()+" changes "+f.show()+effect, "")
	}
}

// remade reports a deployer that is deleted although head declares it.
func (e *evaluation) remade() {
	if e.Kind != Gone || e.is == nil || e.is.Carried {
		return
	}
	maker := "its deployer"
	if e.was.CreatedBy.ID.Kind != "" {
		maker = deploy.ShortName(e.was.CreatedBy.ID)
	}
	e.tell(IdentityChange, dupcheck.Warning, e.is.At, fmt.Sprintf("%s is no longer created by %s, which deletes it before it is created again", e.name(), maker), "")
}

// policy is about what protects the objects.
func (e *evaluation) policy() {
	for _, p := range e.Policy {
		severity, advice := dupcheck.Info, ""
		if p.Worse {
			severity, advice = dupcheck.Warning, "make sure that this is meant before it takes effect on what is deployed"
		}
		e.tell(SafetyChange, severity, p.At, e.name()+" "+p.Message, advice)
	}
}

// repeats reports a deployer that head, and not base, declares more than once.
func (e *evaluation) repeats() {
	if e.is == nil || !e.head.repeated[e.is.Key()] || e.base.repeated[e.is.Key()] || e.ignores(e.is.ID) {
		return
	}
	e.tell(deploy.ApplicationCollision, dupcheck.Error, e.is.At,
		e.name()+" is now declared more than once, and differently; the objects of the one that is applied last count",
		"give the new one a name of its own")
}

package impact

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// evaluate adds the findings about a change. b and h are the deployer in both snapshots;
// one of them may be nil.
func (c *comparison) evaluate(change *Change, b, h *deploy.Deployer) {
	e := evaluation{comparison: c, Change: change, tool: cmp.Or(h, b).Tool}
	e.deletions()
	e.races()
	e.forced(b, h)
	e.moves()
	e.orphans()
	if e.Kind == Changed && b != nil && h == nil {
		e.unknown(UnresolvedChange, e.At, "is not found at head")
	}
	e.unresolved(b, h)
	e.identity()
	e.sharing(b, h)
	e.remade(b, h)
	for _, s := range change.Policy {
		if s.Worse {
			e.tell(SafetyChange, dupcheck.Warning, s.At, e.name()+" "+s.Message,
				"make sure that this is meant before it takes effect on what is deployed")
		} else {
			e.tell(SafetyChange, dupcheck.Info, s.At, e.name()+" "+s.Message, "")
		}
	}
	if h != nil && c.head.repeated[h.Key()] && !(b != nil && c.base.repeated[b.Key()]) && !e.ignores(h.ID) {
		e.tell(deploy.ApplicationCollision, dupcheck.Error, h.At,
			e.name()+" is now declared more than once, and differently; the objects of the one that is applied last count",
			"give the new one a name of its own")
	}
	slices.SortStableFunc(change.Findings, func(a, b Finding) int { return -cmp.Compare(a.Severity, b.Severity) })
	e.allow()
}

// evaluation is the work of evaluate on one change.
type evaluation struct {
	*comparison
	*Change
	tool deploy.Tool
}

func (e *evaluation) name() string { return deploy.ShortName(e.Deployer) }

func (e *evaluation) tell(rule dupcheck.Rule, s dupcheck.Severity, at dupcheck.Position, message, advice string) {
	if s = e.severity(rule, s); s != dupcheck.Off {
		e.Findings = append(e.Findings, Finding{Rule: rule, Severity: s, Message: message, Advice: advice, At: at})
	}
}

// tellAllowable tells an error whose advice ends with the allowance for it.
func (e *evaluation) tellAllowable(rule dupcheck.Rule, at dupcheck.Position, message, advice string) {
	before := len(e.Findings)
	e.tell(rule, dupcheck.Error, at, message, advice)
	for i := before; i < len(e.Findings); i++ {
		e.Findings[i].Allow = deployerPath(e.Deployer)
	}
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

// deletions is about objects that are deleted for certain.
func (e *evaluation) deletions() {
	gone := filter(e.Removed, RemovedObject.deleted)
	if len(gone) == 0 {
		return
	}
	at := e.cause(gone[0])
	lost := filter(gone, func(r RemovedObject) bool { return !r.rehashed })
	with := filter(gone, func(r RemovedObject) bool { return r.State != "" && !e.meant(r) })
	if len(with) > 0 {
		advice := "allow it"
		if protection := e.protection(with); protection != "" {
			advice = "give them " + protection + " in a change of its own before this one, or allow it"
		}
		e.tellAllowable(WouldPrune, at, fmt.Sprintf("%s of %s would be %s: %s",
			report.Count(len(with), "object that holds state", "objects that hold state"), e.name(), deletedHow(with), kinds(with)),
			advice)
	} else if !e.tooMany(lost) {
		e.tell(WouldPrune, dupcheck.Warning, at, fmt.Sprintf("%s of %s would be %s: %s",
			report.Count(len(gone), "object", "objects"), e.name(), deletedHow(gone), kinds(gone)), "")
	}
	if e.tooMany(lost) {
		e.tellAllowable(MaxPrune, at, fmt.Sprintf("%s would lose %d of %s (limit %s)",
			e.name(), len(lost), report.Count(e.Before, "object", "objects"), e.options.MaxPrune),
			"split the change, or allow it")
	}
}

// protection says which annotation would keep the objects, or is empty if none can. An
// option that keeps an object from being pruned does not keep it from being deleted with
// its Application (argo-cd#7124).
func (e *evaluation) protection(lost []RemovedObject) string {
	var values []string
	for _, r := range lost {
		key, value := e.tool.Annotation(e.options.Version, r.by == cascade)
		if e.tool != deploy.ArgoCD {
			value = "the annotation " + key + ": " + value
		}
		switch {
		case r.by == replacement:
			return ""
		case !slices.Contains(values, value):
			values = append(values, value)
		}
	}
	return strings.Join(values, " and ")
}

func (e *evaluation) tooMany(gone []RemovedObject) bool {
	limit := e.options.MaxPrune
	switch {
	case !limit.Set:
		return false
	case limit.Percent > 0:
		return len(gone)*100 > limit.Percent*e.Before
	}
	return len(gone) > limit.Objects
}

// meant says whether the object is itself a deployer whose deletion is allowed.
func (e *evaluation) meant(r RemovedObject) bool {
	for _, a := range e.options.Allowed {
		if a.Deployer == deployerPath(r.ID) && deploy.IsDeployer(r.ID) {
			e.use(a)
			return true
		}
	}
	return false
}

// races reports objects that are kept only by a new policy. The deployer and its maker,
// from which it gets the policy, are both synced at a new revision, in any order.
func (e *evaluation) races() {
	if raced := filter(e.Removed, func(r RemovedObject) bool { return r.raced }); len(raced) > 0 {
		e.tell(WouldPrune, dupcheck.Warning, e.cause(raced[0]), fmt.Sprintf("%s of %s would be pruned if %s is synced before its new policy is there: %s",
			report.Count(len(raced), "object", "objects"), e.name(), e.name(), kinds(raced)),
			"change its policy in a change of its own before this one")
	}
}

// forced reports objects with state that stay while their files change: one of the
// changed fields may be immutable.
func (e *evaluation) forced(b, h *deploy.Deployer) {
	if b == nil || h == nil || !h.Policy.Forces || b.Desired.Inputs == h.Desired.Inputs {
		return
	}
	var kept []RemovedObject
	for _, id := range e.base.claims[b.Key()].order {
		if _, state := deploy.StateOf(e.options.State, id.GroupKind()); state.Reason != "" && e.head.claims[h.Key()].has(id) {
			kept = append(kept, RemovedObject{ID: id})
		}
	}
	if len(kept) > 0 {
		e.tell(WouldPrune, dupcheck.Warning, h.At, fmt.Sprintf("%s of %s would be deleted and created again if an immutable field changes, because of force: %s",
			report.Count(len(kept), "object that holds state", "objects that hold state"), e.name(), kinds(kept)),
			"see that the change edits no such field, as the class of a claim is")
		e.Forced = true
	}
}

func (e *evaluation) moves() {
	moved := filter(e.Removed, func(r RemovedObject) bool { return r.Outcome == Moved })
	if len(moved) == 0 {
		return
	}
	at, message := e.cause(moved[0]), fmt.Sprintf("%s of %s would move %s: if %s is synced first they are deleted and created again: %s",
		report.Count(len(moved), "object", "objects"), e.name(), moved[0].Note, e.name(), kinds(moved))
	if slices.ContainsFunc(moved, func(r RemovedObject) bool { return r.State != "" }) {
		e.tellAllowable(MovedObject, at, message, "give those with state "+e.protection(moved)+" in a change of its own before this one, or allow it")
		return
	}
	e.tell(MovedObject, dupcheck.Warning, at, message, "let the new deployer take it over first, in a change of its own")
}

func (e *evaluation) orphans() {
	left := filter(e.Removed, func(r RemovedObject) bool { return r.Outcome == Orphaned })
	if len(left) == 0 {
		return
	}
	e.tell(OrphanedObject, dupcheck.Warning, e.cause(left[0]), fmt.Sprintf("%s of %s would stay %s, and no deployer would look after them: %s",
		report.Count(len(left), "object", "objects"), e.name(), left[0].Note, kinds(left)),
		"delete the objects there by hand if they are no longer needed")
}

// unresolved reports objects that are not known. They are harmless as long as nothing
// changes. A tool that refuses the tree at head deletes nothing.
func (e *evaluation) unresolved(b, h *deploy.Deployer) {
	at := e.cause(RemovedObject{})
	switch {
	case b == nil && fails(b, h), b != nil && h != nil && fails(b, h) && !b.Desired.Refused():
		e.tell(NotApplied, dupcheck.Error, at, fmt.Sprintf("%s cannot be built, so that nothing of it is applied or deleted: %s",
			e.name(), dupcheck.Quote(cmp.Or(h.Unknown(), h.Desired.Fails))), "fix it before merging this")
	case e.Unresolved == "" || b == nil:
	case h == nil && e.Kind == Gone && b.Policy.Cascade:
		e.unknown(UnresolvedChange, at, "is deleted with all of its objects")
	case h == nil || e.Kind == Gone:
	case h.Desired.Refused() && !changesTree(e.Fields) && (!h.Desired.Nests || b.Desired.Inputs == h.Desired.Inputs): // as before
	case slices.ContainsFunc(e.Fields, func(f FieldChange) bool { return f.Role != deploy.ProjectRole && f.Role != deploy.ValueRole }):
		e.unknown(UnresolvedChange, at, "changes "+paths(e.Fields))
	case b.Desired.Known() != h.Desired.Known():
		e.unknown(UnresolvedChange, at, "can be resolved in only one of the two revisions")
	case b.Desired.Inputs != h.Desired.Inputs:
		e.opaque(UnresolvedChange, at, "changes in its files", b, h)
	case b.Desired.Code == h.Desired.Code && (b.Desired.Values != h.Desired.Values || slices.ContainsFunc(e.Fields, func(f FieldChange) bool { return f.Role == deploy.ValueRole })):
		e.opaque(OpaqueChange, at, "changes "+cmp.Or(paths(e.Fields), "values of its chart"), b, h)
	case b.Desired.Unresolved != h.Desired.Unresolved:
		e.opaque(UnresolvedChange, at, "is not resolved for another reason than before", b, h)
	}
}

// unknown reports a deployer that changes and whose objects are not known.
func (e *evaluation) unknown(rule dupcheck.Rule, at dupcheck.Position, why string) {
	e.Unknown = true
	e.tellAllowable(rule, at, fmt.Sprintf("%s %s, and the deletions are not known: %s",
		e.name(), why, dupcheck.Quote(e.Unresolved)),
		"compare what both deploy, then allow it")
}

// remade reports a deployer that is deleted although head declares it.
func (e *evaluation) remade(b, h *deploy.Deployer) {
	if e.Kind != Gone || h == nil || h.Carried {
		return
	}
	maker := "its deployer"
	if b.CreatedBy.ID.Kind != "" {
		maker = deploy.ShortName(b.CreatedBy.ID)
	}
	e.tell(IdentityChange, dupcheck.Warning, h.At, fmt.Sprintf("%s is no longer created by %s, which deletes it before it is created again", e.name(), maker), "")
}

// identity is about fields that make a deployer deploy something else.
func (e *evaluation) identity() {
	for _, f := range e.Fields {
		switch f.Role {
		case deploy.ProjectRole:
			e.tell(IdentityChange, dupcheck.Info, f.At, e.name()+" changes "+f.show()+": objects that the project does not permit are not deleted, and a sync may be refused", "")
		case deploy.NamespaceRole:
			e.tell(IdentityChange, dupcheck.Warning, f.At, e.name()+" changes "+f.show()+": objects that name no namespace are created again there, with empty volumes", "")
		case deploy.ReleaseRole:
			e.tell(IdentityChange, dupcheck.Warning, f.At, e.name()+" changes "+f.show()+": the release is uninstalled with all of its objects, and another one is installed", "")
		default:
			e.tell(IdentityChange, dupcheck.Warning, f.At, e.name()+" changes "+f.show(), "")
		}
	}
}

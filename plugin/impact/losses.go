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
	tool := cmp.Or(e.is, e.was).Tool
	var values []string
	for _, r := range lost {
		key, value := tool.Annotation(e.options.Version, r.by == cascade)
		if tool != deploy.ArgoCD {
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
func (e *evaluation) forced() {
	if e.was == nil || e.is == nil || !e.is.Policy.Forces || e.was.Desired.Inputs == e.is.Desired.Inputs {
		return
	}
	var kept []RemovedObject
	for _, id := range e.base.claims[e.was.Key()].order {
		if _, state := deploy.StateOf(e.options.State, id.GroupKind()); state.Reason != "" && e.head.claims[e.is.Key()].has(id) {
			kept = append(kept, RemovedObject{ID: id})
		}
	}
	if len(kept) > 0 {
		e.tell(WouldPrune, dupcheck.Warning, e.is.At, fmt.Sprintf("%s of %s would be deleted and created again if an immutable field changes, because of force: %s",
			report.Count(len(kept), "object that holds state", "objects that hold state"), e.name(), kinds(kept)),
			"see that the change edits no such field, as the class of a claim is")
		e.Forced = true
	}
}

// moves is about objects that another deployer takes over.
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

// orphans is about objects that stay without a deployer.
func (e *evaluation) orphans() {
	left := filter(e.Removed, func(r RemovedObject) bool { return r.Outcome == Orphaned })
	if len(left) == 0 {
		return
	}
	e.tell(OrphanedObject, dupcheck.Warning, e.cause(left[0]), fmt.Sprintf("%s of %s would stay %s, and no deployer would look after them: %s",
		report.Count(len(left), "object", "objects"), e.name(), left[0].Note, kinds(left)),
		"delete the objects there by hand if they are no longer needed")
}

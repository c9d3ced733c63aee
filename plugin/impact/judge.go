package impact

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// judge fills in what there is to tell about a change. b and h are the owner
// in both states, of which one may be nil.
func (c *comparison) judge(change *Change, b, h *Owner) {
	j := judgement{comparison: c, Change: change, tool: cmp.Or(h, b).Tool}
	j.deletions()
	j.moves()
	j.orphans()
	j.unresolved(b, h)
	j.identity()
	for _, s := range change.Safety {
		if s.Worse {
			j.tell(SafetyChanged, dupcheck.Warning, s.At, j.name()+" "+s.Message,
				"make sure that this is meant before it takes effect on what is deployed")
		} else {
			j.tell(SafetyChanged, dupcheck.Info, s.At, j.name()+" "+s.Message, "")
		}
	}
	if h != nil && c.head.repeated[h.key()] && !(b != nil && c.base.repeated[b.key()]) {
		j.tell(ApplicationCollision, dupcheck.Error, h.At,
			j.name()+" is now declared more than once, and differently; its objects are those of whichever is applied last",
			"give the new one a name of its own")
	}
	slices.SortStableFunc(change.Findings, func(a, b Finding) int { return -cmp.Compare(a.Severity, b.Severity) })
	j.allow()
}

// judgement is the work of judge on one change.
type judgement struct {
	*comparison
	*Change
	tool Tool
}

func (j *judgement) name() string { return shortName(j.Owner) }

func (j *judgement) tell(rule dupcheck.Rule, s dupcheck.Severity, at dupcheck.Position, message, advice string) {
	if own := j.options.Rules.Severity[rule]; own != dupcheck.Default {
		s = own
	}
	if s != dupcheck.Off {
		j.Findings = append(j.Findings, Finding{rule, s, message, at, advice})
	}
}

// cause is the place that makes the owner lose something: the field that
// changed, or the owner, or else the object itself as it was.
func (j *judgement) cause(lost Loss) dupcheck.Position {
	for _, f := range j.Fields {
		if f.Role != ProjectRole {
			return f.At
		}
	}
	if j.Kind == Changed && lost.At.File != "" {
		return lost.At
	}
	return j.At
}

// deletions is about objects that are deleted for certain.
func (j *judgement) deletions() {
	gone := filter(j.Lost, Loss.deleted)
	if len(gone) == 0 {
		return
	}
	at := j.cause(gone[0])
	with := filter(gone, func(l Loss) bool { return l.State != "" && !j.meant(l) })
	if len(with) > 0 {
		j.tell(WouldPrune, dupcheck.Error, at, fmt.Sprintf("%s of %s would be %s: %s",
			those(len(with), "object that holds state", "objects that hold state"), j.name(), deletedHow(with), kinds(with)),
			"give them "+j.shield()+" in a change of its own before this one, or allow it with --allow-prune "+j.path())
	} else if !j.tooMany(gone) {
		j.tell(WouldPrune, dupcheck.Warning, at, fmt.Sprintf("%s of %s would be %s: %s",
			those(len(gone), "object", "objects"), j.name(), deletedHow(gone), kinds(gone)), "")
	}
	if j.tooMany(gone) {
		j.tell(MaxPrune, dupcheck.Error, at, fmt.Sprintf("%s would lose %d of %s, more than it may",
			j.name(), len(gone), those(j.Before, "object", "objects")),
			"split the change, or allow it with --allow-prune "+j.path())
	}
}

// shield is what would keep the objects. What keeps an object from being pruned
// does not keep it from being deleted with its Application (argo-cd#7124).
func (j *judgement) shield() string {
	switch {
	case j.tool == FluxKustomization:
		return "the annotation " + FluxPruneAnnotation + ": disabled"
	case j.tool == FluxHelmRelease:
		return "the annotation " + HelmPolicyAnnotation + ": keep"
	case j.Kind == Gone && j.options.Version.Before(2, 14):
		return "Delete=false"
	case j.Kind == Gone:
		return "Delete=confirm"
	case j.options.Version.Before(2, 14):
		return "Prune=false"
	}
	return "Prune=confirm"
}

func (j *judgement) tooMany(gone []Loss) bool {
	limit := j.options.MaxPrune
	switch {
	case !limit.Set:
		return false
	case limit.Percent > 0:
		return len(gone)*100 > limit.Percent*j.Before
	}
	return len(gone) > limit.Objects
}

// meant says whether the object is itself an owner whose deletion is allowed.
func (j *judgement) meant(l Loss) bool {
	for _, a := range j.options.Allowed {
		if a.Owner == ownerPath(l.ID) && ownsObjects(l.ID) {
			j.use(a)
			return true
		}
	}
	return false
}

// ownsObjects says whether the kind is one of owners.
func ownsObjects(id dupcheck.ID) bool {
	switch id.GroupKind().String() {
	case "Application.argoproj.io", "Kustomization.kustomize.toolkit.fluxcd.io", "HelmRelease.helm.toolkit.fluxcd.io":
		return true
	}
	return false
}

func (j *judgement) moves() {
	moved := filter(j.Lost, func(l Loss) bool { return l.Fate == Moved })
	if len(moved) == 0 {
		return
	}
	severity, advice := dupcheck.Warning, "let the new owner take it over first, in a change of its own"
	if slices.ContainsFunc(moved, func(l Loss) bool { return l.State != "" }) {
		severity = dupcheck.Error
		advice = "give those with state " + j.shield() + " in a change of its own before this one, or allow it with --allow-prune " + j.path()
	}
	j.tell(MovedObject, severity, j.cause(moved[0]), fmt.Sprintf(
		"%s of %s would move %s: if %s is synced first they are deleted and made anew: %s",
		those(len(moved), "object", "objects"), j.name(), moved[0].Note, j.name(), kinds(moved)), advice)
}

func (j *judgement) orphans() {
	left := filter(j.Lost, func(l Loss) bool { return l.Fate == Orphaned })
	if len(left) == 0 {
		return
	}
	j.tell(OrphanedObject, dupcheck.Warning, j.cause(left[0]), fmt.Sprintf("%s of %s would stay %s, and no owner would look after them: %s",
		those(len(left), "object", "objects"), j.name(), left[0].Note, kinds(left)),
		"delete by hand what is no longer needed there")
}

// unresolved is about what is not known. It is harmless as long as nothing
// changes.
func (j *judgement) unresolved(b, h *Owner) {
	if j.Unresolved == "" || b == nil || j.Kind == Stays {
		return
	}
	why := ""
	switch {
	case h == nil && b.Safety.Cascade:
		why = "is deleted with all of its objects"
	case h == nil:
		return
	case slices.ContainsFunc(j.Fields, func(f FieldChange) bool { return f.Role != ProjectRole }):
		why = "changes " + paths(j.Fields)
	case b.Desired.Known() != h.Desired.Known():
		why = "can be resolved in only one of the two states"
	case b.Desired.Inputs != h.Desired.Inputs:
		why = "changes in its files"
	default:
		return
	}
	at := j.cause(Loss{})
	j.tell(UnresolvedChange, dupcheck.Error, at, fmt.Sprintf("%s %s, and what would be deleted is not known: %s",
		j.name(), why, dupcheck.Quote(j.Unresolved)),
		"compare what both deploy, then allow it with --allow-prune "+j.path())
}

// identity is about fields that make an owner deploy something else.
func (j *judgement) identity() {
	for _, f := range j.Fields {
		switch f.Role {
		case ProjectRole:
			j.tell(IdentityChange, dupcheck.Info, f.At, j.name()+" changes "+f.show()+": what the project does not permit is not deleted, and a sync may be refused", "")
		case NamespaceRole:
			j.tell(IdentityChange, dupcheck.Warning, f.At, j.name()+" changes "+f.show()+": objects that name no namespace are made anew there, with empty volumes", "")
		default:
			j.tell(IdentityChange, dupcheck.Warning, f.At, j.name()+" changes "+f.show(), "")
		}
	}
}

func filter(lost []Loss, is func(Loss) bool) (out []Loss) {
	for _, l := range lost {
		if is(l) {
			out = append(out, l)
		}
	}
	return out
}

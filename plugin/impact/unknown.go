package impact

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// unresolved reports objects that are not known. They are harmless as long as nothing
// changes. A tool that refuses the tree at head deletes nothing.
func (e *evaluation) unresolved() {
	at, b, h := e.cause(RemovedObject{}), e.was, e.is
	switch {
	case b == nil && fails(b, h), b != nil && h != nil && fails(b, h) && !b.Desired.Refused():
		e.tell(NotApplied, dupcheck.Error, at, fmt.Sprintf("%s cannot be built, so that nothing of it is applied or deleted: %s",
			e.name(), dupcheck.Quote(cmp.Or(e.options.places.reason(h.Unknown()), h.Desired.Fails))), "fix it before merging this")
	case h == nil && e.Kind == Changed:
		e.unknown(UnresolvedChange, e.At, "is not found at head")
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
		e.opaque(UnresolvedChange, at, "changes in its files")
	case b.Desired.Code == h.Desired.Code && (b.Desired.Values != h.Desired.Values || slices.ContainsFunc(e.Fields, func(f FieldChange) bool { return f.Role == deploy.ValueRole })):
		e.opaque(OpaqueChange, at, "changes "+cmp.Or(paths(e.Fields), "values of its chart"))
	case b.Desired.Unresolved != h.Desired.Unresolved:
		e.opaque(UnresolvedChange, at, "is not resolved for another reason than before")
	}
}

// unknown reports a deployer that changes and whose objects are not known.
func (e *evaluation) unknown(rule dupcheck.Rule, at dupcheck.Position, why string) {
	e.Unknown = true
	e.tellAllowable(rule, at, fmt.Sprintf("%s %s, and the deletions are not known: %s",
		e.name(), why, dupcheck.Quote(e.Unresolved)),
		"compare what both deploy, then allow it")
}

// opaque reports an unresolved deployer of which only the objects change. An allowance
// accepts that, unless deployers may be among the objects, or the cause differs from
// before: then more could be deleted than the allowance covers.
func (e *evaluation) opaque(rule dupcheck.Rule, at dupcheck.Position, why string) {
	allowed, ok := deploy.AllowedDeployer(e.options.Unresolved, e.Deployer, e.Unresolved, e.is.Desired.Code)
	if !ok || e.was.Desired.Nests || e.is.Desired.Nests || e.was.Desired.Code != e.is.Desired.Code {
		e.unknown(rule, at, why)
		return
	}
	e.impact.Passed++
	if e.options.severity(rule, dupcheck.Error) != dupcheck.Off {
		e.Findings = append(e.Findings, Finding{Rule: rule, Severity: dupcheck.Info, At: at, Message: fmt.Sprintf(
			"%s %s, and the deletions are not known, as %s allows: %s", e.name(), why, allowed.Setting, dupcheck.Quote(e.Unresolved))})
	}
}

// permitted lists the deployers at head that need not be known.
func permitted(c *comparison) {
	for _, h := range c.head.deployers {
		if h.Desired.Unresolved == "" || h.Template {
			continue
		}
		if a, ok := deploy.AllowedDeployer(c.options.Unresolved, h.ID, c.options.places.reason(h.Desired.Unresolved), h.Desired.Code); ok {
			c.impact.permit(a, h.At)
		}
	}
	slices.SortFunc(c.impact.NotKnown, func(a, b dupcheck.Allowed) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Reason, b.Reason))
	})
}

// permit lists something that need not be known.
func (i *Impact) permit(a dupcheck.Allowed, at dupcheck.Position) {
	a.File, a.Line = at.File, at.Line
	if !slices.Contains(i.NotKnown, a) {
		i.NotKnown = append(i.NotKnown, a)
	}
}

// unknown adds the unresolved parts of both revisions. A kustomization that may stay
// unresolved must be unchanged, or deployers that it declared may be gone.
func (r *Result) unknown(o Options) {
	inputs := map[*deploy.Revision]map[string]string{}
	for _, rev := range []*deploy.Revision{r.Base, r.Head} {
		inputs[rev] = map[string]string{}
		for _, u := range deploy.UndeclaredIn(rev) {
			inputs[rev][u.File] = u.Inputs
		}
	}
	for _, rev := range []*deploy.Revision{r.Base, r.Head} {
		r.Unread = append(r.Unread, rev.Unread()...)
		for _, u := range deploy.UndeclaredIn(rev) {
			u.Reason = o.places.reason(u.Why)
			allowed, ok := deploy.AllowedPart(o.Unresolved, o.Reached, u.Unread)
			switch {
			case ok && inputs[r.Base][u.File] == inputs[r.Head][u.File]:
				r.permit(allowed, dupcheck.Position{File: u.File})
				continue
			case ok:
				allowed.Reason += "; " + allowed.Setting + " does not count, because it is not as it was"
			}
			u.Reason = allowed.Reason
			r.Unread = append(r.Unread, u.Unread)
		}
	}
	for _, rev := range []*deploy.Revision{r.Base, r.Head} {
		for _, u := range rev.Snapshot().Unexpanded {
			r.Generates = true
			if !u.Beyond {
				continue
			}
			u.Reason = u.Reason.Told(o.places.file)
			if allowed, ok := deploy.AllowedDeployer(o.Unresolved, u.ID, u.Message(), ""); ok {
				r.permit(allowed, u.At)
			} else {
				r.Unread = append(r.Unread, dupcheck.Unread{File: u.At.File, Line: u.At.Line, Reason: allowed.Reason})
			}
		}
	}
}

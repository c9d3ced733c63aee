package impact

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// opaque reports an unresolved deployer of which only the objects change. An allowance
// accepts that, unless deployers may be among the objects, or the cause differs from
// before: then more could be deleted than the allowance covers.
func (e *evaluation) opaque(rule dupcheck.Rule, at dupcheck.Position, why string, b, h *deploy.Deployer) {
	allowed, ok := deploy.AllowedDeployer(e.options.Unresolved, e.Deployer, e.Unresolved, h.Desired.Code)
	if !ok || b.Desired.Nests || h.Desired.Nests || b.Desired.Code != h.Desired.Code {
		e.unknown(rule, at, why)
		return
	}
	e.impact.Passed++
	if e.severity(rule, dupcheck.Error) != dupcheck.Off {
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
		if a, ok := deploy.AllowedDeployer(c.options.Unresolved, h.ID, h.Desired.Unresolved, h.Desired.Code); ok {
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
			if allowed, ok := deploy.AllowedDeployer(o.Unresolved, u.ID, u.Message(), ""); ok {
				r.permit(allowed, u.At)
			} else {
				r.Unread = append(r.Unread, dupcheck.Unread{File: u.At.File, Line: u.At.Line, Reason: allowed.Reason})
			}
		}
	}
}

package impact

import (
	"fmt"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/protect/admission"
)

// spent tells of acknowledgements that stand in git and acknowledge nothing any more.
type spent struct{ *comparison }

// all reports all spent acknowledgements, of the objects that are rendered.
func (c spent) all() {
	for _, h := range c.head.Named {
		c.retarget(h.ID, h.Purpose, purposeOf(c.base.Named, deploy.Generator{Instance: h.Instance, ID: h.ID}))
	}
	for _, k := range c.keys() {
		b, h := c.base.deployers[k], c.head.deployers[k]
		if b == nil || h == nil || h.Carried {
			continue
		}
		c.retarget(h.ID, h.Purpose, b.Purpose)
		if !h.Template && c.claims.Cluster(b) == c.claims.Cluster(h) {
			c.takes(b, h)
		}
	}
}

// tell reports one. A template has it for several objects: it is reported once, and not
// while it counts for another one of them.
func (c spent) tell(annotation, value string, id dupcheck.ID, at dupcheck.Position, why string) {
	if slices.ContainsFunc(c.impact.Acknowledgements, func(a Acknowledgement) bool { return a.At == at && a.State == Acknowledged }) ||
		slices.ContainsFunc(c.impact.General, func(f Finding) bool { return f.At == at && f.Rule == SpentAcknowledgement }) {
		return
	}
	c.options.tell(&c.impact.General, Finding{
		Rule: SpentAcknowledgement, Severity: dupcheck.Info, At: at, Advice: "remove it",
		Message: fmt.Sprintf("%s: %s of %s is spent: %s", annotation, dupcheck.QuoteAlways(value), deploy.ShortName(id), why),
	})
}

// retarget is about an Application or ApplicationSet that keeps its target: the
// annotation names one that base does not have any more.
func (c spent) retarget(id dupcheck.ID, now, before deploy.Purpose) {
	if now.Acknowledged != "" && before.Project != "" && now.Acknowledged != before.String() && !now.Replaces(before) {
		c.tell(admission.RetargetFrom, now.Acknowledged, id, now.At, "base has another target already, and the change keeps it")
	}
}

// takes is about objects of a deployer that were its own at base.
func (c spent) takes(b, h *deploy.Deployer) {
	head := c.head.claims[h.Key()]
	for _, id := range head.order {
		if !c.base.claims[b.Key()].has(id) {
			continue
		}
		o := head.objects[id]
		annotations, why := annotationsOf(o), "it is of "+h.Name()+" at base already"
		if from := text(annotations[admission.TakeFrom]); from != "" && !c.mayHave(from, h, id) {
			c.tell(admission.TakeFrom, from, id, o.At, why)
		}
		to := text(annotations[admission.GiveTo])
		if slices.ContainsFunc(h.Owners, func(own deploy.Owner) bool { return own.Name == to }) {
			c.tell(admission.GiveTo, to, id, o.At, why)
		}
	}
}

// mayHave reports whether another deployer of base with the name of an owner may have an
// object.
func (c spent) mayHave(owner string, h *deploy.Deployer, id dupcheck.ID) bool {
	for k, b := range c.base.deployers {
		if k == h.Key() || b.Tool != h.Tool || c.claims.Cluster(b) != c.claims.Cluster(h) ||
			!slices.ContainsFunc(b.Owners, func(o deploy.Owner) bool { return o.Name == owner }) {
			continue
		}
		if c.base.claims[k].has(id) || !b.Desired.Known() {
			return true
		}
	}
	return false
}

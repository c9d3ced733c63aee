package impact

import (
	"cmp"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// Outcome is what happens to an object.
type Outcome uint8

// The outcomes, the worst first.
const (
	Deleted   Outcome = iota // with its deployer
	Pruned                   // because it is no longer desired
	Moved                    // to another deployer: pruned and created again if the old one is synced first
	Asked                    // kept until a user confirms
	Orphaned                 // kept, and no deployer looks after it
	Protected                // kept by an annotation
	Kept                     // kept because nothing prunes
	Adopted                  // kept, by another deployer
)

// String returns the outcome as a word.
func (o Outcome) String() string {
	return [...]string{"deleted", "pruned", "moved", "asked", "orphaned", "protected", "kept", "adopted"}[o]
}

// MarshalText writes the outcome as String does.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// RemovedObject is an object that a deployer no longer deploys.
type RemovedObject struct {
	// ID and At are those of the object at base.
	ID      dupcheck.ID `json:"id"`
	Outcome Outcome     `json:"outcome"`
	// State says which state is lost with it. It is empty if none is.
	State string `json:"state,omitempty"`
	// Note adds to the outcome: the deployer that it moved to, or the reason why it is
	// kept.
	Note string            `json:"note,omitempty"`
	At   dupcheck.Position `json:"at"`

	rank  int
	by    means
	taker *deploy.Deployer // that takes it over, or nil
	// raced says that the object is kept only if its deployer gets the new policy before
	// it is synced.
	raced bool
	// rehashed says that the object exists again with its new content.
	rehashed bool
}

// means is the way in which an object is deleted. Each way has annotations of its own
// that keep the object.
type means uint8

const (
	prune       means = iota
	cascade           // with its deployer
	replacement       // by another one of its name
)

// deleted says whether the object is deleted for certain.
func (r RemovedObject) deleted() bool { return r.Outcome == Pruned || r.Outcome == Deleted }

// removed returns an object of base, and what decides about it. taker is the other
// deployer that takes it, or nil, and to the name of that.
func (c *comparison) removed(b *deploy.Deployer, id dupcheck.ID) (r RemovedObject, object dupcheck.Object, taker *deploy.Deployer, to string) {
	rank, kind := deploy.StateOf(c.options.State, id.GroupKind())
	k := deploy.Key{Instance: b.Instance, ID: id}
	if d := c.base.deployers[k]; d != nil && !d.Policy.Cascade || c.base.preserves(k) {
		rank, kind = -1, deploy.StateKind{} // nothing is lost with it
	}
	object = c.base.claims[b.Key()].objects[id]
	if taker = c.takenBy(b, id); taker != nil {
		to = taker.Name()
	}
	return RemovedObject{ID: id, At: object.At, State: kind.Reason, rank: rank, taker: taker}, object, taker, to
}

// preserves reports whether the deployers that a generator made leave their objects when
// they are deleted.
func (s snapshot) preserves(k deploy.Key) bool {
	return s.generators[k] != nil && s.unexpanded[k] == "" && !slices.ContainsFunc(s.generated[k], func(d *deploy.Deployer) bool { return d.Policy.Cascade })
}

const byAnnotation = "by an annotation that it had already"

// onPrune says what happens to an object that its deployer no longer deploys.
func (c *comparison) onPrune(b, h *deploy.Deployer, id dupcheck.ID, otherCluster bool) RemovedObject {
	r, object, taker, to := c.removed(b, id)
	prunes := b.Policy.Prune && b.OnPrune(c.options.Version, object) == deploy.Unprotected
	if prunes && (h.Policy.Stays || c.base.claims[b.Key()].has(b.ID)) {
		h = b // synced as before: it deploys itself, or its policy stays
	}
	protection := h.OnPrune(c.options.Version, object)
	switch {
	case to != "" && (otherCluster || !h.Policy.Prune || protection != deploy.Unprotected):
		r.Outcome, r.Note = Adopted, "by "+to
	case otherCluster:
		r.Outcome, r.Note = Orphaned, "in "+dupcheck.QuoteAlways(deploy.DisplayCluster(c.claims.Cluster(b)))
	case b.IsHook(object):
		r.Outcome, r.Note = Kept, "because it is a hook"
	case protection == deploy.Keep:
		r.Outcome, r.Note = Protected, byAnnotation
	case protection == deploy.Confirm:
		r.Outcome, r.Note = Asked, byAnnotation
	case !h.Policy.Prune:
		r.Outcome, r.Note = Kept, "because "+h.Name()+" does not prune by itself"
	case to != "" && h.Tool != deploy.ArgoCD && c.waits(h, taker.Key()):
		r.Outcome, r.Note = Adopted, "by "+to+", which is synced first"
	case to != "" && c.waits(taker, b.Key()):
		r.Outcome, r.Note = Pruned, "before "+to+", which waits for that, creates it again"
	case to != "":
		r.Outcome, r.Note = Moved, "to "+to
	default:
		r.Outcome, r.Note = Pruned, h.Ignored(object)
		if now, ok := rehashed(c.base.claims[b.Key()].objects, c.head.claims[h.Key()].objects, id); ok {
			r.rank, r.State, r.Note, r.rehashed = -1, "", "and created again as "+dupcheck.Quote(now.Name), true
		}
	}
	r.raced = prunes && (r.Outcome == Protected || r.Outcome == Asked || r.Outcome == Kept && !b.IsHook(object))
	return r
}

// replaced says what happens to an object that its deployer still deploys, if the one in
// the cluster is deleted nevertheless. now is the object at head.
func (c *comparison) replaced(b, h *deploy.Deployer, id dupcheck.ID, now dupcheck.Object) (r RemovedObject, lost bool) {
	note := ""
	switch change := h.TurnsIntoHook(c.base.claims[b.Key()].objects[id], now); {
	case change == deploy.PrunedForHook:
		return c.onPrune(b, h, id, false), true
	case change == deploy.DeletedForHook:
		note = "before a hook of its name is made"
	case h.Recreates(now) && (b.Desired.Inputs == "" || b.Desired.Inputs != h.Desired.Inputs):
		note = "and created again, because of Force=true and Replace=true"
	default:
		return r, false
	}
	r, _, _, _ = c.removed(b, id)
	r.by, r.Outcome, r.Note = replacement, Deleted, note
	return r, r.State != "" || !h.Recreates(now)
}

// onCascadeDelete says what happens to an object whose deployer is deleted.
func (c *comparison) onCascadeDelete(b *deploy.Deployer, id dupcheck.ID) RemovedObject {
	r, object, taker, to := c.removed(b, id)
	protection := b.OnCascadeDelete(c.options.Version, object)
	r.by = cascade
	switch {
	case to != "" && (!b.Policy.Cascade || protection != deploy.Unprotected):
		r.Outcome, r.Note = Adopted, "by "+to
	case !b.Policy.Cascade && c.isRemade(b, id):
		r.Outcome, r.Note = Adopted, "by "+b.Name()+", which is created again"
	case !b.Policy.Cascade && c.isManaged(b, id):
		return c.onPrune(b, c.head.deployers[b.Key()], id, false)
	case !b.Policy.Cascade:
		r.Outcome, r.Note = Orphaned, "because "+b.Name()+" is deleted without its objects"
	case protection == deploy.Keep && object.CRD != nil:
		r.Outcome, r.Note = Protected, "because Argo CD never deletes a definition with an Application"
	case protection == deploy.Keep:
		r.Outcome, r.Note = Protected, byAnnotation
	case protection == deploy.Confirm:
		r.Outcome, r.Note = Asked, byAnnotation
	case to != "" && c.waits(taker, b.Key()):
		r.Outcome, r.Note = Deleted, "before "+to+", which waits for that, creates it again"
	case to != "":
		r.Outcome, r.Note = Moved, "to "+to
	default:
		r.Outcome, r.Note = Deleted, b.Ignored(object)
	}
	return r
}

// isRemade reports whether head has a deleted deployer again, with the object.
func (c *comparison) isRemade(b *deploy.Deployer, id dupcheck.ID) bool {
	h := c.head.deployers[b.Key()]
	return c.head.claims[b.Key()].has(id) && !h.Carried && c.claims.Cluster(b) == c.claims.Cluster(h)
}

// isManaged reports whether head has a deleted deployer again, without the object. Argo
// CD finds the objects of an Application by its name, so a deployer that stays manages
// the object as before.
func (c *comparison) isManaged(b *deploy.Deployer, id dupcheck.ID) bool {
	h := c.head.deployers[b.Key()]
	return h != nil && (b.Tool == deploy.ArgoCD || h.Carried) && !c.head.claims[b.Key()].has(id) && h.Desired.Known() && c.claims.Cluster(b) == c.claims.Cluster(h)
}

// takenBy returns another deployer that deploys the object at head. If none is known it
// returns nil, and those that were not looked at have to be asked.
func (c *comparison) takenBy(b *deploy.Deployer, id dupcheck.ID) *deploy.Deployer {
	cluster := c.claims.Cluster(b)
	for _, k := range c.head.claimed[deploy.ObjectKey{Cluster: cluster, ID: id}] {
		h := c.head.deployers[k]
		if k != b.Key() && !h.Suspended && !fails(c.base.deployers[k], h) && !c.isForsaken(k) &&
			!slices.Contains(h.Desired.Reads, id) && h.Tool.Applies(c.head.claims[k].objects[id]) {
			return h
		}
	}
	c.untaken[cluster] = append(c.untaken[cluster], id)
	return nil
}

// waits says whether a deployer takes an object over only when the old one has let it
// go: it is synced after that one, or refuses what another one has.
func (c *comparison) waits(h *deploy.Deployer, old deploy.Key, above ...deploy.Key) bool {
	if h.Tool == deploy.ArgoCD {
		return slices.Contains(h.Policy.Options, "FailOnSharedResource=true")
	}
	return slices.ContainsFunc(h.After, func(id dupcheck.ID) bool {
		k := deploy.Key{Instance: h.Instance, ID: id}
		next := c.head.deployers[k]
		return k == old || next != nil && !slices.Contains(above, k) && c.waits(next, old, append(above, k)...)
	})
}

// compareRemoved puts objects with state first. Their rank is at least 0, and
// that of all others -1.
func compareRemoved(a, b RemovedObject) int {
	return cmp.Or(cmp.Compare(uint(a.rank), uint(b.rank)), cmp.Compare(a.Outcome, b.Outcome), a.ID.Compare(b.ID))
}

func filter(removed []RemovedObject, is func(RemovedObject) bool) []RemovedObject {
	return slices.DeleteFunc(slices.Clone(removed), func(r RemovedObject) bool { return !is(r) })
}

package impact

import (
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

func (c *comparison) loss(b *Owner, id dupcheck.ID) Loss {
	rank, reason := stateRank(c.options.State, id.GroupKind())
	return Loss{ID: id, At: c.base.claims[b.key()].objects[id].At, State: reason, rank: rank}
}

// lose says what happens to an object that an owner does not deploy any more.
func (c *comparison) lose(b, h *Owner, id dupcheck.ID, otherCluster bool) Loss {
	l := c.loss(b, id)
	object := c.base.claims[b.key()].objects[id]
	to, taken := c.takenBy(b, id)
	kept := fromPrune(h, c.options.Version, object)
	switch {
	case taken && (otherCluster || !h.Safety.Prune || kept != unprotected):
		l.Fate, l.Note = Adopted, "by "+to
	case otherCluster:
		l.Fate, l.Note = Orphaned, "in "+dupcheck.QuoteAlways(showCluster(c.options.Clusters.Of(b.Instance, b.Destination)))
	case isHook(b, object.Annotations):
		l.Fate, l.Note = Kept, "because it is a hook"
	case kept == keeps:
		l.Fate, l.Note = Protected, "by an annotation that it had already"
	case kept == asks:
		l.Fate, l.Note = Asked, "by an annotation that it had already"
	case !h.Safety.Prune:
		l.Fate, l.Note = Kept, "because "+h.Name()+" does not prune by itself"
	case taken:
		l.Fate, l.Note = Moved, "to "+to
	default:
		l.Fate, l.Note = Pruned, fluxIgnores(h, object)
	}
	return l
}

// loseWith says what happens to an object whose owner is deleted.
func (c *comparison) loseWith(b *Owner, id dupcheck.ID) Loss {
	l := c.loss(b, id)
	object := c.base.claims[b.key()].objects[id]
	to, taken := c.takenBy(b, id)
	kept := fromCascade(b, c.options.Version, object)
	switch {
	case taken && (!b.Safety.Cascade || kept != unprotected):
		l.Fate, l.Note = Adopted, "by "+to
	case !b.Safety.Cascade:
		l.Fate, l.Note = Orphaned, "because "+b.Name()+" is deleted without its objects"
	case kept == keeps && object.CRD != nil:
		l.Fate, l.Note = Protected, "because Argo CD never deletes a definition with an Application"
	case kept == keeps:
		l.Fate, l.Note = Protected, "by an annotation that it had already"
	case kept == asks:
		l.Fate, l.Note = Asked, "by an annotation that it had already"
	case taken:
		l.Fate, l.Note = Moved, "to "+to
	default:
		l.Fate, l.Note = Deleted, fluxIgnores(b, object)
	}
	return l
}

// takenBy names another owner that deploys the object at head. If none is
// known, those that were not looked at have to be asked.
func (c *comparison) takenBy(b *Owner, id dupcheck.ID) (name string, taken bool) {
	cluster := c.options.Clusters.Of(b.Instance, b.Destination)
	keys := c.head.claimed[place{cluster, id}]
	other := func(k key) bool { return k != b.key() && takes(c.head.owners[k], c.head.claims[k].objects[id]) }
	if i := slices.IndexFunc(keys, other); i >= 0 {
		return c.head.owners[keys[i]].Name(), true
	}
	c.wanted[cluster] = append(c.wanted[cluster], id)
	return "", false
}

// pending are the questions to the owners that were not looked at.
func (c *comparison) pending() (all []Question) {
	for i := range c.head.state.Owners {
		o := &c.head.state.Owners[i]
		if !o.Desired.Pending {
			continue
		}
		if lost := c.wanted[c.options.Clusters.Of(o.Instance, o.Destination)]; len(lost) > 0 {
			all = append(all, Question{o, lost})
		}
	}
	return all
}

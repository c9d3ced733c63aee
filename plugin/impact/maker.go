package impact

import (
	"slices"

	"github.com/kuniq/kuniq/plugin/deploy"
)

// fate is what becomes of a deployer of base. The worst of several counts.
type fate uint8

const (
	lives     fate = iota // it is as head declares it
	carried               // it stays as base declares it, unless a user applies another one
	frozen                // it stays as base declares it
	undecided             // its maker is not known at head
	forsaken              // a user applied it, or its maker, and git no longer has that: it is deleted, or stays
	deleted               // its maker deletes it
)

// lifecycle finds the fates of the deployers of base, by their makers.
type lifecycle struct{ *comparison }

// decide finds the fates of all deployers of base. If deployers make one another in a
// circle, it assumes that the first of them lives, until that is proven wrong.
func (c lifecycle) decide(keys []deploy.Key) {
	for again := true; again; {
		again = false
		clear(c.fates)
		for _, k := range keys {
			if b := c.base.deployers[k]; b != nil {
				c.fate(b)
			}
		}
		for k, f := range c.assumed {
			again = again || c.fates[k] > f
			c.assumed[k] = max(f, c.fates[k])
		}
	}
}

// fate says what becomes of a deployer.
func (c lifecycle) fate(b *deploy.Deployer) fate {
	k := b.Key()
	if f, known := c.fates[k]; known {
		return f
	}
	if c.running[k] {
		c.assumed[k] = max(c.assumed[k], lives)
		return c.assumed[k]
	}
	c.running[k] = true
	f := c.find(b, c.head.successor(b))
	delete(c.running, k)
	c.fates[k] = f
	return f
}

// successor returns the deployer at head, or nil. A deployer that is no longer deployed
// has none, even if its file stays.
func (s snapshot) successor(b *deploy.Deployer) *deploy.Deployer {
	h := s.deployers[b.Key()]
	if h != nil && h.Unlisted && !b.Unlisted {
		return nil
	}
	return h
}

// find finds the fate of a deployer. h is the one at head, or nil.
func (c lifecycle) find(b, h *deploy.Deployer) fate {
	k := b.Key()
	switch {
	case b.Unlisted && h != nil:
		return lives
	case b.CreatedBy.ID.Kind != "":
		worst := c.ofGenerated(b, h)
		for _, g := range c.base.Generators { // of several any may own it
			if other := c.base.generates(keyOf(g), k); other != nil {
				worst = max(worst, c.ofGenerated(other, h))
			}
		}
		if worst < undecided && c.head.written[k] && !c.base.written[k] {
			return lives // or another one with its name replaces it
		}
		return worst
	case c.prunesItself(b, h):
		return deleted
	}
	return c.ofDeployed(k, b, c.head.written[k])
}

// ofDeployed is the fate of a deployer or a generator that no generator made. b is the
// deployer, or one that the generator made. there says that head declares it.
func (c lifecycle) ofDeployed(k deploy.Key, b *deploy.Deployer, there bool) fate {
	parents := c.base.parents[k]
	now := slices.DeleteFunc(slices.Clone(c.head.parents[k]), func(h *deploy.Deployer) bool { return !c.outlives(h) || !c.isBeside(h, parents) })
	switch {
	case slices.ContainsFunc(now, func(h *deploy.Deployer) bool { return h.Tool.Changes(c.head.claims[h.Key()].objects[k.ID]) }):
		return lives
	case len(now) > 0:
		return frozen
	case len(parents) == 0:
		return c.byHand(b, there)
	}
	out := lives
	for _, parent := range parents {
		out = max(out, c.ofChild(parent, k))
	}
	if out == carried && there {
		return lives
	}
	return out
}

// movesWith reports whether a deployer, or the generator that made it, moves from a
// parent that would delete it to another one, or belongs to a parent that does. It stays
// only if the new parent is synced first. above are the parents already looked at.
func (c lifecycle) movesWith(b *deploy.Deployer, above ...deploy.Key) bool {
	if slices.Contains(above, b.Key()) {
		return false
	}
	above = append(slices.Clip(above), b.Key())
	return c.changesHands(b.Key(), above) ||
		b.CreatedBy.ID.Kind != "" && !b.CreatedBy.Releases && c.changesHands(keyOf(b.CreatedBy), above)
}

// changesHands is movesWith for a deployer or a generator by itself.
func (c lifecycle) changesHands(k deploy.Key, above []deploy.Key) bool {
	parents := c.base.parents[k]
	for _, now := range c.head.parents[k] {
		if slices.ContainsFunc(parents, func(b *deploy.Deployer) bool { return b.Key() == now.Key() }) {
			return slices.ContainsFunc(parents, func(b *deploy.Deployer) bool { return b.Policy.Cascade && c.movesWith(b, above...) })
		}
	}
	return slices.ContainsFunc(parents, func(b *deploy.Deployer) bool { return c.ofChild(b, k) >= forsaken })
}

// withIt returns the objects of a deployer that are deleted with it, and are created
// again. There are none if it does not move.
func (c lifecycle) withIt(b, h *deploy.Deployer) (all []RemovedObject) {
	if !c.movesWith(b) {
		return nil
	}
	if b.Desired.Pending {
		c.impact.unrendered = append(c.impact.unrendered, b.Key())
	}
	for _, id := range c.base.claims[b.Key()].order {
		if !c.head.claims[h.Key()].has(id) {
			continue
		}
		if r := c.onCascadeDelete(b, id); r.Outcome <= Moved {
			r.Outcome, r.Note = Moved, "with "+b.Name()+" to another deployer"
			all = append(all, r)
		}
	}
	return all
}

// isBeside reports whether a deployer deploys to the cluster of one of the makers, if
// there are any: an object in another cluster is not the same.
func (c lifecycle) isBeside(h *deploy.Deployer, makers []*deploy.Deployer) bool {
	return len(makers) == 0 || slices.ContainsFunc(makers, func(b *deploy.Deployer) bool { return c.claims.Cluster(b) == c.claims.Cluster(h) })
}

// prunesItself says whether a deployer that deployed itself no longer does.
func (c lifecycle) prunesItself(b, h *deploy.Deployer) bool {
	object, did := c.base.claims[b.Key()].objects[b.ID]
	return did && h != nil && h.Desired.Known() && !c.head.claims[h.Key()].has(b.ID) && h.Policy.Prune && h.OnPrune(c.options.Version, object) == deploy.Unprotected
}

// outlives reports whether a deployer at head exists all the time. One that is deleted
// and then created again takes the objects that it made with it.
func (c lifecycle) outlives(h *deploy.Deployer) bool {
	b := c.base.deployers[h.Key()]
	return b == nil || c.fate(b) < forsaken
}

// isForsaken says whether a deployer at head is one that may be deleted, since git no
// longer has it.
func (c *comparison) isForsaken(k deploy.Key) bool {
	h, b := c.head.deployers[k], c.base.deployers[k]
	return h.Carried && b != nil && lifecycle{c}.fate(b) >= forsaken
}

// byHand is the fate of a deployer that a user applies. A removed one may be deleted by
// hand, or by a deployer that is elsewhere, or stay.
func (c lifecycle) byHand(b *deploy.Deployer, there bool) fate {
	if there {
		return lives
	}
	for _, root := range c.head.Roots {
		if root.Dir == b.Root && root.Instance == b.Instance && root.Unresolved != "" {
			if root.Refused() {
				return frozen
			}
			return undecided
		}
	}
	if slices.Contains(c.head.UnreadFiles, b.At.File) {
		return undecided
	}
	return forsaken
}

// ofChild is the fate of an object that a deployer of base deploys, and no deployer at
// head.
func (c lifecycle) ofChild(parent *deploy.Deployer, k deploy.Key) fate {
	object := c.base.claims[parent.Key()].objects[k.ID]
	h, f := c.head.deployers[parent.Key()], c.fate(parent)
	switch {
	case f == undecided:
		return undecided
	case f >= forsaken && parent.Policy.Cascade && parent.OnCascadeDelete(c.options.Version, object) == deploy.Unprotected:
		return f
	case f == deleted:
		return carried
	case f == frozen || h != nil && (fails(parent, h) || c.claims.Cluster(h) != c.claims.Cluster(parent)):
		return frozen
	case h == nil:
		return carried
	case !h.Desired.Known() && h.Desired.Unresolved != parent.Desired.Unresolved:
		return undecided
	case !h.Policy.Prune || h.OnPrune(c.options.Version, object) != deploy.Unprotected:
		return carried
	}
	return deleted
}

// ofGenerated is the fate of a deployer that a generator made. A generator deletes what
// it no longer generates, even if something else has that name (argo-cd v3.6
// applicationset/controllers, deleteInCluster).
func (c lifecycle) ofGenerated(b, h *deploy.Deployer) fate {
	made := keyOf(b.CreatedBy)
	g, now := c.head.generators[made], c.head.generates(made, b.Key())
	switch f := c.ofDeployed(made, b, g != nil); {
	case f >= forsaken && b.CreatedBy.Releases:
		return carried
	case f >= undecided, f == lives && g == nil:
		return f
	case f != lives && now != nil:
		return f
	case f != lives:
		return c.ofStaying(b, g)
	case g.Frozen != "":
		return frozen
	case now != nil && (!g.KeepsChanged || !differ(b, now)):
		return lives
	case now != nil:
		return frozen
	case c.head.unexpanded[made] != "" || b.Template:
		return undecided
	case g.KeepsRemoved || c.isBlocked(made, nil):
		if h != nil && h.CreatedBy.ID.Kind == "" {
			return lives
		}
		return carried
	}
	return deleted
}

// ofStaying is the fate of a deployer that its generator does not make at head. The
// generator stays as base declares it, and reads the tree of head. g is the generator
// that head declares. If it is nil, the deployers of the other one are not known.
func (c lifecycle) ofStaying(b *deploy.Deployer, g *deploy.Generator) fate {
	made := keyOf(b.CreatedBy)
	switch {
	case b.CreatedBy.KeepsRemoved:
		return carried
	case g == nil || c.head.unexpanded[made] != "" || b.Template:
		return undecided
	case g.Frozen != "":
		return frozen
	case c.isBlocked(made, nil):
		return carried
	}
	return deleted
}

// isBlocked says whether a generator never comes to delete anything, because it
// fails to make a deployer that another generator owns and does not let go (argo-cd
// v3.6 applicationset/controllers, Reconcile: an error of createOrUpdateInCluster
// ends it before deleteInCluster).
func (c lifecycle) isBlocked(k deploy.Key, above []deploy.Key) bool {
	if slices.Contains(above, k) {
		return true
	}
	for _, h := range c.head.generated[k] {
		b := c.base.deployers[h.Key()]
		if b == nil || b.CreatedBy.ID.Kind == "" || keyOf(b.CreatedBy) == k {
			continue
		}
		owner := keyOf(b.CreatedBy)
		g := c.head.generators[owner]
		if g != nil && (g.KeepsRemoved || g.Frozen != "" || c.head.generates(owner, h.Key()) != nil || c.isBlocked(owner, append(slices.Clip(above), k))) {
			return true
		}
	}
	return false
}

// generates returns the deployer with a name that a generator makes, or nil.
func (s snapshot) generates(by, k deploy.Key) *deploy.Deployer {
	for _, d := range s.generated[by] {
		if d.Key() == k {
			return d
		}
	}
	return nil
}

func keyOf(g deploy.Generator) deploy.Key { return deploy.Key{Instance: g.Instance, ID: g.ID} }

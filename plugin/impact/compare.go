package impact

import (
	"cmp"
	"maps"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// Compare returns what happens when head replaces base. It matches deployers by identity
// and not by place. If a deployer is declared several times, the last declaration counts.
// [deploy.Check] reports these; Compare also fails for a deployer that is declared
// differently twice at head, and was not at base.
func Compare(base, head deploy.Snapshot, o Options) Impact {
	claims := deploy.NewClaims(o.Rules, o.Clusters, base, head)
	c := &comparison{options: o, claims: claims, untaken: map[string][]dupcheck.ID{}, fates: map[deploy.Key]fate{}, running: map[deploy.Key]bool{}, assumed: map[deploy.Key]fate{}, fresh: map[string][]dupcheck.ID{}, asked: map[dupcheck.ID][]Acknowledgement{}}
	c.impact.Git, c.impact.Hidden = o.Git, o.Hidden
	c.base = newSnapshot(base, claims, nil)
	c.head = newSnapshot(head, claims, c.base.deployers)
	keys := c.keys()
	lifecycle{c}.decide(keys)
	for _, k := range keys {
		c.deployer(k)
	}
	c.sets()
	asker{c}.retargetedSets()
	spent{c}.all()
	c.roots()
	alternatives(c)
	repeated(c)
	c.untold()
	c.count()
	permitted(c)
	slices.SortStableFunc(c.impact.Deployers, compareChanges)
	c.impact.Unexpanded = head.Unexpanded
	c.unused()
	c.impact.pending = c.pending()
	return c.impact
}

// comparison is the work of Compare.
type comparison struct {
	options    Options
	claims     deploy.Claims
	base, head snapshot
	impact     Impact
	untaken    map[string][]dupcheck.ID // removed in a cluster, and no known deployer takes them
	fresh      map[string][]dupcheck.ID // that a deployer in a cluster has only at head
	fates      map[deploy.Key]fate
	running    map[deploy.Key]bool // whose fate is being found
	assumed    map[deploy.Key]fate // of those that were asked about meanwhile
	asked      map[dupcheck.ID][]Acknowledgement
	undecided  []*deploy.Deployer // of base, that are not at head
}

func (c *comparison) keys() []deploy.Key {
	all := maps.Clone(c.base.deployers)
	maps.Copy(all, c.head.deployers)
	c.impact.Compared = len(all)
	return slices.SortedFunc(maps.Keys(all), deploy.Key.Compare)
}

func (c *comparison) deployer(k deploy.Key) {
	b, h := c.base.deployers[k], c.head.deployers[k]
	if b != nil {
		h = c.head.successor(b)
	}
	var change Change
	switch {
	case b != nil && b.Unlisted && h == nil:
		return // nothing deletes objects that a user applied
	case b == nil:
		change = c.added(h)
	default:
		switch life := (lifecycle{c}); life.fate(b) {
		case forsaken, deleted:
			change = c.gone(b)
			asker{c}.deletedItself(b)
		case undecided:
			if h == nil {
				c.undecided = append(c.undecided, b)
				return // it is reported with its maker, or as an unread file
			}
			change = c.changed(b, h)
		case carried, frozen:
			if h == nil || !h.Carried {
				c.impact.carry = append(c.impact.carry, k)
				change = c.change(b, Stays)
				break
			}
			change = c.changed(b, h)
			change.Kind, change.At = Stays, b.At
			change.Removed = append(change.Removed, life.withIt(b, h)...)
		case lives:
			if h == nil {
				change = c.change(b, Changed)
				change.Unresolved = cmp.Or(change.Unresolved, "kuniq does not find it at head")
				break
			}
			change = c.changed(b, h)
			change.Removed = append(change.Removed, life.withIt(b, h)...)
		}
	}
	slices.SortStableFunc(change.Removed, compareRemoved)
	for _, r := range change.Removed {
		asker{c}.taken(b, r)
	}
	c.evaluate(&change, b, h)
	if change.Kind != Changed || len(change.Findings)+len(change.Removed)+len(change.Fields)+len(change.Policy) > 0 {
		c.impact.Deployers = append(c.impact.Deployers, change)
	}
}

// added describes a new deployer. It loses nothing; the objects that it takes from others
// are reported with them.
func (c *comparison) added(h *deploy.Deployer) Change {
	return Change{Deployer: h.ID, Instance: h.Instance, At: h.At, After: len(c.head.claims[h.Key()].order)}
}

// change describes a deployer that is not in head.
func (c *comparison) change(b *deploy.Deployer, kind Kind) Change {
	return Change{
		Deployer: b.ID, Instance: b.Instance, At: b.At, Kind: kind,
		Before: len(c.base.claims[b.Key()].order), Unresolved: c.options.places.reason(b.Unknown()),
	}
}

func (c *comparison) changed(b, h *deploy.Deployer) Change {
	before, after := c.base.claims[b.Key()], c.head.claims[b.Key()]
	change := Change{
		Deployer: h.ID, Instance: h.Instance, At: h.At,
		Fields: fieldChanges(b, h), Policy: policyChanges(b, h),
		Before: len(before.order), After: len(after.order),
	}
	if ask := (asker{c}); ask.retargeted(b, h) {
		change.RetargetFrom = b.Purpose.String()
	}
	moved := c.claims.Cluster(b) != c.claims.Cluster(h)
	if !moved { // it may have another name now
		change.Fields = slices.DeleteFunc(change.Fields, func(f FieldChange) bool { return f.Role == deploy.ClusterRole })
	}
	if b.Desired.Pending && h.Desired.Pending && b.Desired.Unresolved == "" && h.Desired.Unresolved == "" {
		return change // the same inputs
	}
	change.Unresolved = c.options.places.reason(cmp.Or(h.Unknown(), b.Unknown()))
	if change.Unresolved == "" && changesTree(change.Fields) {
		change.Unresolved = "the checkout is at most one of the two trees"
		return change
	}
	if !moved && h.Policy.Prune && changesRelease(change.Fields) {
		for _, id := range before.order {
			change.Removed = append(change.Removed, c.onCascadeDelete(b, id))
		}
		return change
	}
	// Objects that are not known now may be the ones that were known before. If the same
	// part is unknown in both snapshots, the rest can be compared. A tool that refuses
	// the tree at head deletes nothing.
	if fails(b, h) || !moved && !h.Desired.Known() && h.Desired.Unresolved != b.Desired.Unresolved {
		return change
	}
	for _, id := range before.order {
		if now, stays := after.objects[id]; !stays || moved {
			change.Removed = append(change.Removed, c.onPrune(b, h, id, moved))
		} else if r, lost := c.replaced(b, h, id, now); lost {
			change.Removed = append(change.Removed, r)
		}
	}
	return change
}

// fails reports whether the tool applies and deletes nothing for a deployer at head. If
// it could apply nothing at base either, the objects in the cluster are not known.
func fails(b, h *deploy.Deployer) bool {
	return h.Desired.Refused() || h.Desired.Fails != "" && (b == nil || b.Desired.Fails == "")
}

// changesTree says whether the sources are another tree than before: the checkout is at
// most one of the two.
func changesTree(fields []FieldChange) bool {
	return slices.ContainsFunc(fields, func(f FieldChange) bool { return f.Role == deploy.TreeRole && f.Before != "" && f.After != "" })
}

// changesRelease says whether a Helm release is uninstalled for another one.
func changesRelease(fields []FieldChange) bool {
	return slices.ContainsFunc(fields, func(f FieldChange) bool { return f.Role == deploy.ReleaseRole })
}

// gone describes a deployer that is deleted. If nothing known deletes it, it may also
// stay, and prune what head no longer has, also as the deployer of another maker.
func (c *comparison) gone(b *deploy.Deployer) Change {
	change := c.change(b, Gone)
	if c.head.deployers[b.Key()] == nil && !b.Policy.Cascade && c.fates[b.Key()] == forsaken {
		c.impact.carry = append(c.impact.carry, b.Key())
	}
	if b.Desired.Pending {
		c.impact.unrendered = append(c.impact.unrendered, b.Key())
	}
	h := c.head.deployers[b.Key()]
	adopted := h != nil && h.Desired.Known() && c.fates[b.Key()] == forsaken
	for _, id := range c.base.claims[b.Key()].order {
		r := c.onCascadeDelete(b, id)
		if adopted && !c.head.claims[b.Key()].has(id) {
			if other := c.onPrune(b, h, id, c.claims.Cluster(b) != c.claims.Cluster(h)); other.Outcome < r.Outcome {
				r = other
			}
		}
		change.Removed = append(change.Removed, r)
	}
	return change
}

// count counts the resolved deployers.
func (c *comparison) count() {
	for k, h := range c.head.deployers {
		if h.Desired.Unresolved == "" {
			c.impact.Resolved++
			continue
		}
		c.impact.Unresolved++
		if b := c.base.deployers[k]; b == nil || differ(b, h) || b.Desired.Inputs != h.Desired.Inputs || b.Desired.Values != h.Desired.Values || b.Desired.Unresolved != h.Desired.Unresolved {
			c.impact.UnresolvedChanged++
		}
	}
	for _, change := range c.impact.Deployers {
		if change.Unknown && change.Allowed == nil {
			c.impact.Unknown++
		}
	}
}

// pending are the questions to the deployers that were not looked at.
func (c *comparison) pending() (all []question) {
	for i := range c.head.Deployers {
		d := &c.head.Deployers[i]
		cluster := c.claims.Cluster(d)
		if about := slices.Concat(c.untaken[cluster], c.fresh[cluster]); d.Desired.Pending && len(about) > 0 {
			all = append(all, question{d, about})
		}
	}
	return all
}

// compareChanges sorts the worst first: those with errors, then by the lost state.
func compareChanges(a, b Change) int {
	return cmp.Or(
		-cmp.Compare(worst(a), worst(b)),
		-cmp.Compare(a.StateLost(), b.StateLost()),
		-cmp.Compare(a.Lost(), b.Lost()),
	)
}

func worst(c Change) (s dupcheck.Severity) {
	for _, f := range c.Findings {
		s = max(s, f.Severity)
	}
	return s
}

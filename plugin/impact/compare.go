package impact

import (
	"cmp"
	"maps"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// Compare says what happens when head takes the place of base. Owners are
// matched by who they are and not by where they are written. Of several
// declarations of one owner the last counts; that there are several is for
// [Check] to tell, except that an owner which is declared differently twice at
// head, and was not at base, fails here, too.
func Compare(base, head State, o Options) Impact {
	c := newComparison(base, head, o)
	for _, k := range c.keys() {
		c.owner(k)
	}
	slices.SortStableFunc(c.impact.Owners, compareChanges)
	c.impact.Unexpanded = head.Patterns
	c.unused()
	c.impact.Pending = c.pending()
	return c.impact
}

// comparison is the work of Compare.
type comparison struct {
	options    Options
	base, head side
	impact     Impact
	wanted     map[string][]dupcheck.ID // what is lost in a cluster and taken by no known owner
}

// side is one state, with what Compare asks of it.
type side struct {
	state    State
	owners   map[key]*Owner
	repeated map[key]bool // declared differently more than once
	claims   map[key]claim
	claimed  map[place][]key  // by owners of this state
	parents  map[key][]*Owner // what deploys an owner, or what makes some
}

// claim is what one owner deploys.
type claim struct {
	order   []dupcheck.ID
	objects map[dupcheck.ID]dupcheck.Object
}

func newComparison(base, head State, o Options) *comparison {
	s := scopesOf(o.Clusters, base, head)
	c := &comparison{options: o, wanted: map[string][]dupcheck.ID{}}
	c.impact.Git, c.impact.Hidden = o.Git, o.Hidden
	c.base, c.head = newSide(base, s, o), newSide(head, s, o)
	return c
}

func newSide(state State, s scopes, o Options) side {
	out := side{
		state: state, owners: map[key]*Owner{}, repeated: map[key]bool{},
		claims: map[key]claim{}, claimed: map[place][]key{}, parents: map[key][]*Owner{},
	}
	for i := range state.Owners {
		owner := &state.Owners[i]
		if twin := out.owners[owner.key()]; twin != nil && Differ(twin, owner) {
			out.repeated[owner.key()] = true
		}
		out.owners[owner.key()] = owner
	}
	for k, owner := range out.owners {
		order, objects := s.claimed(o.Rules, o.Clusters, owner)
		out.claims[k] = claim{order, objects}
		cluster := o.Clusters.Of(owner.Instance, owner.Destination)
		for _, id := range order {
			out.claimed[place{cluster, id}] = append(out.claimed[place{cluster, id}], k)
			if child := (key{owner.Instance, id}); isControl(id) && child != k {
				out.parents[child] = append(out.parents[child], owner)
			}
		}
	}
	for _, keys := range out.claimed {
		slices.SortFunc(keys, key.compare)
	}
	for _, parents := range out.parents {
		slices.SortFunc(parents, func(a, b *Owner) int { return a.key().compare(b.key()) })
	}
	return out
}

// isControl says whether the object is an owner or makes some.
func isControl(id dupcheck.ID) bool {
	return ownsObjects(id) || id.GroupKind().String() == "ApplicationSet.argoproj.io"
}

// Differ says whether two declarations of an owner are not the same.
func Differ(a, b *Owner) bool {
	return len(fieldChanges(a, b)) > 0 || len(safetyChanges(a, b)) > 0
}

func (c *comparison) keys() []key {
	all := maps.Clone(c.base.owners)
	maps.Copy(all, c.head.owners)
	c.impact.Compared = len(all)
	return slices.SortedFunc(maps.Keys(all), key.compare)
}

func (c *comparison) owner(k key) {
	b, h := c.base.owners[k], c.head.owners[k]
	var change Change
	switch {
	case b == nil:
		change = c.added(h)
	case h == nil:
		change = c.removed(b)
	case c.dropped(b, h):
		change = c.gone(b)
	default:
		change = c.changed(b, h)
	}
	slices.SortStableFunc(change.Lost, compareLosses)
	c.judge(&change, b, h)
	if change.Kind != Changed || len(change.Findings) > 0 || len(change.Lost) > 0 || len(change.Fields) > 0 || len(change.Safety) > 0 {
		c.impact.Owners = append(c.impact.Owners, change)
	}
}

// added is an owner that is new. It loses nothing; what it takes from others
// is told with them.
func (c *comparison) added(h *Owner) Change {
	return Change{Owner: h.ID, Instance: h.Instance, At: h.At, After: len(c.head.claims[h.key()].order)}
}

func (c *comparison) changed(b, h *Owner) Change {
	k := b.key()
	before, after := c.base.claims[k], c.head.claims[k]
	change := Change{
		Owner: h.ID, Instance: h.Instance, At: h.At,
		Fields: fieldChanges(b, h), Safety: safetyChanges(b, h),
		Before: len(before.order), After: len(after.order),
	}
	moved := c.clusterChanged(b, h)
	if !moved { // it may have another name now
		change.Fields = slices.DeleteFunc(change.Fields, func(f FieldChange) bool { return f.Role == ClusterRole })
	}
	if b.Desired.Pending && h.Desired.Pending {
		return change // the same inputs
	}
	change.Unresolved = cmp.Or(unknown(h), unknown(b))
	// What is not known now may well hold what was known before. If the same
	// is not known in both states, the rest can be compared.
	if !moved && !h.Desired.Known() && h.Desired.Unresolved != b.Desired.Unresolved {
		return change
	}
	for _, id := range before.order {
		if _, stays := after.objects[id]; !stays || moved {
			change.Lost = append(change.Lost, c.lose(b, h, id, moved))
		}
	}
	return change
}

func unknown(o *Owner) string {
	if o.Desired.Pending {
		return "what it deploys was not looked at"
	}
	return o.Desired.Unresolved
}

func (c *comparison) clusterChanged(b, h *Owner) bool {
	of := c.options.Clusters.Of
	return of(b.Instance, b.Destination) != of(h.Instance, h.Destination)
}

// removed is an owner that is not in head. It may still stay in its cluster,
// because what deploys or generates it does not delete it.
func (c *comparison) removed(b *Owner) Change {
	if c.outlives(b, map[key]bool{}) {
		return Change{
			Owner: b.ID, Instance: b.Instance, At: b.At, Kind: Stays,
			Before: len(c.base.claims[b.key()].order), Unresolved: unknown(b),
		}
	}
	return c.gone(b)
}

// gone is an owner that is deleted.
func (c *comparison) gone(b *Owner) Change {
	before := c.base.claims[b.key()]
	change := Change{
		Owner: b.ID, Instance: b.Instance, At: b.At, Kind: Gone,
		Before: len(before.order), Unresolved: unknown(b),
	}
	for _, id := range before.order {
		change.Lost = append(change.Lost, c.loseWith(b, id))
	}
	return change
}

// outlives says whether an owner that is not at head stays in its cluster.
func (c *comparison) outlives(b *Owner, seen map[key]bool) bool {
	if seen[b.key()] {
		return false
	}
	seen[b.key()] = true
	if b.Maker.ID.Kind != "" {
		for _, m := range c.head.state.Makers {
			if m.Instance == b.Maker.Instance && m.ID == b.Maker.ID {
				return m.KeepsRemoved
			}
		}
		return c.staysInCluster(key{b.Maker.Instance, b.Maker.ID}, seen)
	}
	return c.staysInCluster(b.key(), seen)
}

// staysInCluster says whether an object that is itself deployed by some owner
// stays although it is not at head. If no owner is known to deploy it, a user
// applies it by hand or from elsewhere, and may as well delete it.
func (c *comparison) staysInCluster(k key, seen map[key]bool) bool {
	parents := c.base.parents[k]
	if len(parents) == 0 {
		return false
	}
	parent := parents[0]
	object := c.base.claims[parent.key()].objects[k.id]
	h := c.head.owners[parent.key()]
	if h == nil {
		return c.outlives(parent, seen) || !parent.Safety.Cascade ||
			fromCascade(parent, c.options.Version, object) != unprotected
	}
	return !h.Safety.Prune || fromPrune(h, c.options.Version, object) != unprotected
}

// dropped says whether an owner that is still written at head is deleted all the
// same, because what deployed it, or what generates it, no longer does so.
func (c *comparison) dropped(b, h *Owner) bool {
	k := b.key()
	if b.Maker.ID.Kind != "" {
		k = key{b.Maker.Instance, b.Maker.ID}
	}
	if b.Maker.ID != h.Maker.ID {
		return false
	}
	parents := c.base.parents[k]
	if len(parents) == 0 || len(c.head.parents[k]) > 0 {
		return false
	}
	for _, parent := range parents {
		if now := c.head.owners[parent.key()]; now != nil && !now.Desired.Known() {
			return false // it is told that this is not known
		}
	}
	return !c.staysInCluster(k, map[key]bool{})
}

func compareLosses(a, b Loss) int {
	return cmp.Or(
		cmp.Compare(order(a.rank), order(b.rank)),
		cmp.Compare(a.Fate, b.Fate),
		a.ID.Compare(b.ID),
	)
}

// order puts what has no rank last.
func order(rank int) int {
	if rank < 0 {
		return int(^uint(0) >> 1)
	}
	return rank
}

func compareChanges(a, b Change) int {
	return cmp.Or(
		-cmp.Compare(worst(a), worst(b)),
		-cmp.Compare(count(a.Lost, Loss.deleted), count(b.Lost, Loss.deleted)),
	)
}

func worst(c Change) (s dupcheck.Severity) {
	for _, f := range c.Findings {
		s = max(s, f.Severity)
	}
	return s
}

func count(lost []Loss, is func(Loss) bool) (n int) {
	for _, l := range lost {
		if is(l) {
			n++
		}
	}
	return n
}

package restore

import (
	"cmp"
	"maps"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
)

// Inventory is a set of objects. Compare asks for the Body of an object, but not
// for that of a Secret.
type Inventory map[dupcheck.ID]dupcheck.Object

// Inventories are the input of Compare.
type Inventories struct {
	// Git holds the objects that can be deployed again, Dump those of an earlier dump, and
	// Now those of the cluster. Each may be nil.
	Git, Dump, Now Inventory
	// Order assigns objects to phases.
	Order Order
}

// Unasked returns the kinds, quoted if necessary, of which the cluster has no object:
// perhaps kubectl was not asked for them.
func (in Inventories) Unasked() []string {
	lacks := map[string]bool{}
	for _, inventory := range []Inventory{in.Git, in.Dump} {
		for id := range inventory {
			lacks[dupcheck.Quote(id.Kind)] = true
		}
	}
	for id := range in.Now {
		delete(lacks, dupcheck.Quote(id.Kind))
	}
	return slices.Sorted(maps.Keys(lacks))
}

// Missing is an object that the cluster does not have.
type Missing struct {
	// ID is the object, and At its declaration, in git if git has it.
	ID dupcheck.ID
	At dupcheck.Position
	// Phase is the phase of its restoration.
	Phase Phase
	// Git and Dump say whether they have it.
	Git, Dump bool
	// Terminating says that the cluster still has it and is deleting it.
	Terminating bool
	// Hold is the reason why it must not be restored before the volumes are bound, or empty.
	Hold string
}

// Unrecoverable is an object that another one refers to, and that is neither in git nor in
// the dump nor in the cluster.
type Unrecoverable struct {
	// ID is the object.
	ID dupcheck.ID
	// By is the object that refers to it: the first by identity.
	By dupcheck.ID
	// CreatedBy is the object from which a controller creates it, such as an
	// ExternalSecret. It is the zero ID if there is none.
	CreatedBy dupcheck.ID
}

// Comparison lists the missing objects, in the order of their restoration.
type Comparison struct {
	// Missing is sorted by phase and identity.
	Missing []Missing
	// Unrecoverable is sorted by identity.
	Unrecoverable []Unrecoverable
	// Unread are objects whose content could not be read. If there are any, more objects may
	// be missing.
	Unread []dupcheck.Unread
}

// Compare returns the objects of git and of a dump that the cluster does not have, and the
// objects that these refer to and that are in none of the three.
func Compare(in Inventories) Comparison {
	c := comparer{}
	for to, inventory := range map[*contents]Inventory{&c.git: in.Git, &c.dump: in.Dump, &c.now: in.Now} {
		*to = contents{Inventory: inventory, read: map[dupcheck.ID]any{}, unread: &c.out.Unread}
	}
	c.missing(in.Order)
	c.hold()
	c.unrecoverable()
	slices.SortFunc(c.out.Unread, func(a, b dupcheck.Unread) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return c.out
}

// contents reads the contents of an inventory, each once.
type contents struct {
	Inventory
	read   map[dupcheck.ID]any
	unread *[]dupcheck.Unread
}

func (c *contents) has(id dupcheck.ID) bool {
	_, ok := c.Inventory[id]
	return ok
}

// of returns the content of an object, or nil. It does not read that of a Secret.
func (c *contents) of(id dupcheck.ID) any {
	o := c.Inventory[id]
	if id.Kind == "Secret" || o.Body == nil {
		return nil
	}
	if v, ok := c.read[id]; ok {
		return v
	}
	v, err := o.Body.Value()
	if err != nil {
		*c.unread = append(*c.unread, unreadContent(o.At))
	}
	c.read[id] = v
	return v
}

// present says whether the cluster has the object and keeps it.
func (c *contents) present(id dupcheck.ID) bool {
	return c.has(id) && look(c.of(id), "metadata", "deletionTimestamp") == nil
}

// comparer makes a Comparison.
type comparer struct {
	git, dump, now contents
	out            Comparison
}

// content returns the content of an object as it would be restored.
func (c *comparer) content(id dupcheck.ID) any {
	if c.git.has(id) {
		return c.git.of(id)
	}
	return c.dump.of(id)
}

func (c *comparer) missing(order Order) {
	for _, from := range []*contents{&c.git, &c.dump} {
		for id, o := range from.Inventory {
			if id.Name == "" || c.now.present(id) || from == &c.dump && c.git.has(id) {
				continue
			}
			c.out.Missing = append(c.out.Missing, Missing{
				ID: id, At: o.At, Phase: order.phase(id), Git: c.git.has(id), Dump: c.dump.has(id), Terminating: c.now.has(id),
			})
		}
	}
	slices.SortFunc(c.out.Missing, func(a, b Missing) int { return cmp.Or(int(a.Phase-b.Phase), a.ID.Compare(b.ID)) })
}

// hold marks the objects that would create claims with new, empty volumes.
func (c *comparer) hold() {
	storage := slices.ContainsFunc(c.out.Missing, func(m Missing) bool { return m.Phase == Storage })
	for i := range c.out.Missing {
		m := &c.out.Missing[i]
		gk := m.ID.GroupKind()
		switch is := facts().kinds[gk]; {
		case gk == claimKind && m.Dump:
			m.Hold = "only 'kuniq restore volumes' gives it its old volume"
		case gk == claimKind && look(c.content(m.ID), "spec", "volumeName") == nil:
			m.Hold = "git would give it a new, empty volume, and no dump has it"
		case gk == volumeKind && m.Dump:
			m.Hold = "as it is in the dump it would count as released; take it from 'kuniq restore volumes'"
		case gk == statefulSetKind && c.lacksClaims(m.ID):
			m.Hold = "makes claims with new, empty volumes"
		case is.makesClaims:
			m.Hold = "its operator makes claims with new, empty volumes"
		case is.deploys && storage:
			m.Hold = "deploys again whatever it holds, claims too"
		}
	}
}

// lacksClaims says whether the cluster lacks a claim of a StatefulSet.
func (c *comparer) lacksClaims(id dupcheck.ID) bool {
	return slices.ContainsFunc(generatedClaims(id, c.content(id)), func(claim dupcheck.ID) bool { return !c.now.present(claim) })
}

// unrecoverable finds the objects that missing ones refer to and that no inventory has.
func (c *comparer) unrecoverable() {
	creators := c.creators()
	found := map[dupcheck.ID]Unrecoverable{}
	for _, m := range c.out.Missing {
		for _, to := range referencesOf(m.ID, c.content(m.ID)) {
			if c.git.has(to) || c.dump.has(to) || c.now.has(to) {
				continue
			}
			if before, ok := found[to]; !ok || m.ID.Compare(before.By) < 0 {
				found[to] = Unrecoverable{ID: to, By: m.ID, CreatedBy: creators[to]}
			}
		}
	}
	c.out.Unrecoverable = slices.SortedFunc(maps.Values(found), func(a, b Unrecoverable) int { return a.ID.Compare(b.ID) })
}

// creators returns the objects from which controllers create Secrets, by the
// Secret.
func (c *comparer) creators() map[dupcheck.ID]dupcheck.ID {
	out := map[dupcheck.ID]dupcheck.ID{}
	for _, from := range []*contents{&c.git, &c.dump, &c.now} {
		for id := range from.Inventory {
			if facts().creators[id.GroupKind()] == nil {
				continue
			}
			secret := dupcheck.ID{Kind: "Secret", Namespace: id.Namespace, Name: created(id, from.of(id))}
			if before, ok := out[secret]; !ok || id.Compare(before) < 0 {
				out[secret] = id
			}
		}
	}
	return out
}

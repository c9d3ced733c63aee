package restore

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/kuniq/kuniq/dupcheck"
)

// Known is an object and who it is.
type Known struct {
	// ID is its identity.
	ID dupcheck.ID
	// Object is the declaration. Its Body is asked for, but not that of a
	// Secret.
	Object dupcheck.Object
}

// Inventories are what is compared.
type Inventories struct {
	// Git is what can be deployed again, Dump what a dump from before has, and
	// Now what the cluster has.
	Git, Dump, Now []Known
	// Order says which phase objects belong to.
	Order Order
}

// Missing is an object that the cluster does not have.
type Missing struct {
	// ID is the object, and At where it is declared, in git if it is there.
	ID dupcheck.ID
	At dupcheck.Position
	// Phase says when it comes back.
	Phase Phase
	// Git and Dump say where it is found.
	Git, Dump bool
	// Going says that the cluster still has it, and is deleting it.
	Going bool
	// Hold is why it must not come back before the volumes are, or empty.
	Hold string
}

// Nowhere is an object that something refers to, and that neither git nor the
// dump nor the cluster has.
type Nowhere struct {
	// ID is the object.
	ID dupcheck.ID
	// By is what refers to it: the first of them all.
	By dupcheck.ID
	// Maker is what a controller makes it from, if that is known, such as an
	// ExternalSecret.
	Maker dupcheck.ID
}

// Plan is what is missing, in the order in which it comes back.
type Plan struct {
	// Missing is sorted by phase and identity.
	Missing []Missing
	// Nowhere is sorted by identity.
	Nowhere []Nowhere
	// Unread are objects whose content could not be read again.
	Unread []dupcheck.Unread
}

// Compare says what of git and of a dump the cluster does not have, and what
// both lack.
func Compare(in Inventories) Plan {
	c := comparison{order: in.Order, git: index(in.Git), dump: index(in.Dump), now: index(in.Now)}
	for _, known := range [][]Known{in.Git, in.Dump} {
		for _, k := range known {
			c.missing(k)
		}
	}
	c.hold()
	c.nowhere()
	slices.SortFunc(c.plan.Missing, func(a, b Missing) int { return cmp.Or(int(a.Phase-b.Phase), a.ID.Compare(b.ID)) })
	slices.SortFunc(c.plan.Nowhere, func(a, b Nowhere) int { return a.ID.Compare(b.ID) })
	return c.plan
}

// comparison is the making of a Plan.
type comparison struct {
	order          Order
	git, dump, now map[dupcheck.ID]*Known
	seen           map[dupcheck.ID]bool
	values         map[*Known]any
	plan           Plan
}

// index finds objects by identity. What has none cannot be missing.
func index(known []Known) map[dupcheck.ID]*Known {
	out := make(map[dupcheck.ID]*Known, len(known))
	for i := range known {
		if id := known[i].ID; id.Name != "" {
			out[id] = &known[i]
		}
	}
	return out
}

// missing takes an object in that the cluster does not have.
func (c *comparison) missing(k Known) {
	now := c.now[k.ID]
	if k.ID.Name == "" || c.seen[k.ID] {
		return
	}
	if c.seen == nil {
		c.seen = map[dupcheck.ID]bool{}
	}
	c.seen[k.ID] = true
	going := now != nil && look(c.value(now), "metadata", "deletionTimestamp") != nil
	if now != nil && !going {
		return
	}
	c.plan.Missing = append(c.plan.Missing, Missing{
		ID: k.ID, At: k.Object.At, Phase: c.order.phase(k.ID), Git: c.git[k.ID] != nil, Dump: c.dump[k.ID] != nil, Going: going,
	})
}

// value is the content of an object, or nil. That of a Secret is not
// read.
func (c *comparison) value(k *Known) any {
	if k == nil || k.ID.Kind == "Secret" || k.Object.Body == nil {
		return nil
	}
	if v, ok := c.values[k]; ok {
		return v
	}
	v, err := k.Object.Body.Value()
	if err != nil {
		c.plan.Unread = append(c.plan.Unread, dupcheck.Unread{
			File: k.Object.At.File, Line: k.Object.At.Line, Reason: "the content cannot be read",
		})
	}
	if c.values == nil {
		c.values = map[*Known]any{}
	}
	c.values[k] = v
	return v
}

// best is where to look for the content of an object.
func (c *comparison) best(id dupcheck.ID) *Known { return cmp.Or(c.git[id], c.dump[id]) }

// hold marks what would make claims with new, empty volumes.
func (c *comparison) hold() {
	storage := false
	for i := range c.plan.Missing {
		storage = storage || c.plan.Missing[i].Phase == Storage
	}
	for i := range c.plan.Missing {
		m := &c.plan.Missing[i]
		value := c.value(c.best(m.ID))
		gk := m.ID.GroupKind()
		_, operator := operated[gk]
		switch {
		case gk == claimKind && m.Dump:
			m.Hold = "only 'kuniq restore volumes' gives it its old volume"
		case gk == claimKind && look(value, "spec", "volumeName") == nil:
			m.Hold = "git would give it a new, empty volume, and no dump has it"
		case gk == volumeKind && m.Dump:
			m.Hold = "as it is in the dump it would count as released; take it from 'kuniq restore volumes'"
		case gk == statefulSetKind && c.lacksClaims(m.ID, value):
			m.Hold = "makes claims with new, empty volumes"
		case operator:
			m.Hold = "its operator makes claims with new, empty volumes"
		case deployers[gk] && storage:
			m.Hold = "deploys again whatever it holds, claims too"
		}
	}
}

// lacksClaims says whether the cluster has not all claims of a StatefulSet.
func (c *comparison) lacksClaims(id dupcheck.ID, value any) bool {
	for _, claim := range generatedClaims(id, value) {
		now := c.now[claim]
		if now == nil || look(c.value(now), "metadata", "deletionTimestamp") != nil {
			return true
		}
	}
	return false
}

// generatedClaims are the claims that a StatefulSet makes.
func generatedClaims(id dupcheck.ID, value any) []dupcheck.ID {
	first, _ := integer(look(value, "spec", "ordinals", "start"))
	replicas, ok := integer(look(value, "spec", "replicas"))
	if !ok {
		replicas = 1
	}
	templates, _ := look(value, "spec", "volumeClaimTemplates").([]any)
	var out []dupcheck.ID
	for _, t := range templates {
		name, _ := look(t, "metadata", "name").(string)
		for i := range min(replicas, mostReplicas/max(len(templates), 1)) {
			out = append(out, dupcheck.ID{
				Kind: claimKind.Kind, Namespace: id.Namespace, Name: name + "-" + id.Name + "-" + strconv.Itoa(first+i),
			})
		}
	}
	return out
}

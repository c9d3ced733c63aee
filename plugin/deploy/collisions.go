package deploy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// named is an object whose name must be unique, with the generator of a generated
// deployer.
type named struct {
	Named
	by Generator
}

// named lists all of them.
func (c *check) named() (all []named) {
	for _, d := range c.Deployers {
		if !d.Template { // see unexpanded
			all = append(all, named{Named{Instance: d.Instance, ID: d.ID, At: d.At}, d.CreatedBy})
		}
	}
	for _, n := range c.Named {
		all = append(all, named{Named: n})
	}
	return all
}

// collisions are declarations of one name in one instance.
func (c *check) collisions() {
	c.repeated = map[dupcheck.ID]bool{}
	seen := map[Key][]named{}
	var order []Key
	for _, n := range c.named() {
		k := Key{n.Instance, n.ID}
		if seen[k] = append(seen[k], n); len(seen[k]) == 1 {
			order = append(order, k)
		}
	}
	for _, k := range order {
		if len(seen[k]) < 2 {
			continue
		}
		c.repeated[k.ID] = true
		d := dupcheck.Diagnostic{
			Rule: ApplicationCollision, Severity: dupcheck.Error, Set: k.Instance, ID: k.ID,
			Message: fmt.Sprintf("%s is declared %d times in one instance", ShortName(k.ID), len(seen[k])),
			Advice:  "give each a name of its own; a copied one most likely kept the name of the other",
		}
		var by []Generator
		for _, n := range seen[k] {
			d.Declarations = append(d.Declarations, declaration(n.ID, n.At))
			by = append(by, n.by)
		}
		d.Effect, d.LastWins = collisionEffect(k.ID, by)
		c.add(d)
	}
}

// collisionEffect describes the effect of deployers with one name (argo-cd v3.6
// applicationset/controllers/applicationset_controller.go for those that are generated;
// until 3.1 validateGeneratedApplications compared their places and not their names).
func collisionEffect(id dupcheck.ID, generators []Generator) (effect string, lastWins bool) {
	generated := slices.DeleteFunc(slices.Clone(generators), func(m Generator) bool { return m.ID.Kind == "" })
	switch {
	case len(generated) == 0 && IsDeployer(id):
		return "the last one replaces the others, and prunes what they deployed", true
	case len(generated) == 0:
		return "the last one replaces the others", true
	case len(generated) < len(generators):
		return "the generated one overwrites the one that is written as it is, and prunes what that deployed", false
	case !slices.ContainsFunc(generated, func(m Generator) bool { return m != generated[0] }):
		return ShortName(generated[0].ID) + " applies none of them as long as they have one name, or only the first if Argo CD is older than 3.2", false
	}
	return "only the generator that comes first owns it, and the others fail", false
}

// unexpanded compares names that are only known as a pattern with all others.
func (c *check) unexpanded() {
	all := c.named()
	for i, p := range c.Unexpanded {
		c.add(p.Finding())
		if strings.Trim(p.Name, "*") == "" {
			continue // it says nothing
		}
		for _, n := range all {
			if n.Instance == p.Instance && n.ID.Kind == p.Kind && n.ID.Namespace == p.Namespace && globsMeet(p.Name, n.ID.Name) {
				c.mayCollide(p, n.ID, n.At, ShortName(n.ID))
			}
		}
		for _, other := range c.Unexpanded[i+1:] {
			if strings.Trim(other.Name, "*") != "" && other.Instance == p.Instance && other.Kind == p.Kind &&
				other.Namespace == p.Namespace && globsMeet(p.Name, other.Name) {
				c.mayCollide(p, other.ID, other.At, "those of "+ShortName(other.ID))
			}
		}
	}
}

func (c *check) mayCollide(p UnexpandedSet, id dupcheck.ID, at dupcheck.Position, what string) {
	c.add(dupcheck.Diagnostic{
		Rule: ApplicationCollision, Severity: dupcheck.Warning, Set: p.Instance, ID: id,
		Message: fmt.Sprintf("%s may generate a name of %s: its Applications are called %s",
			ShortName(p.ID), what, dupcheck.QuoteBrief(p.Name)),
		Declarations: []dupcheck.Declaration{declaration(id, at), declaration(p.ID, p.At)},
		Advice:       "begin or end the names in a way of their own",
	})
}

// globsMeet says whether any string matches both patterns. It takes time in the
// product of both lengths.
func globsMeet(a, b string) bool {
	row := make([]bool, len(b)+1) // of the rest of a: whether it meets the rest of b
	for i := len(a); i >= 0; i-- {
		next := slices.Clone(row)
		for j := len(b); j >= 0; j-- {
			switch {
			case i == len(a) && j == len(b):
				row[j] = true
			case i < len(a) && a[i] == '*':
				row[j] = next[j] || j < len(b) && row[j+1]
			case j < len(b) && b[j] == '*':
				row[j] = row[j+1] || i < len(a) && next[j]
			default:
				row[j] = i < len(a) && j < len(b) && a[i] == b[j] && next[j+1]
			}
		}
	}
	return row[0]
}

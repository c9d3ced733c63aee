package dupcheck

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// collision is an identity with all its declarations.
type collision struct {
	key
	objects []int32
	places  []Declaration // of the objects
	first   int           // of the places, by position, in any order of the input
}

// reportCollisions compares the contents of everything declared twice.
func (r *run) reportCollisions() {
	if r.rules.off(DuplicateObject) && r.rules.off(IdenticalObject) {
		return
	}
	var all []*collision
	for k, met := range r.meetings(hashSame, r.keyOf) {
		if anyOpen(met) {
			continue // see reportOpen
		}
		for _, together := range r.appliedTogether(met) {
			all = append(all, &collision{key: k, objects: together})
		}
	}
	// First sort in the order in which they were added, which mostly is the order below.
	slices.SortFunc(all, func(a, b *collision) int { return cmp.Compare(a.objects[0], b.objects[0]) })
	for _, c := range all {
		c.places = r.declarations(c.objects)
		c.first = leastOf(c.places)
	}
	// Sort in the order of the input files, so that each is opened again once, and
	// independently of the order of the objects.
	slices.SortFunc(all, func(a, b *collision) int {
		if c := cmp.Or(strings.Compare(a.set, b.set), comparePlaces(&a.places[a.first], &b.places[b.first])); c != 0 {
			return c
		}
		return a.ID.Compare(b.ID)
	})
	r.report.Diagnostics = slices.Grow(r.report.Diagnostics, len(all))
	for _, c := range all {
		r.add(r.collide(c))
	}
}

func (r *run) collide(c *collision) Diagnostic {
	compared := r.compare(c)
	d := Diagnostic{
		Rule: DuplicateObject, Set: c.set, ID: c.ID, LastWins: true, Identical: compared.identical,
		Differs: compared.paths, DiffersMore: compared.more, Values: compared.values,
		Declarations: c.places,
		Advice:       "rename or remove one; if they are meant for different clusters, check them as separate sets",
	}
	d.Message = fmt.Sprintf("%s is declared %s", c.ID.brief(), times(len(c.objects)))
	switch {
	case d.Identical:
		d.Rule = IdenticalObject
		d.Message += " with identical contents"
		d.Advice = "remove all but one, or tolerate equal copies"
	case compared.failed != "":
		d.Message += "; the contents were not compared: " + compared.failed
	default:
		d.Message += "; the declarations differ at " + listPaths(d.Differs, d.DiffersMore)
	}
	if e, ok := theFacts().effects[c.GroupKind()]; ok && !d.Identical {
		d.Effect = e[min(len(c.objects), 3)-2]
	}
	return d
}

func times(n int) string {
	if n == 2 {
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

func listPaths(paths []string, more int) string {
	quoted := make([]string, len(paths))
	for i, p := range paths {
		quoted[i] = Quote(p)
	}
	s := strings.Join(quoted, ", ")
	if more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

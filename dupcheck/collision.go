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
	first   Declaration // by position, whatever the order of the input
}

// reportCollisions compares the contents of everything declared twice.
func (r *run) reportCollisions() {
	if r.rules.off(DuplicateObject) && r.rules.off(IdenticalObject) {
		return
	}
	var all []collision
	for k, met := range r.meetings(hashSame, r.keyOf) {
		if anyOpen(met) {
			continue // see reportOpen
		}
		for _, together := range r.appliedTogether(met) {
			c := collision{key: k, objects: together}
			c.first = slices.MinFunc(r.declarations(c.objects), compareDeclarations)
			all = append(all, c)
		}
	}
	// Sort in the order of the input files, so that each is opened again once, and
	// independently of the order of the objects.
	slices.SortFunc(all, func(a, b collision) int {
		return cmp.Or(strings.Compare(a.set, b.set), compareDeclarations(a.first, b.first), a.ID.Compare(b.ID))
	})
	for _, c := range all {
		r.add(r.collide(c))
	}
}

func (r *run) collide(c collision) Diagnostic {
	compared := r.compare(c.ID, c.objects)
	d := Diagnostic{
		Rule: DuplicateObject, Set: c.set, ID: c.ID, LastWins: true, Identical: compared.identical,
		Differs: compared.paths, DiffersMore: compared.more, Values: compared.values,
		Declarations: r.declarations(c.objects),
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

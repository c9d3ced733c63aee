package dupcheck

import (
	"fmt"
	"slices"
	"strings"
)

// collision is an identity with all its declarations.
type collision struct {
	key
	meeting
}

// meeting are objects that share a key, with their places. There may be so many that each
// byte of them counts.
type meeting struct {
	objects []int32
	places  []Declaration // of the objects
	first   int           // of the places, by position, in any order of the input
}

// reportCollisions compares the contents of everything declared twice.
func (r *run) reportCollisions() {
	if r.rules.off(DuplicateObject) && r.rules.off(IdenticalObject) {
		return
	}
	var groups [][]int32
	for _, met := range r.meetings(hashSame, r.keyOf) {
		if !anyOpen(met) { // else see reportOpen
			groups = append(groups, r.appliedTogether(met)...)
		}
	}
	all := make([]meeting, len(groups))
	for i, objects := range groups {
		places := r.declarations(objects)
		all[i] = meeting{objects, places, leastOf(places)}
	}
	// Sort in the order of the input files, which mostly is that in which they were added,
	// so that each is opened again once, and independently of the order of the objects.
	slices.SortFunc(all, func(a, b meeting) int {
		one, other := r.objects.record(a.objects[0]).set, r.objects.record(b.objects[0]).set
		c := strings.Compare(r.objects.words.text(one), r.objects.words.text(other))
		if c == 0 {
			c = comparePlaces(&a.places[a.first], &b.places[b.first])
		}
		if c == 0 {
			c = r.keyOf(a.objects[0]).ID.Compare(r.keyOf(b.objects[0]).ID)
		}
		return c
	})
	r.report.Diagnostics = slices.Grow(r.report.Diagnostics, len(all))
	for i := range all {
		r.add(r.collide(&collision{r.keyOf(all[i].objects[0]), all[i]}))
	}
}

func (r *run) collide(c *collision) Diagnostic {
	compared := r.compare(c)
	if compared.more != r.differ.more || !slices.Equal(compared.paths, r.differ.paths) {
		r.differ = namedPaths{slices.Clip(compared.paths), compared.more, listPaths(compared.paths, compared.more)}
	}
	d := Diagnostic{
		Rule: DuplicateObject, Set: c.set, ID: c.ID, LastWins: true, Identical: compared.identical,
		Differs: r.differ.paths, DiffersMore: compared.more, Values: compared.values,
		Declarations: c.places,
		Advice:       "rename or remove one; if they are meant for different clusters, check them as separate sets",
	}
	how := "; the declarations differ at "
	switch {
	case d.Identical:
		d.Rule = IdenticalObject
		how = " with identical contents"
		d.Advice = "remove all but one, or tolerate equal copies"
	case compared.failed != "":
		how = "; the contents were not compared: " + compared.failed
	default:
		how += r.differ.list
	}
	d.Message = c.ID.brief() + " is declared " + times(len(c.objects)) + how
	if e, ok := theFacts().effects[c.GroupKind()]; ok && !d.Identical {
		d.Effect = e[min(len(c.objects), 3)-2]
	}
	return d
}

// namedPaths are the fields in which the last two contents differed, and the words about
// them. The next two often differ in the same fields, and then share them.
type namedPaths struct {
	paths []string
	more  int
	list  string
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

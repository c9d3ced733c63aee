package report

import (
	"bufio"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report/page"
)

var listPage = sync.OnceValue(func() page.Template { return page.Parse(pages, "data/list.html", nil) })

// How much the page of an inventory shows.
const (
	mostColumns   = 6   // sets that are columns
	mostSets      = 100 // sets one by one
	mostDeployers = 50  // deployers of one of these
	mostKinds     = 12  // kinds of one deployer
	mostShared    = 500 // objects that are declared more than once
	mostPlaces    = 10  // places of one of them
)

// listHTML writes an overview: the sets, the deployers with the number and kinds of their
// objects in each set, and the objects that are declared more than once in a set.
func listHTML(l *List) {
	f := newFleet()
	l.add = f.add
	l.end = func() error { return f.write(l.w, l.unread) }
}

func (f *fleet) write(w *bufio.Writer, unread []dupcheck.Unread) error {
	v := fleetView{fleet: f, unread: unread}
	v.Sets = rowsOf(slices.SortedFunc(maps.Values(f.sets), func(a, b *setCount) int { return strings.Compare(a.Name, b.Name) }), mostSets, "sets", "jsonl")
	shared, deployers := 0, 0
	for _, s := range f.sets {
		shared += s.Shared
		deployers += len(s.by)
	}
	p := page.Page{
		Level: page.Good, Verdict: fmt.Sprintf("%s in %s, by %s", Count(f.objects, "object"), Count(len(f.sets), "set"), Count(deployers, "deployer")),
		Numbers: []page.Number{
			{Key: "objects", N: f.objects, Text: Count(f.objects, "object")},
			{Key: "sets", N: len(f.sets), Text: Count(len(f.sets), "set")},
			{Key: "deployers", N: deployers, Text: Count(deployers, "deployer")},
			{Key: "shared", N: shared, Text: Count(shared, "object declared", "objects declared") + " more than once in a set", Level: page.Warn},
			{Key: "unread", N: len(unread), Text: Count(len(unread), "part not read", "parts not read"), Level: page.Bad},
		},
		Body: v,
	}
	switch {
	case len(unread) > 0:
		p.Level, p.Lead = page.Bad, []string{"Some parts could not be read, so that this is not all."}
	case shared > 0 || f.objects == 0:
		p.Level = page.Warn
	}
	return listPage().Write(w, p)
}

// fleetView is an inventory as the page sees it.
type fleetView struct {
	*fleet
	unread []dupcheck.Unread
	Sets   rows[*setCount]
}

// matrixRow is a deployer in all sets. Cells are the objects in each, if these are
// columns.
type matrixRow struct {
	Name    string
	Cells   []int
	Sets, N int
}

// Columns are the sets that are columns: none if they are too many.
func (v fleetView) Columns() (names []string) {
	if len(v.sets) > 1 && len(v.sets) <= mostColumns {
		names = slices.Sorted(maps.Keys(v.sets))
	}
	return names
}

// Alone says whether there is nothing to compare.
func (v fleetView) Alone() bool { return len(v.sets) <= 1 }

// Matrix has each deployer once, with its objects in each set. Deployers in the most sets
// come first.
func (v fleetView) Matrix() rows[*matrixRow] {
	columns := v.Columns()
	all := map[string]*matrixRow{}
	for _, s := range v.sets {
		here := map[string]bool{}
		for d, count := range s.by {
			name := d.pattern(s.Name)
			row := all[name]
			if row == nil {
				row = &matrixRow{Name: name, Cells: make([]int, len(columns))}
				all[name] = row
			}
			if row.N += count.N; !here[name] {
				row.Sets, here[name] = row.Sets+1, true
			}
			if i := slices.Index(columns, s.Name); i >= 0 {
				row.Cells[i] += count.N
			}
		}
	}
	return rowsOf(slices.SortedFunc(maps.Values(all), func(a, b *matrixRow) int {
		return cmp.Or(cmp.Compare(b.Sets, a.Sets), strings.Compare(a.Name, b.Name))
	}), mostRows, "deployers", "jsonl")
}

// Shared are the objects that are declared more than once, those the most often first.
func (v fleetView) Shared() rows[*sharedObject] {
	all := rowsOf(slices.SortedFunc(maps.Values(v.shared), func(a, b *sharedObject) int {
		return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Set, b.Set), a.ID.Compare(b.ID))
	}), mostShared, "objects", "jsonl")
	n := 0
	for _, s := range v.sets {
		n += s.Shared
	}
	all.More = page.More(n-len(all.Shown), "objects", "jsonl")
	return all
}

// Unread are the parts that could not be read.
func (v fleetView) Unread() rows[dupcheck.Unread] {
	return rowsOf(v.unread, mostFindings, "parts", "jsonl")
}

// Deployers are those of a set, the largest first.
func (s *setCount) Deployers() rows[*deployerCount] {
	return rowsOf(slices.SortedFunc(maps.Values(s.by), func(a, b *deployerCount) int {
		return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Name, b.Name))
	}), mostDeployers, "deployers", "jsonl")
}

// Count is how many deployers a set has.
func (s *setCount) Count() int { return len(s.by) }

// Kinds names the kinds with their numbers, the most frequent first.
func (d *deployerCount) Kinds() string { return named(d.kinds, mostKinds, strconv.Itoa) }

package impact

import (
	"cmp"
	"io"
	"slices"
	"sync"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/dupcheck/report/page"
)

var htmlPage = sync.OnceValue(func() page.Template {
	return page.Parse(layouts, "data/impact.html", map[string]any{
		"where": report.At, "number": func(i int) int { return i + 1 }, "level": levelOf,
	})
})

// How much one page shows.
const (
	mostPageRows    = 1000 // deployers of the table
	mostPageDetails = 200  // deployers in detail
	mostPageGroups  = 100  // groups of objects of one of them
	mostPageGeneral = 500  // findings about no deployer
)

// html writes a self-contained page: the verdict, the deployers with their objects before
// and after, the removed objects by kind, and all details.
func (v view) html(w io.Writer) error {
	level := page.Good
	switch {
	case v.Fails():
		level = page.Bad
	case v.Unknown > 0 || slices.ContainsFunc(v.Deployers, func(c Change) bool { return c.Verdict() != Safe }):
		level = page.Warn
	}
	return htmlPage().Write(w, page.Page{
		Level: level, Verdict: v.Headline(), Lead: []string{v.Coverage()}, Numbers: v.numbers(), Version: v.options.Version, Body: newPageView(v),
	})
}

// numbers are those that the JSON has, too.
func (v view) numbers() []page.Number {
	count := func(of func(Change) int) (n int) {
		for _, c := range v.Deployers {
			n += of(c)
		}
		return n
	}
	errors, warnings := v.severities()
	number := func(key string, n int, level page.Level, one string, many ...string) page.Number {
		return page.Number{Key: key, N: n, Text: report.Count(n, one, many...), Level: level}
	}
	return []page.Number{
		number("compared", v.Compared, "", "deployer compared", "deployers compared"),
		number("deployers", len(v.Deployers), "", "changed", "changed"),
		number("before", count(func(c Change) int { return c.Before }), "", "object before", "objects before"),
		number("after", count(func(c Change) int { return c.After }), "", "after", "after"),
		number("removed", count(func(c Change) int { return len(c.Removed) }), "", "no longer deployed", "no longer deployed"),
		number("lost", count(Change.Lost), page.Bad, "would be deleted", "would be deleted"),
		number("stateLost", count(Change.StateLost), page.Bad, "of these holds state", "of these hold state"),
		number("unknown", v.Unknown, page.Bad, "not known", "not known"),
		number("errors", errors, page.Bad, "error"),
		number("warnings", warnings, page.Warn, "warning"),
	}
}

func levelOf(s dupcheck.Severity) page.Level {
	return map[dupcheck.Severity]page.Level{dupcheck.Error: page.Bad, dupcheck.Warning: page.Warn, dupcheck.Info: page.Note}[s]
}

// pageView is an Impact as the page sees it, with the details and the general findings
// that have room.
type pageView struct {
	view
	Shown                    []*detail
	General                  []Finding
	MoreDetails, MoreGeneral string
}

func newPageView(v view) pageView {
	p := pageView{view: v}
	p.Shown, p.MoreDetails = first(v.Details(), mostPageDetails, "deployers in detail")
	p.General, p.MoreGeneral = first(v.General(), mostPageGeneral, "findings")
	return p
}

// first returns so many, and a sentence about the others.
func first[T any](all []T, most int, what string) (shown []T, more string) {
	return all[:min(most, len(all))], page.More(len(all)-most, what, "json")
}

// pageRow is a deployer in the table. Detail is the number of its details, from 1, or 0
// if there are none.
type pageRow struct {
	row
	Detail int
}

// Cells and Level are the columns of the table and its colour.
func (r pageRow) Cells() []string   { return r.cells[1 : len(r.cells)-1] }
func (r pageRow) Name() string      { return r.cells[0] }
func (r pageRow) Verdict() string   { return r.verdict.String() }
func (r pageRow) Level() page.Level { return verdicts[r.verdict].level }

// Columns are the heads of the table.
func (pageView) Columns() []string { return columns[1 : len(columns)-1] }

// Table is what each deployer has before and after, the worst first.
func (v pageView) Table() (rows []pageRow) {
	at := map[string]int{}
	for i, d := range v.Shown {
		for _, name := range slices.Concat(d.others, []string{d.name()}) {
			at[name] = i + 1
		}
	}
	for _, c := range v.Deployers[:min(mostPageRows, len(v.Deployers))] {
		rows = append(rows, pageRow{c.row(), at[c.name()]})
	}
	return rows
}

// MoreRows says how many deployers have no room.
func (v pageView) MoreRows() string {
	return page.More(len(v.Deployers)-mostPageRows, "deployers", "json")
}

// Open says whether the details are not folded at first.
func (v pageView) Open() bool { return len(v.Shown) <= 2*mostOpen }

// Level is that of the verdict of a change.
func (d *detail) Level() page.Level { return verdicts[d.Verdict()].level }

// pageGroups are groups of removed objects that have room.
type pageGroups struct {
	Shown []*group
	More  string
}

// Groups are the removed objects by kind and outcome, those that lose state first.
func (d *detail) Groups() (g pageGroups) {
	g.Shown, g.More = first(groups(d.Removed), mostPageGroups, "groups of objects")
	return g
}

// Level says how bad the removal of the objects is.
func (g *group) Level() page.Level {
	switch {
	case g.outcome <= Moved && g.State != "":
		return page.Bad
	case g.outcome <= Moved:
		return page.Warn
	}
	return page.Good
}

// kindRow counts the objects that deployers no longer deploy, by kind and outcome.
type kindRow struct {
	Kind    string
	Outcome Outcome
	State   string
	N       int
	By      int // deployers
}

// Lost says whether the objects go with their state.
func (k *kindRow) Lost() bool { return k.Outcome <= Pruned && k.State != "" }

// Kinds are the removed objects of all deployers, the worst first.
func (v pageView) Kinds() (rows []*kindRow) {
	type key struct {
		kind    dupcheck.GroupKind
		outcome Outcome
		state   string
	}
	at := map[key]*kindRow{}
	for _, c := range v.Deployers {
		here := map[*kindRow]bool{}
		for _, r := range c.Removed {
			k := key{r.ID.GroupKind(), r.Outcome, r.State}
			if at[k] == nil {
				at[k] = &kindRow{Kind: k.kind.String(), Outcome: r.Outcome, State: r.State}
				rows = append(rows, at[k])
			}
			at[k].N++
			if !here[at[k]] {
				here[at[k]] = true
				at[k].By++
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b *kindRow) int {
		lost := func(k *kindRow) int {
			if k.Lost() {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(lost(a), lost(b)), cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(b.N, a.N))
	})
	return rows
}

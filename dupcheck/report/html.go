package report

import (
	"cmp"
	"embed"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report/page"
)

//go:embed data/*.html
var pages embed.FS

// checkPage is parsed when it is needed: a program without HTML has no templates then.
var checkPage = sync.OnceValue(func() page.Template { return page.Parse(pages, "data/check.html", nil) })

// Limits of one page, so that a browser opens it quickly and it fits into memory.
const (
	mostFindings = 1000 // in all
	mostUnfolded = 3    // of a rule that has more than a few
	mostRows     = 100  // of a table
	mostCards    = 10   // declarations of one finding
	mostValues   = 4    // of them with their values
	mostStates   = 1000 // files
)

// HTML writes a self-contained page: the verdict, a table by rule and directory, the
// findings with their declarations side by side, unread parts by their cause, findings
// that do not count, and the states of files. A page shows at most 1,000 findings, some
// of each rule, and counts the others.
func HTML(w io.Writer, r dupcheck.Report, o Options) error {
	r = explained(r, nil)
	return checkPage().Write(w, page.Page{
		Level: pageLevel(r), Verdict: verdict(r, o), Numbers: numbers(r), Version: o.Version,
		Body: checkView{r, o, groupsOf(r.Diagnostics)},
	})
}

func pageLevel(r dupcheck.Report) page.Level {
	level := page.Good
	if r.Objects == 0 {
		level = page.Warn
	}
	for i := range r.Diagnostics {
		switch severity(&r.Diagnostics[i]) {
		case dupcheck.Error:
			return page.Bad
		case dupcheck.Warning:
			level = page.Warn
		}
	}
	if len(r.Unread) > 0 {
		return page.Bad
	}
	return level
}

// numbers are those that the report in JSON has, too.
func numbers(r dupcheck.Report) []page.Number {
	counts := map[dupcheck.Severity]int{}
	for i := range r.Diagnostics {
		counts[severity(&r.Diagnostics[i])]++
	}
	number := func(key string, n int, level page.Level, one string, many ...string) page.Number {
		return page.Number{Key: key, N: n, Text: Count(n, one, many...), Level: level}
	}
	return []page.Number{
		number("files", r.Files, "", "file"),
		number("objects", r.Objects, "", "object"),
		number("errors", counts[dupcheck.Error], page.Bad, "error"),
		number("warnings", counts[dupcheck.Warning], page.Warn, "warning"),
		number("infos", counts[dupcheck.Info], page.Note, "info"),
		number("unread", len(r.Unread), page.Bad, "part not read", "parts not read"),
		number("allowed", len(r.Allowed), "", "part allowed to be unknown", "parts allowed to be unknown"),
		number("suppressed", len(r.Suppressed), "", "finding not counted", "findings not counted"),
		number("stale", len(r.Stale), "", "stale entry of the baseline", "stale entries of the baseline"),
		number("skipped", len(r.Skipped), "", "skipped", "skipped"),
	}
}

// checkView is a report as the page sees it.
type checkView struct {
	dupcheck.Report
	o      Options
	groups []group
}

// groupView is the part of a group that the page shows.
type groupView struct {
	Rule     dupcheck.Rule
	Severity dupcheck.Severity
	Level    page.Level
	ID       string // of its section
	Help     string // address of its documentation
	N        int
	Findings []findingView
	More     string
}

// Groups are the rules that have findings, with as many as there is room for: the same
// number of each.
func (v checkView) Groups() (all []groupView) {
	most := mostFindings / max(1, len(v.groups))
	for i, g := range v.groups {
		view := groupView{
			Rule: g.rule, Severity: g.severity, Level: levelOf(g.severity).page, ID: fmt.Sprintf("r%d", i), Help: v.o.address(g.rule), N: len(g.all),
			More: page.More(len(g.all)-most, "findings of this rule", "json"),
		}
		for j, d := range g.all[:min(most, len(g.all))] {
			view.Findings = append(view.Findings, findingView{*d, fmt.Sprintf("%s-%d", view.ID, j), len(g.all) <= mostInFull || j < mostUnfolded})
		}
		all = append(all, view)
	}
	return all
}

// directoryRow counts the findings of a group in a directory.
type directoryRow struct {
	Group     string // the section
	Rule      dupcheck.Rule
	Severity  dupcheck.Severity
	Level     page.Level
	Directory string
	N         int
}

// Directories are all findings by rule and directory, as far as there is room.
func (v checkView) Directories() (rows []directoryRow) {
	for i, g := range v.groups {
		counts := g.byDirectory()
		for _, name := range mostOften(counts) {
			rows = append(rows, directoryRow{fmt.Sprintf("r%d", i), g.rule, g.severity, levelOf(g.severity).page, name, counts[name]})
		}
	}
	slices.SortStableFunc(rows, func(a, b directoryRow) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(b.N, a.N))
	})
	return rows
}

// Causes are the unread parts by their cause.
func (v checkView) Causes() (all []causeView) {
	most := mostFindings
	for _, c := range Causes(v.Unread) {
		shown := c.Parts[:min(most, len(c.Parts))]
		most -= len(shown)
		all = append(all, causeView{c, shown, v.o.Ways[c.Code], page.More(len(c.Parts)-len(shown), "parts", "json")})
	}
	return all
}

// causeView is a cause with a way out.
type causeView struct {
	Cause
	Shown []dupcheck.Unread
	Way   string
	More  string
}

// Title counts the parts.
func (c causeView) Title() string {
	s := Count(len(c.Parts), "part")
	if c.Code != "" {
		s += ": " + string(c.Code)
	}
	return s
}

// Permitted are lines about parts that are not known and may stay so.
func (v checkView) Permitted() []string { return Allowances(v.Allowed) }

// rows are the rows of a table, with a sentence about the omitted ones.
type rows[T any] struct {
	Shown []T
	More  string
}

// Few says whether the rows need not be folded.
func (r rows[T]) Few() bool { return len(r.Shown) <= mostInBrief }

// rowsOf are the first rows. format is the one that has all of them.
func rowsOf[T any](all []T, most int, what, format string) rows[T] {
	n := min(most, len(all))
	return rows[T]{all[:n], page.More(len(all)-n, what, format)}
}

// Summary is the table by rule and directory.
func (v checkView) Summary() rows[directoryRow] {
	return rowsOf(v.Directories(), mostRows, "rows", "json")
}

// NotCounted are the findings that do not count, and Old the entries of the baseline that
// match nothing.
func (v checkView) NotCounted() rows[dupcheck.Suppressed] {
	return rowsOf(v.Suppressed, mostRows, "findings that are not counted", "json")
}

func (v checkView) Old() rows[dupcheck.Accepted] {
	return rowsOf(v.Stale, mostRows, "entries of the baseline", "json")
}

// Listed are the states of files.
func (v checkView) Listed() rows[dupcheck.FileState] {
	return rowsOf(v.States, mostStates, "files", "json")
}

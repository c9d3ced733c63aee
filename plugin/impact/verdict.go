package impact

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/dupcheck/report/page"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// Verdict says in a word how a change of a deployer looks to a reviewer.
type Verdict uint8

// The verdicts.
const (
	Safe         Verdict = iota // it loses nothing, and there is nothing to look at
	Meant                       // its errors are allowed
	Review                      // it has warnings, or loses objects without state
	Undetermined                // its objects are not known
	Failing                     // it has errors
)

// verdicts say how the reports show each verdict: a word, a picture in Markdown, a colour on
// a terminal and a level on a page.
var verdicts = [...]struct {
	word, sign string
	colour     colour
	level      page.Level
}{
	Safe:         {"safe", ":white_check_mark:", green, page.Good},
	Meant:        {"allowed", ":white_check_mark:", yellow, page.Note},
	Review:       {"review", ":warning:", yellow, page.Warn},
	Undetermined: {"not known", ":question:", red, page.Bad},
	Failing:      {"fails", ":x:", red, page.Bad},
}

// String returns the verdict as the reports have it.
func (v Verdict) String() string { return verdicts[v].word }

// MarshalText writes the verdict as String does.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Verdict returns the verdict of one change.
func (c Change) Verdict() Verdict {
	switch s := worst(c); {
	case s == dupcheck.Error && (!c.Unknown || c.Lost() > 0):
		return Failing
	case c.Allowed != nil:
		return Meant
	case c.Unknown || c.Unresolved != "":
		return Undetermined
	case s == dupcheck.Warning || c.Lost() > 0:
		return Review
	}
	return Safe
}

// Lost returns how many objects would be deleted for certain.
func (c Change) Lost() int { return len(filter(c.Removed, RemovedObject.deleted)) }

// StateLost returns how many of the lost objects hold state.
func (c Change) StateLost() int {
	return len(filter(c.Removed, func(r RemovedObject) bool { return r.deleted() && r.State != "" }))
}

// name returns the deployer and its instance in a few words.
func (c Change) name() string {
	name := deploy.ShortName(c.Deployer)
	if c.Instance != "" {
		name += " of " + c.Instance
	}
	return name
}

// mostRows is how many deployers the table of a report has.
const mostRows = 50

// columns are the heads of the table.
var columns = [...]string{"deployer", "before", "after", "lost", "state lost", "verdict"}

// row is a line of the table, in the order of the columns.
type row struct {
	cells   [len(columns)]string
	verdict Verdict
}

// row returns the line of one change. An unknown number is a question mark, and a number
// that may be higher has a plus.
func (c Change) row() row {
	number, lost := strconv.Itoa, strconv.Itoa
	if c.Unresolved != "" {
		number = func(int) string { return "?" }
	}
	if c.Unresolved != "" || c.Unknown {
		lost = func(n int) string {
			if n == 0 {
				return "?"
			}
			return strconv.Itoa(n) + "+"
		}
	}
	v := c.Verdict()
	return row{[...]string{c.name(), number(c.Before), number(c.After), lost(c.Lost()), lost(c.StateLost()), v.String()}, v}
}

// quiet reports whether a change needs no details.
func (c Change) quiet() bool { return c.Verdict() == Safe && len(c.Removed) == 0 }

// rows returns the lines of the table, and a line for those that lose nothing, or "".
func (i Impact) rows() (rows []row, rest string) {
	var quiet []string
	left := map[Verdict]int{}
	more := 0
	for _, c := range i.Deployers {
		switch {
		case c.quiet():
			quiet = append(quiet, c.name())
		case len(rows) < mostRows:
			rows = append(rows, c.row())
		default:
			more++
			left[c.Verdict()]++
		}
	}
	var lines []string
	if more > 0 {
		var counts []string
		for v := Failing + 1; v > Safe; v-- {
			if n := left[v-1]; n > 0 {
				counts = append(counts, fmt.Sprintf("%d %s", n, v-1))
			}
		}
		lines = append(lines, fmt.Sprintf("and %s: %s; the JSON report has them", report.Count(more, "more deployer"), strings.Join(counts, ", ")))
	}
	if len(quiet) > 0 {
		lines = append(lines, report.Count(len(quiet), "deployer changes and loses nothing", "deployers change and lose nothing")+": "+report.Few(quiet, 3))
	}
	return rows, strings.Join(lines, "; ")
}

// detail are changes that differ only in names and places: the first of them, and the
// names of the others.
type detail struct {
	Change
	view   view
	others []string
}

// Same is a line about the others, or "".
func (d *detail) Same() string {
	if len(d.others) == 0 {
		return ""
	}
	return fmt.Sprintf("the same for %d more: %s", len(d.others), report.Few(d.others, 3))
}

// Details returns the details of the changes, in their order.
func (v view) Details() (all []*detail) {
	at := map[string]*detail{}
	for _, c := range v.Deployers {
		if c.quiet() && len(c.Findings) == 0 {
			continue
		}
		shape := c.shape()
		if first := at[shape]; first != nil {
			first.others = append(first.others, c.name())
			continue
		}
		at[shape] = &detail{Change: c, view: v}
		all = append(all, at[shape])
	}
	return all
}

// shape is the common part of changes that differ only in names and places.
func (c Change) shape() string {
	out := newJSONChange(c)
	out.ID.Namespace, out.ID.Name, out.Instance, out.At, out.Fields = "", "", "", dupcheck.Position{}, nil
	out.Findings, out.Removed = list(append([]Finding(nil), c.Findings...)), list(append([]RemovedObject(nil), c.Removed...))
	for i := range out.Findings {
		out.Findings[i].At = dupcheck.Position{}
	}
	for i := range out.Removed {
		out.Removed[i].At = dupcheck.Position{}
	}
	text, err := json.Marshal(out)
	if err != nil {
		return c.name() // which is like no other
	}
	return strings.NewReplacer(deploy.ShortName(c.Deployer), "\x00", "--allow-prune "+deployerPath(c.Deployer), "\x00").Replace(string(text))
}

package report

import (
	"fmt"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report/page"
)

// findingView is a diagnostic as the page sees it.
type findingView struct {
	dupcheck.Diagnostic
	Anchor string
	Open   bool
}

// card is a declaration.
type card struct {
	N     int // from 1
	Role  string
	Where string
	About string
	dupcheck.Declaration
	Wins bool
}

// Title is the message with its set.
func (f findingView) Title() string { return headline(&f.Diagnostic) }

// Result says which declaration wins, and what that does.
func (f findingView) Result() string { return outcome(&f.Diagnostic) }

// Cards are the declarations, at most ten of them: the first ones and the last one, which
// the finding points at.
func (f findingView) Cards() (cards []card) {
	wins, known := f.Wins()
	for i, d := range f.Declarations {
		if i >= mostCards-1 && i < len(f.Declarations)-1 {
			continue
		}
		c := card{N: i + 1, Where: place(d.Position), About: detail(d.Position), Declaration: d, Wins: known && i == wins && len(f.Declarations) > 1 && !f.Identical}
		switch {
		case f.Several || len(f.Declarations) == 1:
		case i == len(f.Declarations)-1:
			c.Role = "here"
		default:
			c.Role = relation(&f.Diagnostic, i)
		}
		cards = append(cards, c)
	}
	return cards
}

// More says how many declarations have no room.
func (f findingView) More() string {
	return page.More(len(f.Declarations)-mostCards, "declarations", "json")
}

// Fields are the differing fields, each with the values of the first declarations if the
// report has them. Those of a Secret are never shown.
func (f findingView) Fields() (all []dupcheck.Difference) {
	for _, name := range f.Differs {
		all = append(all, dupcheck.Difference{Path: name})
	}
	if len(f.Values) > 0 && !isSecretive(&f.Diagnostic) {
		all = nil
		for _, v := range f.Values {
			all = append(all, dupcheck.Difference{Path: v.Path, Values: v.Values[:min(mostValues, len(v.Values))]})
		}
	}
	return all
}

// Columns are the numbers of the declarations whose values are shown.
func (f findingView) Columns() (all []int) {
	for _, field := range f.Fields() {
		for len(all) < len(field.Values) {
			all = append(all, len(all)+1)
		}
	}
	return all
}

// MoreFields says how many differing fields the report does not name.
func (f findingView) MoreFields() string {
	switch {
	case f.DiffersMore == 0:
		return ""
	case len(f.Differs) == 0:
		return Count(f.DiffersMore, "field differs", "fields differ")
	}
	return fmt.Sprintf("and %s", Count(f.DiffersMore, "more field", "more fields"))
}

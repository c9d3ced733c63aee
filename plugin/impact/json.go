package impact

import (
	"io"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// The JSON form of an impact is a contract: fields may be added, none is
// renamed. Arrays are never null.
type (
	jsonImpact struct {
		Version   int           `json:"version"`
		Headline  string        `json:"headline"`
		Fails     bool          `json:"fails"`
		Removed   *int          `json:"removedFromGit"`
		Compared  int           `json:"compared"`
		Deployers []jsonChange  `json:"deployers"`
		Findings  []jsonFinding `json:"findings"`
		Used      []Allowance   `json:"allowancesUsed"`
		Unused    []Allowance   `json:"allowancesUnused"`
		NotMerged string        `json:"notMerged,omitempty"`
	}
	jsonPlace struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Column int    `json:"column"`
	}
	jsonChange struct {
		ID         dupcheck.ID    `json:"id"`
		Instance   string         `json:"instance"`
		At         jsonPlace      `json:"at"`
		Change     string         `json:"change"`
		Before     int            `json:"before"`
		After      int            `json:"after"`
		Unresolved string         `json:"unresolved,omitempty"`
		AllowedBy  string         `json:"allowedBy,omitempty"`
		Counts     map[string]int `json:"counts"`
		Fields     []jsonField    `json:"fields"`
		Findings   []jsonFinding  `json:"findings"`
		Removed    []jsonRemoved  `json:"removed"`
	}
	jsonField struct {
		Path   string    `json:"path"`
		Before string    `json:"before"`
		After  string    `json:"after"`
		At     jsonPlace `json:"at"`
	}
	jsonFinding struct {
		Rule     string    `json:"rule"`
		Severity string    `json:"severity"`
		Message  string    `json:"message"`
		Advice   string    `json:"advice,omitempty"`
		At       jsonPlace `json:"at"`
	}
	jsonRemoved struct {
		ID      dupcheck.ID `json:"id"`
		Outcome string      `json:"outcome"`
		State   string      `json:"state,omitempty"`
		Note    string      `json:"note,omitempty"`
		At      jsonPlace   `json:"at"`
	}
)

func writeJSON(w io.Writer, i Impact) error {
	out := jsonImpact{
		Version: 1, Headline: i.Headline(), Fails: i.Fails(), Compared: i.Compared, NotMerged: i.Hidden,
		Deployers: each(i.Deployers, newJSONChange), Findings: each(i.general(), newJSONFinding),
		Used: each(i.Used, same), Unused: each(i.Unused, same),
	}
	if i.Git.Known {
		out.Removed = &i.Git.Objects
	}
	return report.Encode(w, out)
}

func newJSONChange(c Change) jsonChange {
	out := jsonChange{
		ID: c.Deployer, Instance: c.Instance, At: newJSONPlace(c.At),
		Change: [...]string{"changed", "gone", "stays"}[c.Kind],
		Before: c.Before, After: c.After, Unresolved: c.Unresolved, Counts: map[string]int{},
		Fields: each(c.Fields, newJSONField), Findings: each(c.Findings, newJSONFinding), Removed: each(c.Removed, newJSONRemoved),
	}
	if c.Allowed != nil {
		out.AllowedBy = c.Allowed.From
	}
	for _, l := range c.Removed {
		out.Counts[l.Outcome.String()]++
	}
	return out
}

func newJSONPlace(p dupcheck.Position) jsonPlace { return jsonPlace{p.File, p.Line, p.Column} }

func newJSONField(f FieldChange) jsonField {
	return jsonField{f.Path, f.Before, f.After, newJSONPlace(f.At)}
}

func newJSONFinding(f Finding) jsonFinding {
	return jsonFinding{string(f.Rule), f.Severity.String(), f.Message, f.Advice, newJSONPlace(f.At)}
}

func newJSONRemoved(l RemovedObject) jsonRemoved {
	return jsonRemoved{l.ID, l.Outcome.String(), l.State, l.Note, newJSONPlace(l.At)}
}

func same(a Allowance) Allowance { return a }

// each is a list of other values, and never null.
func each[A, B any](all []A, f func(A) B) []B {
	out := make([]B, 0, len(all))
	for _, a := range all {
		out = append(out, f(a))
	}
	return out
}

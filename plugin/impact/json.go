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
		Version    int          `json:"version"`
		Headline   string       `json:"headline"`
		Fails      bool         `json:"fails"`
		Removed    *int         `json:"removedFromGit"`
		Compared   int          `json:"compared"`
		Deployers  []jsonChange `json:"deployers"`
		Findings   []Finding    `json:"findings"`
		Used       []Allowance  `json:"allowancesUsed"`
		Unused     []Allowance  `json:"allowancesUnused"`
		NotMerged  string       `json:"notMerged,omitempty"`
		Resolved   int          `json:"resolved"`
		Unresolved int          `json:"unresolved"`
		Changed    int          `json:"unresolvedChanged"`
		// Permitted are not known, and need not be.
		Permitted []dupcheck.Allowed `json:"allowed"`
		Ignored   int                `json:"ignored"`

		Acknowledgements []Acknowledgement `json:"acknowledgements"`
	}
	jsonChange struct {
		ID         dupcheck.ID       `json:"id"`
		Instance   string            `json:"instance"`
		At         dupcheck.Position `json:"at"`
		Change     string            `json:"change"`
		Before     int               `json:"before"`
		After      int               `json:"after"`
		Lost       int               `json:"lost"`
		StateLost  int               `json:"stateLost"`
		Verdict    Verdict           `json:"verdict"`
		Unresolved string            `json:"unresolved,omitempty"`
		AllowedBy  string            `json:"allowedBy,omitempty"`
		Retarget   string            `json:"retargetFrom,omitempty"`
		Counts     map[string]int    `json:"counts"`
		Fields     []FieldChange     `json:"fields"`
		Findings   []Finding         `json:"findings"`
		Removed    []RemovedObject   `json:"removed"`
	}
)

func writeJSON(w io.Writer, i Impact) error {
	out := jsonImpact{
		Version: 1, Headline: i.Headline(), Fails: i.Fails(), Compared: i.Compared, NotMerged: i.Hidden, Resolved: i.Resolved, Unresolved: i.Unresolved, Changed: i.UnresolvedChanged,
		Deployers: []jsonChange{}, Findings: list(i.general()), Used: list(i.Used), Unused: list(i.Unused), Permitted: list(i.NotKnown), Ignored: i.Ignored,
		Acknowledgements: list(i.Acknowledgements),
	}
	for _, c := range i.Deployers {
		out.Deployers = append(out.Deployers, newJSONChange(c))
	}
	if i.Git.Known {
		out.Removed = &i.Git.Objects
	}
	return report.Encode(w, out)
}

func newJSONChange(c Change) jsonChange {
	out := jsonChange{
		ID: c.Deployer, Instance: c.Instance, At: c.At,
		Change: [...]string{"changed", "gone", "stays"}[c.Kind],
		Before: c.Before, After: c.After, Lost: c.Lost(), StateLost: c.StateLost(), Verdict: c.Verdict(), Unresolved: c.Unresolved, Retarget: c.RetargetFrom, Counts: map[string]int{},
		Fields: list(c.Fields), Findings: list(c.Findings), Removed: list(c.Removed),
	}
	if c.Allowed != nil {
		out.AllowedBy = c.Allowed.From
	}
	for _, r := range c.Removed {
		out.Counts[r.Outcome.String()]++
	}
	return out
}

// list is the same list, and never null.
func list[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

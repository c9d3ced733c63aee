package vendored

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// Needed is one need, in the form of "kuniq vendor -o json".
type Needed struct {
	Need
	// Requests are its origins.
	Requests []NeededBy `json:"neededBy"`
	// Place is its place in a vendor directory.
	Place string `json:"place"`
	// Vendored is the content that meets it, or nil.
	Vendored *Entry `json:"vendored"`
	// Problem says why existing content is not used.
	Problem string `json:"problem,omitempty"`
	// ByHand says why the script does not fetch it, so that a person has to.
	ByHand string `json:"byHand,omitempty"`
}

// NeededBy is an origin of a need.
type NeededBy struct {
	File string `json:"file"`
	Line int    `json:"line,omitempty"`
	By   string `json:"by"`
}

// Needs groups requests by their need. They have to be sorted so that equal needs are side
// by side, as Dir.Requests are.
func Needs(requests []Request) []Needed {
	out := []Needed{} // in JSON an empty list
	for _, r := range requests {
		if len(out) == 0 || !out[len(out)-1].Same(r.Need) {
			out = append(out, Needed{Need: r.Need, Place: r.Place(), Requests: []NeededBy{}})
			out[len(out)-1].URL = checkout.WithoutPassword(r.URL)
		}
		last := &out[len(out)-1]
		last.Requests = append(last.Requests, NeededBy{dupcheck.UTF8(r.At.File), r.At.Line, dupcheck.UTF8(cmp.Or(r.By, r.Target))})
	}
	return out
}

// Look looks up the needs in the directory, and returns the number of needs without content.
func (d *Dir) Look(needs []Needed) (missing int) {
	for i := range needs {
		found, err := d.Find(Request{Need: needs[i].Need})
		switch {
		case err == nil:
			needs[i].Vendored = &found.Entry
		case checkout.CodeOf(err) == checkout.Mismatch:
			needs[i].Problem = err.Error()
		default:
			missing++
			if _, err := commands(needs[i].Need); err != nil {
				needs[i].ByHand = err.Error()
			}
		}
	}
	return missing
}

// What returns the name of the content that meets the need: a version, a commit or a digest.
func (e Entry) What() string {
	if e.Resolved == "" {
		return "sha256:" + e.SHA256
	}
	return e.Resolved
}

// Text describes the need in lines, one for each file with it.
func (n Needed) Text() string {
	var out strings.Builder
	state := "not vendored"
	switch {
	case n.Problem != "":
		state = "not used: " + n.Problem
	case n.Vendored != nil:
		state = "vendored " + dupcheck.Quote(n.Vendored.What()) + ", fetched " + dupcheck.Quote(n.Vendored.Fetched)
	}
	fmt.Fprintf(&out, "%s: %s\n", n.Need, state)
	if n.ByHand != "" {
		fmt.Fprintf(&out, "  not in the script: %s\n", dupcheck.Quote(n.ByHand))
	}
	for _, r := range slices.Compact(n.Requests) {
		fmt.Fprintf(&out, "  %s", dupcheck.Quote(r.File))
		if r.By != "" && r.By != r.File {
			fmt.Fprintf(&out, " (%s)", dupcheck.Quote(r.By))
		}
		out.WriteString("\n")
	}
	return out.String()
}

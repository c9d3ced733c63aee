package jsonnethook

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// FindingsError is the error of a check with findings.
type FindingsError struct {
	// Report is all that was found, warnings included.
	Report dupcheck.Report
}

// mostNamed is how many findings an error spells out.
const mostNamed = 20

// Error returns one line for each error and each object that could not be understood, at
// most 20 of them, with all of their places. No string from the input can break a line or
// reach a terminal unquoted.
func (e *FindingsError) Error() string {
	r := dupcheck.Report{Unread: e.Report.Unread}
	for _, d := range e.Report.Diagnostics {
		if d.Severity == dupcheck.Error {
			r.Diagnostics = append(r.Diagnostics, d)
		}
	}
	more := len(r.Diagnostics) + len(r.Unread)
	r.Diagnostics = r.Diagnostics[:min(mostNamed, len(r.Diagnostics))]
	r.Unread = r.Unread[:min(mostNamed-len(r.Diagnostics), len(r.Unread))]
	more -= len(r.Diagnostics) + len(r.Unread)
	var b strings.Builder
	if err := report.Oneline(&b, r, report.Options{}); err != nil {
		return err.Error() // a strings.Builder has none
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	lines = slices.Delete(lines, len(lines)-1, len(lines)) // the summary
	if more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// Err returns an error of type [*FindingsError] if the report has a diagnostic
// that counts as an error, or an object that could not be understood, and else
// nil. A report without any objects is no error.
func Err(r dupcheck.Report) error {
	if r.Count(dupcheck.Error) == 0 && len(r.Unread) == 0 {
		return nil
	}
	return &FindingsError{r}
}

// Err returns Err of the report.
func (c *Collector) Err() error { return Err(c.Report()) }

// Check reports whether all objects in the value of one program are declared
// once. source names the program, tree is as for [Collector.Add]. The error is
// a [*LeafError] or a [*FindingsError], or nil; warnings are no errors, and
// only a Collector shows them without one. Rules are as in a [Collector]: nothing but
// duplicates is reported unless Rules.Severity names another rule. It is also an
// error if they name a rule that does not exist.
func Check(rules dupcheck.Rules, source string, tree any) error {
	if err := rules.Validate(); err != nil {
		return err
	}
	c := Collector{Rules: rules}
	if err := c.Add(source, tree); err != nil {
		return err
	}
	return c.Err()
}

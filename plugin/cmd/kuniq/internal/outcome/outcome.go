// Package outcome prints the outcome of a split for people.
package outcome

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/split"
)

// Split is a plan, and the result of writing it into a directory, or of a dry run.
type Split struct {
	Plan   split.Plan
	Result split.Result
	Dir    string
	DryRun bool
}

// Text prints refusals and notes with their places, then one line that sums up.
func (o Split) Text(w io.Writer) {
	printf := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	o.Refusals(w)
	for _, n := range o.Plan.Notes {
		printf("%s: note: %s", At(n.At), dupcheck.Quote(n.Text))
	}
	if n := len(o.Plan.Refusals); n > 0 {
		Refused(w, n)
		return
	}
	o.Changes(w)
	for _, name := range o.Result.Kept {
		printf("%s: note: written by an earlier run and changed since, so it stays", o.Path(name))
	}
	printf("%s", o.Summary())
}

// Refusals prints the reasons why nothing was written.
func (o Split) Refusals(w io.Writer) {
	for _, r := range o.Plan.Refusals {
		fmt.Fprintf(w, "%s: refused: %s\n", At(r.At), dupcheck.Quote(r.Reason))
	}
}

// Refused prints the last line after refusals.
func Refused(w io.Writer, n int) {
	fmt.Fprintf(w, "refused for %s; nothing was written\n", report.Count(n, "reason"))
}

// Changes prints the files that would be written and removed, if nothing was.
func (o Split) Changes(w io.Writer) {
	if !o.DryRun {
		return
	}
	for _, name := range o.Result.Written {
		fmt.Fprintf(w, "write %s\n", o.Path(name))
	}
	for _, name := range o.Result.Pruned {
		fmt.Fprintf(w, "remove %s\n", o.Path(name))
	}
}

// Path returns the path of a file of the directory, from the working directory.
func (o Split) Path(name string) string {
	return dupcheck.Quote(filepath.ToSlash(filepath.Join(o.Dir, filepath.FromSlash(name))))
}

// Summary returns one line about all files.
func (o Split) Summary() string {
	verb, removed := "written", "removed"
	if o.DryRun {
		verb, removed = "to write", "to remove"
	}
	s := fmt.Sprintf("%s in %s: %d %s", report.Count(len(o.Plan.Files), "file"), dupcheck.Quote(o.Dir), len(o.Result.Written), verb)
	if n := len(o.Result.Unchanged); n > 0 {
		s += fmt.Sprintf(", %d unchanged", n)
	}
	if n := len(o.Result.Pruned); n > 0 {
		s += fmt.Sprintf(", %d %s", n, removed)
	}
	if n := len(o.Result.Stale); n > 0 {
		s += fmt.Sprintf("; %d of an earlier run no longer in the input (--prune removes them)", n)
	}
	if o.Result.Undone {
		s += "; an earlier run that was interrupted was undone first"
	}
	return s
}

// At returns a position, or the output if there is no file.
func At(p dupcheck.Position) string { return cmp.Or(report.At(p), "output") }

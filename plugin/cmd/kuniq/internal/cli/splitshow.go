package cli

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// show prints what happened and turns it into an exit code.
func (f *splitFlags) show(c Command, o splitOutcome) error {
	err := f.report.outputs.write(c.Stdout, func(w io.Writer, format string) error {
		if format == "json" {
			return o.plan.WriteJSON(w, o.dir, o.result)
		}
		return o.text(w, c.Stderr)
	})
	if err != nil {
		return failf("writing the report: %w", err)
	}
	switch {
	case len(o.plan.Report.Unread) > 0:
		return failf("not everything could be read; nothing was written")
	case len(o.plan.Refusals) > 0:
		return &exitError{code: exitFindings}
	}
	return nil
}

// text prints refusals and notes with their places, then one line that sums
// up. Warnings of the check go to standard error.
func (o splitOutcome) text(w, stderr io.Writer) error {
	printf := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	o.printRefusals(w)
	if warnings := onlyWarnings(o.plan.Report); len(warnings.Diagnostics) > 0 {
		if err := report.Oneline(stderr, advisedReport(warnings), report.Options{Ways: ways}); err != nil {
			return err
		}
	}
	for _, n := range o.plan.Notes {
		printf("%s: note: %s", at(n.At), dupcheck.Quote(n.Text))
	}
	if n := len(o.plan.Refusals); n > 0 {
		printRefused(w, n)
		return nil
	}
	o.printChanges(w)
	for _, name := range o.result.Kept {
		printf("%s: note: written by an earlier run and changed since, so it stays", o.path(name))
	}
	printf("%s", o.summary())
	return nil
}

func (o splitOutcome) printRefusals(w io.Writer) {
	for _, r := range o.plan.Refusals {
		fmt.Fprintf(w, "%s: refused: %s\n", at(r.At), dupcheck.Quote(r.Reason))
	}
}

// printRefused prints the last line after refusals.
func printRefused(w io.Writer, n int) {
	fmt.Fprintf(w, "refused for %s; nothing was written\n", report.Count(n, "reason"))
}

// printChanges prints what would be written and removed, if nothing was.
func (o splitOutcome) printChanges(w io.Writer) {
	if !o.dryRun {
		return
	}
	for _, name := range o.result.Written {
		fmt.Fprintf(w, "write %s\n", o.path(name))
	}
	for _, name := range o.result.Pruned {
		fmt.Fprintf(w, "remove %s\n", o.path(name))
	}
}

func (o splitOutcome) path(name string) string {
	return dupcheck.Quote(filepath.ToSlash(filepath.Join(o.dir, filepath.FromSlash(name))))
}

func (o splitOutcome) summary() string {
	verb, removed := "written", "removed"
	if o.dryRun {
		verb, removed = "to write", "to remove"
	}
	s := fmt.Sprintf("%s in %s: %d %s", report.Count(len(o.plan.Files), "file"), dupcheck.Quote(o.dir), len(o.result.Written), verb)
	if n := len(o.result.Unchanged); n > 0 {
		s += fmt.Sprintf(", %d unchanged", n)
	}
	if n := len(o.result.Pruned); n > 0 {
		s += fmt.Sprintf(", %d %s", n, removed)
	}
	if n := len(o.result.Stale); n > 0 {
		s += fmt.Sprintf("; %d of an earlier run no longer in the input (--prune removes them)", n)
	}
	if o.result.Completed {
		s += "; completed an earlier run that was interrupted"
	}
	return s
}

// onlyWarnings is a report less its errors, which are refusals already.
func onlyWarnings(r dupcheck.Report) dupcheck.Report {
	out := dupcheck.Report{Files: r.Files, Objects: r.Objects}
	for _, d := range r.Diagnostics {
		if d.Severity != dupcheck.Error {
			out.Diagnostics = append(out.Diagnostics, d)
		}
	}
	return out
}

func at(p dupcheck.Position) string { return cmp.Or(report.At(p), "output") }

package cli

import (
	"io"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/advice"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/outcome"
)

// show prints the result and turns it into an exit code.
func (f *splitFlags) show(c Command, o outcome.Split) error {
	err := f.report.outputs.write(c.Stdout, func(w io.Writer, format string) error {
		if format == "json" {
			return o.Plan.WriteJSON(w, o.Dir, o.Result)
		}
		o.Text(w)
		return nil
	})
	if warnings := onlyWarnings(o.Plan.Report); err == nil && f.report.outputs.String() != "json" && len(warnings.Diagnostics) > 0 {
		err = report.Oneline(c.Stderr, advice.Report(warnings), report.Options{Ways: advice.Ways})
	}
	if err != nil {
		return err
	}
	switch {
	case len(o.Plan.Report.Unread) > 0:
		return failf("not everything could be read; nothing was written")
	case len(o.Plan.Refusals) > 0:
		return &exitError{code: exitFindings}
	}
	return nil
}

// onlyWarnings returns a report without its errors, which are refusals already.
func onlyWarnings(r dupcheck.Report) dupcheck.Report {
	out := dupcheck.Report{Files: r.Files, Objects: r.Objects}
	for _, d := range r.Diagnostics {
		if d.Severity != dupcheck.Error {
			out.Diagnostics = append(out.Diagnostics, d)
		}
	}
	return out
}

package propose

import (
	"fmt"
	"io"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// WriteText prints the files, and before them the collisions that a person has to look at
// first. Errors are those of the writer.
func (p *Proposal) WriteText(w io.Writer, files []File) {
	if n := len(p.Deployers); n > 0 {
		fmt.Fprintf(w, "Look at this first: %s declared more than once. The last one wins, and the objects of the other are deleted.\n", report.Count(n, "deployer is", "deployers are"))
		for _, d := range p.Deployers {
			fmt.Fprintf(w, "  %s\n", report.Sentence(d.ID.String()))
			for _, at := range d.Places {
				fmt.Fprintf(w, "    in %s:%d\n", report.Sentence(at.File), at.Line)
			}
			fmt.Fprintf(w, "    -> %s\n", report.Sentence(d.Told))
		}
		fmt.Fprintln(w)
	}
	for _, file := range files {
		fmt.Fprintf(w, "--- %s\n", file.Name)
		if file.Name == BaselineFile {
			for _, a := range p.Baseline {
				fmt.Fprintf(w, "%s\n", report.Sentence(a.String()))
			}
		} else {
			fmt.Fprintf(w, "%s", file.Content)
		}
		fmt.Fprintln(w)
	}
}

// WriteText prints the command and its findings that fail. ways are those of report.Options.
func (ran Ran) WriteText(w io.Writer, ways map[dupcheck.Code]string) error {
	r := ran.Report
	r.Diagnostics = slices.DeleteFunc(slices.Clone(r.Diagnostics), func(d dupcheck.Diagnostic) bool { return d.Severity != dupcheck.Error })
	fmt.Fprintf(w, "%s\n", ran.Command)
	if ran.Names && len(r.Diagnostics) == 0 {
		fmt.Fprintln(w, "no two deployers have one name")
		if ran.Unresolved > 0 {
			fmt.Fprintf(w, "the objects of %s are not known, and not compared\n", report.Count(ran.Unresolved, "deployer"))
		}
		return nil
	}
	err := report.Text(w, r, report.Options{Ways: ways, Clean: "no error"})
	if n := ran.Report.Count(dupcheck.Warning); n > 0 && err == nil {
		fmt.Fprintf(w, "%s not shown\n", report.Count(n, "warning is", "warnings are"))
	}
	return err
}

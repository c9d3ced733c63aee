package propose

import (
	"fmt"
	"io"

	"github.com/kuniq/kuniq/dupcheck/report"
)

// WriteText prints the files, and before them the collisions that a person has to look at
// first. A failure to write is that of the writer.
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

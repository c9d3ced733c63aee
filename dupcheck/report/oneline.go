package report

import (
	"bufio"
	"io"

	"github.com/kuniq/kuniq/dupcheck"
)

// Oneline writes one line for each diagnostic and each unread entry, for grep
// and for editors, and a summary as the last line. Collisions of sibling
// directories are folded as by [Fold].
func Oneline(w io.Writer, r dupcheck.Report, o Options) error {
	r = explained(r, o.Ways)
	b := bufio.NewWriter(w)
	folded := fold(r)
	for i := range folded {
		d := &folded[i]
		where := ""
		if at, ok := primary(d); ok {
			where = place(at.Position) + ": "
		}
		_, _ = b.WriteString(where + severity(d).String() + ": " + oneLine(d) + " [" + show(string(d.Rule)) + "]\n") // Flush has the first error
	}
	for _, u := range r.Unread {
		_, _ = b.WriteString(unread(u) + "\n")
	}
	_, _ = b.WriteString(summary(r, o) + "\n")
	return b.Flush()
}

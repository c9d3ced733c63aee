package report

import (
	"io"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// Oneline writes one line for each diagnostic and each unread entry, for grep
// and for editors, and a summary as the last line. Collisions of sibling
// directories are folded as by [Fold].
func Oneline(w io.Writer, r dupcheck.Report, o Options) error {
	r = explained(r, o.Ways)
	var b strings.Builder
	for _, d := range fold(r) {
		if at, ok := primary(d); ok {
			b.WriteString(place(at.Position) + ": ")
		}
		b.WriteString(severity(d).String() + ": " + oneLine(d) + " [" + show(string(d.Rule)) + "]\n")
	}
	for _, u := range r.Unread {
		b.WriteString(unread(u) + "\n")
	}
	b.WriteString(summary(r, o) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

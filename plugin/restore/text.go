package restore

import (
	"fmt"
	"io"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// WriteText writes the comparison in words: the missing objects in the order of their
// restoration, those that cannot be restored, and a last line of totals. The error is that
// of the writer.
func (c Comparison) WriteText(w io.Writer) error {
	var b strings.Builder
	phase, inGit, onHold := Phase(-1), 0, 0
	for _, m := range c.Missing {
		if m.Phase != phase {
			phase = m.Phase
			fmt.Fprintf(&b, "%d. %s\n", int(phase)+1, phase)
		}
		from := "dump"
		if m.Git {
			from = "git "
			inGit++
		}
		line := fmt.Sprintf("%s  %s  (%s)", from, m.ID, report.At(m.At))
		if m.Terminating {
			line += "; still being deleted"
		}
		if m.Hold != "" {
			onHold++
			line += "; HOLD: " + m.Hold
		}
		b.WriteString("   " + report.Sentence(line) + "\n")
	}
	if len(c.Unrecoverable) > 0 {
		b.WriteString("unrecoverable: not in git, not in the dump and not in the cluster\n")
	}
	for _, u := range c.Unrecoverable {
		line := fmt.Sprintf("%s, which %s needs", u.ID, u.By)
		if u.CreatedBy != (dupcheck.ID{}) {
			line += "; it is created from " + u.CreatedBy.String()
		}
		b.WriteString("   " + report.Sentence(line) + "\n")
	}
	fmt.Fprintf(&b, "%d missing: %d in git, %d only in the dump; %d on hold; %d unrecoverable\n",
		len(c.Missing), inGit, len(c.Missing)-inGit, onHold, len(c.Unrecoverable))
	_, err := io.WriteString(w, b.String())
	return err
}

// Summary returns the number of claims, and the number in each state.
func (r Restoration) Summary() string {
	var parts []string
	for _, s := range []struct {
		state State
		text  string
	}{
		{Bound, "bound already, on the same disk"},
		{Waiting, "not bound yet"},
		{Reserved, "with a volume that waits for it"},
		{Released, "with a volume to release"},
		{Gone, "with a volume to create"},
		{Refused, "refused"},
	} {
		if n := r.Count(s.state); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s.text))
		}
	}
	return report.Count(len(r.Bindings), "claim") + ": " + strings.Join(parts, ", ")
}

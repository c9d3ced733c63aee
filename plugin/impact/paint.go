package impact

import (
	"bytes"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// colour is the code of one of a terminal.
type colour string

const (
	bold   colour = "1"
	red    colour = "31"
	green  colour = "32"
	yellow colour = "33"
)

// paint adds a colour to safe text, if colours are on.
func (v view) paint(c colour, s string) string {
	if !v.options.Color || s == "" {
		return s
	}
	return "\x1b[" + string(c) + "m" + s + "\x1b[0m"
}

// Verdict is the first line.
func (v view) Verdict() string {
	c := green
	switch {
	case v.Fails():
		c = red
	case strings.TrimSpace(v.Headline()) != "no object would be deleted":
		c = yellow
	}
	return v.paint(bold+";"+c, report.Sentence(v.Headline()))
}

// Bold is a line that begins something.
func (v view) Bold(s string) string { return v.paint(bold, report.Sentence(s)) }

// Level is the severity of a finding.
func (v view) Level(s dupcheck.Severity) string {
	switch s {
	case dupcheck.Error:
		return v.paint(red, s.String())
	case dupcheck.Warning:
		return v.paint(yellow, s.String())
	}
	return s.String()
}

// Lost is a line about removed objects: red if they are deleted, and else yellow.
func (v view) Lost(g *group, s string) string {
	if g.outcome <= Pruned {
		return v.paint(red, report.Sentence(s))
	}
	return v.paint(yellow, report.Sentence(s))
}

// Table is the table of the text report, with a line about the rest.
func (v view) Table() string {
	rows, rest := v.rows()
	var b bytes.Buffer
	if len(rows) > 0 {
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		writeCells(w, columns[:])
		for _, r := range rows {
			writeCells(w, r.cells[:])
		}
		_ = w.Flush() // a buffer takes everything
	}
	lines := strings.SplitAfter(b.String(), "\n")
	for i, r := range rows { // colours have no width, which a tabwriter does not know
		lines[i+1] = v.paint(verdicts[r.verdict].colour, strings.TrimSuffix(lines[i+1], "\n")) + "\n"
	}
	if rest != "" {
		lines = append(lines, report.Sentence(rest)+"\n")
	}
	if len(rows) > 0 || rest != "" {
		return "\n" + strings.Join(lines, "")
	}
	return ""
}

func writeCells(w *tabwriter.Writer, cells []string) {
	for i, s := range cells {
		end := "\t"
		if i == len(cells)-1 {
			end = "\n"
		}
		_, _ = io.WriteString(w, report.Sentence(s)+end) // a buffer takes everything
	}
}

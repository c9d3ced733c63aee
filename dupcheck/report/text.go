package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// otherPlaces is how many places beside the primary one are shown in full.
const otherPlaces = 9

// Text writes the report for people: every diagnostic with its places, what
// wins and what to do, then what could not be read, and a summary as the last
// line. Collisions of sibling directories are folded as by [Fold]. Parts that could not
// be read are grouped by [Causes], of each the first ones with what to do.
func Text(w io.Writer, r dupcheck.Report, o Options) error {
	r = explained(r, nil)
	p := printer{paint: painter{o.Color}, source: o.Source}
	for _, d := range fold(r) {
		p.diagnostic(d)
		p.line("")
	}
	p.unreadParts(r.Unread, o.Ways)
	p.allowed(r.Allowed)
	if o.Files {
		p.states(r.States)
	}
	p.line(summary(r, o))
	_, err := io.WriteString(w, p.String())
	return err
}

// states lists what became of every file.
func (p *printer) states(all []dupcheck.FileState) {
	for _, s := range all {
		line := fmt.Sprintf("%-14s %s", s.State, place(dupcheck.Position{File: s.File}))
		if s.Target != "" {
			line += " (" + show(s.Target) + ")"
		}
		if s.Reason != "" {
			line += ": " + show(s.Reason)
		}
		p.line(line)
	}
	p.line("")
}

// printer collects the lines of the text format.
type printer struct {
	strings.Builder
	paint  painter
	source func(file string, line int) (string, bool)
}

func (p *printer) line(s string) {
	p.WriteString(s)
	p.WriteByte('\n')
}

// diagnostic prints one record.
func (p *printer) diagnostic(d dupcheck.Diagnostic) {
	shown := p.shownPlaces(d)
	if at, ok := primary(d); ok {
		p.WriteString(p.paint.place(place(at.Position)) + ": ")
	}
	p.line(p.paint.wrap(levelOf(severity(d)).color, severity(d).String()+":") + " " + headline(d) + " [" + show(string(d.Rule)) + "]")
	p.values(d.Values)
	p.snippet(shown, len(others(d)))
	for i, o := range others(d) {
		if i == otherPlaces {
			p.note(fmt.Sprintf("and %d more", len(d.Declarations)-1-otherPlaces))
			break
		}
		p.WriteString(p.paint.place(place(o.Position)) + ": ")
		p.note(relation(d, i) + " here" + detail(o.Position))
		p.snippet(shown, i)
	}
	if s := outcome(d); s != "" {
		p.note(s)
	}
	if d.Advice != "" {
		p.line(p.paint.note("help:") + " " + Sentence(d.Advice))
	}
}

func (p *printer) note(s string) {
	p.line(p.paint.note("note:") + " " + s)
}

// values prints the values that differ, one line for each field.
func (p *printer) values(all []dupcheck.Difference) {
	for _, v := range all {
		parts := make([]string, len(v.Values))
		for i, s := range v.Values {
			parts[i] = "(absent)"
			if s != "" {
				parts[i] = show(s)
			}
		}
		p.line("  " + lead(v.Path) + ": " + strings.Join(parts, " | "))
	}
}

// shownPlaces returns the snippets of the places that are printed, by their
// index.
func (p *printer) shownPlaces(d dupcheck.Diagnostic) map[int]snippet {
	shown := map[int]snippet{}
	if isSecretive(d) {
		return shown
	}
	for i, o := range d.Declarations {
		if i >= otherPlaces && i < len(d.Declarations)-1 || d.Several && i > 0 {
			continue
		}
		if s, ok := snippetFor(o, p.source); ok {
			shown[i] = s
		}
	}
	return shown
}

// snippet prints one of the snippets of a diagnostic. The gutters of all of
// them are equally wide.
func (p *printer) snippet(shown map[int]snippet, i int) {
	s, ok := shown[i]
	if !ok {
		return
	}
	width := 0
	for _, other := range shown {
		width = max(width, len(strconv.Itoa(other.line)))
	}
	empty := p.paint.gutter(fmt.Sprintf("%*s |", width, ""))
	p.line(empty)
	p.line(p.paint.gutter(fmt.Sprintf("%*d |", width, s.line)) + " " + s.text)
	p.line(empty + " " + strings.Repeat(" ", s.caret) + p.paint.caret(strings.Repeat("^", s.width)))
}

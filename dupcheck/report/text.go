package report

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// otherPlaces is the number of places, besides the primary one, that are shown in full.
const otherPlaces = 9

// Text writes the report for people. The first line is the verdict. Every diagnostic follows
// with its places, the declaration that wins and advice (only the first time), and then the
// parts that could not be read. The last line counts. If there is nothing in between, it is
// the only line. Collisions of sibling directories become one. Parts that could not be read
// are grouped by [Causes], and the first ones of each cause are shown with advice.
func Text(w io.Writer, r dupcheck.Report, o Options) error {
	r = explained(r, nil)
	p := newPrinter(o)
	groups := groupsOf(r.Diagnostics)
	p.to, p.head = w, p.paint.wrap(verdictColor(r, groups), verdictOf(r, groups, o))+"\n\n"
	if folded := fold(r); o.Brief && len(folded) > mostInFull {
		p.brief(groups, chosen(groupsOf(folded)))
	} else {
		p.diagnostics(folded)
	}
	p.unreadParts(r.Unread, o.Ways)
	p.allowed(r.Allowed)
	if o.Files {
		p.states(r.States)
	}
	p.flush()
	if p.err == nil {
		_, p.err = io.WriteString(w, summary(r, o)+"\n")
	}
	return p.err
}

// verdictColor returns the colour of the worst level in a report.
func verdictColor(r dupcheck.Report, groups []group) string {
	if len(r.Unread) > 0 {
		return boldRed
	}
	if len(groups) > 0 {
		return levelOf(groups[0].severity).color
	}
	return bold
}

// Details returns the diagnostics and unread parts in the form of [Text], each diagnostic
// separately and with its advice.
func Details(r dupcheck.Report) string {
	p := newPrinter(Options{})
	for i := range r.Diagnostics {
		clear(p.said)
		p.diagnostic(&r.Diagnostics[i])
		p.line("")
	}
	p.unreadParts(explained(r, nil).Unread, nil)
	return p.String()
}

// states lists the states of all files.
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

// printer collects the lines of the text format. Make it with newPrinter.
type printer struct {
	bytes.Buffer
	to   io.Writer // that the lines go to when there are many, if any
	head string    // goes before the first of them
	err  error     // of to

	paint   painter
	options Options
	few     bool            // only the first lines about each finding
	said    map[string]bool // advice that stands above already
}

func newPrinter(o Options) *printer {
	return &printer{paint: painter{o.Color, o.Links}, options: o, said: map[string]bool{}}
}

func (p *printer) diagnostics(all []dupcheck.Diagnostic) {
	for i := range all {
		p.diagnostic(&all[i])
		p.line("")
		if p.Len() > enoughText {
			p.flush()
		}
	}
}

// enoughText is the number of bytes that are written at once.
const enoughText = 64 << 10

// flush writes the lines so far.
func (p *printer) flush() {
	if p.err == nil && p.Len() > 0 {
		_, p.err = io.WriteString(p.to, p.head+p.String())
	}
	p.head = ""
	p.Reset()
}

// places returns the number of places, besides the primary one, that are shown in full.
func (p *printer) places() int {
	if p.few {
		return 1
	}
	return otherPlaces
}

func (p *printer) line(s string) {
	p.WriteString(s)
	p.WriteByte('\n')
}

// diagnostic prints one record.
func (p *printer) diagnostic(d *dupcheck.Diagnostic) {
	shown := p.shownPlaces(d)
	if at, ok := primary(d); ok {
		p.WriteString(p.paint.place(place(at.Position)) + ": ")
	}
	p.line(p.paint.wrap(levelOf(severity(d)).color, severity(d).String()+":") + " " + headline(d) + " [" + p.paint.link(p.options.address(d.Rule), show(string(d.Rule))) + "]")
	if !p.few {
		p.values(d.Values)
	}
	p.snippet(shown, len(others(d)))
	for i, o := range others(d) {
		if i == p.places() {
			p.note(fmt.Sprintf("and %d more", len(d.Declarations)-1-i))
			break
		}
		p.WriteString(p.paint.place(place(o.Position)) + ": ")
		p.note(relation(d, i) + " here" + detail(o.Position))
		p.snippet(shown, i)
	}
	if s := outcome(d); s != "" {
		p.note(s)
	}
	p.help(d.Advice)
}

// help prints advice unless it was printed above already.
func (p *printer) help(advice string) {
	if advice != "" && !p.said[advice] {
		p.said[advice] = true
		p.line(p.paint.note("help:") + " " + Sentence(advice))
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
func (p *printer) shownPlaces(d *dupcheck.Diagnostic) map[int]snippet {
	shown := map[int]snippet{}
	if isSecretive(d) || p.few {
		return shown
	}
	for i, o := range d.Declarations {
		if i >= otherPlaces && i < len(d.Declarations)-1 || d.Several && i > 0 {
			continue
		}
		if s, ok := snippetFor(o, p.options.Source); ok {
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

package gojsonnet

import (
	"slices"
	"time"

	"github.com/kuniq/kuniq/dupcheck"
)

// mostLocated is how many declarations of a report get a line.
const mostLocated = 20

// Locate returns the report with the source lines of the declarations that collide, if it
// can find them. The line is that of the name of each object. If two objects share it
// because one function made both, the line is that of the innermost field on the way that
// they do not share. File then is the jsonnet file, which may be an imported one; Path
// stays.
//
// jsonnet's output says nothing about its source, so each declaration costs another
// evaluation, only of the way to its name. No file is read that the first evaluation has
// not read; native functions may be called again. At most 20 declarations of a report are
// located, and no further one once that has taken as long as the evaluation itself and a
// second more.
//
// Some declarations cannot be found, and keep source and path: fields that were evaluated
// for another reason before, those that ext-code, top-level arguments or native functions
// made, and programs that are functions only after a computation.
//
// The evaluations are those whose trees are in the report, each with a source of its own.
// The given report is not changed, and the order of the diagnostics stays.
func Locate(r dupcheck.Report, evaluations ...*Evaluation) dupcheck.Report {
	l := locator{left: mostLocated, until: time.Now().Add(time.Second), programs: map[string]*program{}, evaluations: evaluations}
	for _, e := range evaluations {
		l.until = l.until.Add(e.took)
	}
	r.Diagnostics = slices.Clone(r.Diagnostics)
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		if d.Rule == dupcheck.DuplicateObject || d.Rule == dupcheck.IdenticalObject {
			d.Declarations = slices.Clone(d.Declarations)
			l.diagnostic(d)
		}
	}
	return r
}

type locator struct {
	evaluations []*Evaluation
	programs    map[string]*program // by source
	left        int
	until       time.Time
}

func (l *locator) diagnostic(d *dupcheck.Diagnostic) {
	tracks := make([][]place, len(d.Declarations))
	for i, at := range d.Declarations {
		if at.Line == 0 && l.left > 0 && time.Now().Before(l.until) {
			tracks[i] = l.track(at.Position)
		}
	}
	for i, places := range tracks {
		if len(places) == 0 {
			continue
		}
		at := places[0]
		for _, p := range places {
			if !elsewhere(tracks, i, p) {
				at = p
				break
			}
		}
		p := &d.Declarations[i].Position
		p.File, p.Line, p.Column = at.file, at.line, at.column
	}
}

// elsewhere says whether a declaration other than i has the place, too.
func elsewhere(tracks [][]place, i int, p place) bool {
	for j, other := range tracks {
		if j != i && slices.Contains(other, p) {
			return true
		}
	}
	return false
}

// track finds the places that can be found. An error here is not about the program, which
// has been evaluated before.
func (l *locator) track(at dupcheck.Position) (places []place) {
	defer func() {
		if recover() != nil {
			places = nil // a node of a newer go-jsonnet
		}
	}()
	for _, e := range l.evaluations {
		if e.Source != at.File {
			continue
		}
		l.left--
		p, err := l.program(e)
		if err != nil {
			return nil
		}
		places, err := p.track(at.Path, l.until)
		if err != nil {
			return nil
		}
		return places
	}
	return nil
}

// program returns the annotated copy of a program, which is made only once.
func (l *locator) program(e *Evaluation) (*program, error) {
	if p := l.programs[e.Source]; p != nil {
		return p, nil
	}
	root, err := e.parse()
	if err != nil {
		return nil, err
	}
	p := newProgram(e.vm, root)
	l.programs[e.Source] = p
	return p, nil
}

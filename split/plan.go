package split

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/split/journal"
)

// Plan says which files there will be. It has touched no disk.
type Plan struct {
	// Files are sorted by name. No two of them have names that are equal
	// after case folding.
	Files []File
	// Refusals are all the reasons not to write. A plan that has any is not
	// written.
	Refusals []Refusal
	// Notes list what the files have besides bytes of the input in their place:
	// re-encoded, moved and left out parts.
	Notes []Note
	// Report is the result of checking the inputs. Its errors are among the Refusals.
	Report dupcheck.Report

	rules dupcheck.Rules // that the identities were found with
}

// File is one file of a plan.
type File struct {
	// Name is the path below the output directory, with slashes.
	Name string
	// ID is the object in it. It is the zero ID for an object without an identity and for
	// a document that is no object.
	ID dupcheck.ID
	// From is where the object is declared in the input.
	From dupcheck.Position
	// How says how the bytes came about.
	How How
	// Parts are the bytes, one after the other. Most of them are slices of
	// the input.
	Parts [][]byte

	asRead bool // the object was read from these very bytes
}

// Bytes returns the content of the file in one piece.
func (f File) Bytes() []byte {
	if len(f.Parts) == 1 {
		return f.Parts[0]
	}
	return bytes.Join(f.Parts, nil)
}

// Size returns the number of bytes of the content.
func (f File) Size() int {
	n := 0
	for _, p := range f.Parts {
		n += len(p)
	}
	return n
}

// How says how the bytes of a file came about.
type How uint8

const (
	// Sliced bytes are those of the input.
	Sliced How = iota
	// Dedented bytes are those of an item of a List, without the indentation.
	Dedented
	// Reencoded bytes come from an encoder, because no range of the input would have the
	// same value. Comments stay; the layout may change.
	Reencoded
)

// String returns "sliced", "dedented" or "re-encoded".
func (h How) String() string { return [...]string{"sliced", "dedented", "re-encoded"}[h] }

// Refusal is a reason not to write a plan.
type Refusal struct {
	// At is the place in the input, or in the output directory.
	At dupcheck.Position
	// Reason is one clause without a final stop.
	Reason string
	// Unnameable says that Options.Other decides about the document.
	Unnameable bool
}

// Note is something worth knowing about a plan that will be written.
type Note struct {
	// At is the place in the input.
	At dupcheck.Position
	// Text is one clause without a final stop.
	Text string
}

// plan names the pieces.
func (c *cutter) plan() Plan {
	var checking crash.Group
	var report dupcheck.Report
	checking.Go(func() { report = c.checker.Report() })
	c.identify()
	checking.Wait()
	report.Files = c.files
	report.Unread = append(c.unread, report.Unread...)
	report, _ = report.Without(c.options.Ignore)
	plan := Plan{Report: report, Notes: c.notes, Refusals: c.refusals, rules: c.options.Rules}
	found := errorsOf(report)
	plan.Refusals = append(plan.Refusals, found...)
	subjects := make([]*Subject, len(c.pieces))
	for i, p := range c.pieces {
		c.settle(p, &plan)
		subjects[i] = &p.subject
	}
	names, refusals := name(subjects, c.options.Layout, c.options.Extension)
	if len(found) == 0 { // a duplicate has one name, of course
		plan.Refusals = append(plan.Refusals, refusals...)
	}
	plan.Files = make([]File, 0, len(c.pieces))
	for _, i := range sorted(names) {
		p := c.pieces[i]
		plan.Files = append(plan.Files, File{
			Name: names[i], ID: known(subjects[i].ID), From: p.subject.At, How: p.how, Parts: p.parts(),
			asRead: p.asRead && len(p.head)+len(p.tail) == 0,
		})
	}
	slices.SortStableFunc(plan.Refusals, func(a, b Refusal) int { return comparePlaces(a.At, b.At) })
	slices.SortStableFunc(plan.Notes, func(a, b Note) int { return comparePlaces(a.At, b.At) })
	return plan
}

// sorted returns the numbers of names in the order of these.
func sorted(names []string) []int {
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(strings.Compare(names[a], names[b]), a-b) })
	return order
}

// identify gives the pieces the identities that the checker found.
func (c *cutter) identify() {
	ids := c.checker.IDs()
	for _, p := range c.pieces {
		if p.object < 0 {
			continue
		}
		p.subject.ID = ids[p.object]
		if p.subject.ID.Kind == "" {
			p.subject.ID.Namespace = p.subject.Namespace
		}
	}
}

// settle hashes a piece that has no other identity, and makes sure that moved
// comments changed nothing.
func (c *cutter) settle(p *piece, plan *Plan) {
	if p.subject.anonymous() {
		p.subject.Content = journal.DigestOf(p.parts())
	}
	if len(p.head) > 0 || len(p.tail) > 0 {
		if !sameValue(p) {
			plan.Refusals = append(plan.Refusals, Refusal{At: p.subject.At, Reason: "the comments around it cannot be kept without changing it; move them by hand"})
		}
	}
}

// known drops an ID that has no name.
func known(id dupcheck.ID) dupcheck.ID {
	if id.Name == "" {
		return dupcheck.ID{}
	}
	return id
}

// errorsOf turns the findings of the check into refusals.
func errorsOf(r dupcheck.Report) []Refusal {
	var out []Refusal
	for _, u := range r.Unread {
		out = append(out, Refusal{At: dupcheck.Position{File: u.File, Line: u.Line}, Reason: u.Reason})
	}
	for _, d := range r.Diagnostics {
		if d.Severity != dupcheck.Error {
			continue
		}
		at := d.Declarations[len(d.Declarations)-1].Position
		reason := d.Message
		if len(d.Declarations) > 1 {
			reason += "; the other is at " + d.Declarations[0].File + fmt.Sprintf(":%d", d.Declarations[0].Line)
		}
		out = append(out, Refusal{At: at, Reason: reason})
	}
	return out
}

func comparePlaces(a, b dupcheck.Position) int {
	return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

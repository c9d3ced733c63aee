package dupcheck

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Report is the result of a check.
type Report struct {
	// Files is the number of files that were read. The Checker does not know
	// it; the reader of the files sets it.
	Files int
	// Objects is the number of objects, with or without an identity.
	Objects int
	// Diagnostics are sorted by set and position. Their order and their content do not
	// depend on the order in which the objects were added, except for the order of the
	// declarations inside a diagnostic.
	Diagnostics []Diagnostic
	// Suppressed are the findings that do not count, because Without, Accept,
	// Touching or NotDeployedTogether has taken them from Diagnostics.
	Suppressed []Suppressed
	// Stale are the entries of a baseline that Accept did not find. If an entry was found
	// in part, Files are the files that it was not found in.
	Stale []Accepted
	// Unread is what could not be read; nothing is known about it, so a
	// report with unread entries must not count as clean.
	Unread []Unread
	// Allowed are parts that could not be read either, but that a person has allowed to
	// be unknown. Like Unread parts they are not known, but they do not count.
	Allowed []Allowed
	// Skipped are files that were left out, on purpose or because they are no manifests.
	Skipped []Skipped
	// Accounting counts all files that were met, by what became of them. The
	// Checker does not know it; the reader of the files sets it.
	Accounting Accounting
	// States are the states of single files: of all files, if the caller asked for them,
	// and otherwise of the files that were not read because they belong to a Target that
	// could not be rendered.
	States []FileState
	// Claims counts by target the files with manifests that are compared as the output of
	// that target.
	Claims map[string]int
	// LeftOut is how many files are left out, by reason.
	LeftOut map[string]int
}

// Count returns the number of diagnostics of one severity.
func (r Report) Count(s Severity) int {
	n := 0
	for i := range r.Diagnostics {
		if r.Diagnostics[i].Severity == s {
			n++
		}
	}
	return n
}

// Diagnostic is one finding about the input.
type Diagnostic struct {
	// Rule is the rule of the finding, and Severity its level.
	Rule     Rule
	Severity Severity
	// Set is the deployable set of the finding.
	Set string
	// ID is the object of the finding. It is the zero ID if there is none.
	ID ID
	// Message is one clause without a final stop. It says the same in
	// whatever order the declarations come.
	Message string
	// Identical says that the contents of all declarations are equal.
	Identical bool
	// Differs are the paths of the fields in which the contents differ, sorted, and ten
	// of them at most. DiffersMore counts the others.
	Differs     []string
	DiffersMore int
	// Values are the differing values, one entry for each path of Differs.
	// They are given only if Rules.ShowValues asks for them, and never for a
	// Secret.
	Values []Difference
	// LastWins says that applying the declarations in their order leaves the
	// content of the last one.
	LastWins bool
	// Declarations are all places, in the order in which they would be applied.
	Declarations []Declaration
	// Definitions are the CustomResourceDefinitions among the objects that decide the
	// scope of the kind, and so, with the Declarations, whether there is such a finding.
	// For NoName they are all those of the group. A built-in kind has none. They are
	// sorted.
	Definitions []Declaration
	// Several says that the diagnostic sums up findings about several objects of the kind
	// of ID, which then has no name. Each declaration is another object, and Message
	// names as many as a reader wants to see.
	Several bool
	// Effect is what happens if nothing is done, and Advice what to do. Each
	// is one sentence without a final stop; Effect may be empty.
	Effect, Advice string
	// Code is that of the reason, if the finding is about an unresolved part. Otherwise
	// it is empty.
	Code Code
}

// Difference is a field in which declarations differ.
type Difference struct {
	// Path is the field, as in Diagnostic.Differs.
	Path string `json:"path"`
	// Values has the field's value in each declaration, as JSON cut to 80
	// characters, or the empty string where the field is absent.
	Values []string `json:"values"`
}

// Wins returns the index of the declaration whose content stays when all are
// applied in order, and false if there is no such thing.
func (d Diagnostic) Wins() (int, bool) {
	return len(d.Declarations) - 1, d.LastWins && len(d.Declarations) > 0
}

// Unread is a part of the input that could not be read or understood. Readers also return
// it as an error.
type Unread struct {
	// File is the file as in Position.File, or a directory.
	File string `json:"file"`
	// Line is counted from 1, or 0 if the whole file is meant.
	Line int `json:"line"`
	// Reason says why, in words that hold nothing of the file's content.
	Reason string `json:"reason"`
	// Code classifies the reason, for programs. It may be empty.
	Code Code `json:"code,omitempty"`
}

// Code is a sort of reasons. Readers may have others than these.
type Code string

// The codes that are given here and by package manifest.
const (
	// Absent: the content is not in the checkout, such as that of a git LFS pointer or of
	// a submodule that is not checked out.
	Absent Code = "absent"
	// Template: it has to be rendered first.
	Template Code = "template"
	// Encrypted: the identity of an object is encrypted.
	Encrypted Code = "encrypted"
	// Invalid: it is not what its format asks for.
	Invalid Code = "invalid"
)

// Error returns the place and the reason in one line.
func (u *Unread) Error() string {
	if u.Line > 0 {
		return fmt.Sprintf("%s:%d: %s", Quote(u.File), u.Line, Quote(u.Reason))
	}
	return fmt.Sprintf("%s: %s", Quote(u.File), Quote(u.Reason))
}

// Allowed is a part of the input that could not be read, and that a person has allowed to
// be so.
type Allowed struct {
	// File, Line and Reason are those of an Unread.
	File   string `json:"file"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
	// Setting is the setting that allows it, and Because is the reason that the person
	// gave. Because is empty without a reason.
	Setting string `json:"setting"`
	Because string `json:"because"`
}

// Skipped is a file that was left out.
type Skipped struct {
	// File is the file or directory as in Position.File.
	File string `json:"file"`
	// Reason says why.
	Reason string `json:"reason"`
}

// sortDiagnostics sorts by fields that do not depend on the order of the input.
func sortDiagnostics(ds []Diagnostic) []Diagnostic {
	order, places := make([]int32, len(ds)), make([]*Position, len(ds))
	for i := range ds {
		order[i], places[i] = int32(i), firstPlace(&ds[i])
	}
	compare := func(i, k int32) int {
		a, b := &ds[i], &ds[k]
		c := cmp.Or(strings.Compare(a.Set, b.Set), comparePositions(places[i], places[k]))
		if c == 0 {
			c = cmp.Or(cmp.Compare(coreRules.index(a.Rule), coreRules.index(b.Rule)), a.ID.Compare(b.ID), strings.Compare(a.Message, b.Message))
		}
		if c == 0 {
			c = slices.CompareFunc(sorted(a.Declarations), sorted(b.Declarations), compareDeclarations)
		}
		return cmp.Or(c, cmp.Compare(i, k))
	}
	if slices.IsSortedFunc(order, compare) {
		return ds
	}
	slices.SortFunc(order, compare)
	out := make([]Diagnostic, len(ds))
	for i, k := range order {
		out[i] = ds[k]
	}
	return out
}

// sortUnread sorts the unread parts, and drops repetitions.
func sortUnread(r *Report) {
	slices.SortFunc(r.Unread, func(a, b Unread) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Reason, b.Reason))
	})
	r.Unread = slices.Compact(r.Unread)
}

// firstPlace returns the least position, whatever the declarations' order.
func firstPlace(d *Diagnostic) *Position {
	if len(d.Declarations) == 0 {
		return new(Position)
	}
	return &d.Declarations[leastOf(d.Declarations)].Position
}

// leastOf returns the index of the first of declarations by position.
func leastOf(all []Declaration) int {
	least := 0
	for i := range all {
		if comparePlaces(&all[i], &all[least]) < 0 {
			least = i
		}
	}
	return least
}

func sorted(all []Declaration) []Declaration {
	return slices.SortedFunc(slices.Values(all), compareDeclarations)
}

func compareDeclarations(a, b Declaration) int { return comparePlaces(&a, &b) }

// comparePlaces is compareDeclarations without copies.
func comparePlaces(a, b *Declaration) int {
	if c := comparePositions(&a.Position, &b.Position); c != 0 {
		return c // which hardly any two declarations have in common
	}
	return cmp.Or(
		strings.Compare(a.APIVersion, b.APIVersion),
		strings.Compare(a.Kind, b.Kind),
		strings.Compare(a.Namespace, b.Namespace),
		strings.Compare(a.Name, b.Name),
		strings.Compare(a.GenerateName, b.GenerateName),
	)
}

func comparePositions(a, b *Position) int {
	if c := cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Document, b.Document),
		strings.Compare(a.Path, b.Path),
		strings.Compare(a.Origin, b.Origin),
	)
}

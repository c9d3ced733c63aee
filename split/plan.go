package split

import (
	"bytes"

	"github.com/kuniq/kuniq/dupcheck"
)

// Plan says which files there will be. It has touched no disk.
type Plan struct {
	// Files are sorted by name. No two of them have names that are equal
	// after case folding.
	Files []File
	// Refusals are all the reasons not to write. A plan that has any is not
	// written.
	Refusals []Refusal
	// Notes say what is in the files other than bytes of the input in their
	// place: what had to be re-encoded, and what was moved or left out.
	Notes []Note
	// Report is what the check of the inputs found. Its errors are among the
	// Refusals.
	Report dupcheck.Report

	rules dupcheck.Rules // by which the identities were made out
}

// File is one file of a plan.
type File struct {
	// Name is the path below the output directory, with slashes.
	Name string
	// ID is the object in it. It is the zero ID for an object without an
	// identity and for a document that is no object.
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
	// Dedented bytes are those of an item of a List, less the indentation.
	Dedented
	// Reencoded bytes come out of an encoder, because no range of the input
	// would have the same value. Comments stay, layout may not.
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
	// Unnameable says that it is about a document that Options.Other decides about.
	Unnameable bool
}

// Note is something worth knowing about a plan that will be written.
type Note struct {
	// At is the place in the input.
	At dupcheck.Position
	// Text is one clause without a final stop.
	Text string
}

package cli

import (
	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/render"
)

// inventory is what a list needs to know of rendered objects.
type inventory struct {
	digest func(dupcheck.Object) (string, error)
	known  map[dupcheck.Position]rendered // by the position in the checker
}

// rendered is what is listed of a rendered object.
type rendered struct {
	at     dupcheck.Position
	digest string
	err    error
}

// take takes in what came of a root, before its contents are let go.
func (v *inventory) take(x *deployed, root *renderedRoot, o render.Outcome) {
	for _, object := range o.Objects {
		i := object.At.Document
		known := rendered{at: o.Places[i]}
		if known.at.File != "" {
			known.at.File = x.with.display(root, known.at.File)
		}
		object.Body = jsonBody{o.Contents[i]}
		known.digest, known.err = v.digest(object)
		v.known[dupcheck.Position{File: root.file, Document: i, Path: object.At.Path, Origin: root.name}] = known
	}
}

// entry returns the line of a list for an object, and why there is no digest.
func (x *deployed) entry(id dupcheck.ID, o *dupcheck.Object) (report.Entry, error) {
	e := newEntry(id, o)
	root := x.rootOf(o.At)
	known, ok := x.inventory.known[dupcheck.Position{File: o.At.File, Document: o.At.Document, Path: o.At.Path, Origin: o.At.Origin}]
	if root == nil || !ok {
		var err error
		e.Digest, err = x.inventory.digest(*o)
		return e, err
	}
	e.Root = root.name
	if known.at.File != "" {
		e.File, e.Line = known.at.File, known.at.Line
	}
	e.Digest = known.digest
	return e, known.err
}

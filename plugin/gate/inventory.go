package gate

import (
	"context"
	"errors"
	"iter"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
)

// Inventory has every object that some files and directories deploy.
type Inventory struct {
	// Report lists the files that were read, and those that were not. It has no
	// diagnostics, and the objects are not counted.
	Report dupcheck.Report
	// Notes and Timings are those of a Result.
	Notes   []policy.Note
	Timings []Timing

	in   *collector
	tree *run
}

// Listed is an object of an Inventory.
type Listed struct {
	// ID is its identity, or the zero value if it has none.
	ID dupcheck.ID
	// Object has its content and, if it is known, its place in a source file.
	Object dupcheck.Object
	// Root is the target that was rendered to it, or empty.
	Root string
	// Digest and Err are the results of the function that ReadInventory got.
	Digest string
	Err    error
}

// ReadInventory reads the objects that Check would check. digest is called once for each
// object; with nil, contents are kept instead, as the Body of each object. Errors
// are those of Check.
func ReadInventory(ctx context.Context, args []string, o Options, digest func(dupcheck.Object) (string, error)) (*Inventory, error) {
	x, err := open(args, o)
	if err != nil {
		return nil, err
	}
	defer x.close()
	x.inventory = &inventory{digest: digest, known: map[dupcheck.Position]rendered{}}
	in, err := x.read(ctx)
	if err != nil {
		return nil, err
	}
	v := &Inventory{Report: in.report, in: in, tree: x, Timings: x.timings()}
	x.blind(&v.Report)
	x.unusedSettings()
	x.warn(x.paths.Unused()...)
	v.Notes = x.notes
	return v, nil
}

// Objects yields all objects in the order in which they would be applied.
func (v *Inventory) Objects() iter.Seq[Listed] {
	return func(yield func(Listed) bool) {
		for id, o := range v.in.checker.Objects() {
			if !o.Placeholder && !yield(v.tree.listedObject(id, o)) {
				return
			}
		}
	}
}

// ByID returns the first object of each identity with a name.
func (v *Inventory) ByID() map[dupcheck.ID]dupcheck.Object {
	out := map[dupcheck.ID]dupcheck.Object{}
	for l := range v.Objects() {
		if _, there := out[l.ID]; !there && l.ID.Name != "" {
			out[l.ID] = l.Object
		}
	}
	return out
}

// List adds all objects to a list. It returns the report with their number; objects
// without a digest are among the unread. An object without an identity has the kind of
// its manifest, and no name. If ctx is done, the error is that of ctx.
func (v *Inventory) List(ctx context.Context, add func(report.Entry)) (dupcheck.Report, error) {
	r := v.Report
	for l := range v.Objects() {
		if err := interrupted(ctx); err != nil {
			return r, err
		}
		o := &l.Object
		if o.APIVersion == "" || o.Kind == "" { // check does not count it either
			continue
		}
		var unread *dupcheck.Unread
		if errors.As(l.Err, &unread) {
			r.Unread = append(r.Unread, *unread)
		} else if l.Err != nil {
			r.Unread = append(r.Unread, dupcheck.Unread{File: o.At.File, Line: o.At.Line, Reason: l.Err.Error()})
		}
		id := l.ID
		if id == (dupcheck.ID{}) {
			id = dupcheck.ID{Group: dupcheck.GroupOf(o.APIVersion), Kind: o.Kind, Namespace: o.Namespace}
		}
		add(report.Entry{Set: o.Set, ID: id, APIVersion: o.APIVersion, File: o.At.File, Line: o.At.Line, Root: l.Root, Digest: l.Digest})
		r.Objects++
	}
	return r, nil
}

// inventory keeps the digests or contents of rendered objects.
type inventory struct {
	digest func(dupcheck.Object) (string, error)
	known  map[dupcheck.Position]rendered // by the position in the checker
}

// rendered is the part of a Listed that only rendering knows.
type rendered struct {
	at     dupcheck.Position
	body   dupcheck.Body
	digest string
	err    error
}

// take records the objects of a target before their contents are dropped.
func (v *inventory) take(x *targets, root *target, o render.Outcome) {
	for _, object := range o.Objects {
		i := object.At.Document
		known := rendered{at: o.Places[i]}
		if known.at.File != "" {
			known.at.File = x.with.display(root, known.at.File)
		}
		object.Body = render.Body{JSON: o.Contents[i]}
		if v.digest == nil {
			known.body = object.Body
		} else {
			known.digest, known.err = v.digest(object)
		}
		v.known[dupcheck.Position{File: root.file, Document: i, Path: object.At.Path, Origin: root.name}] = known
	}
}

// listedObject returns the entry of an object.
func (x *run) listedObject(id dupcheck.ID, o dupcheck.Object) Listed {
	l := Listed{ID: id, Object: o}
	root := x.rootOf(o.At)
	known, ok := x.inventory.known[dupcheck.Position{File: o.At.File, Document: o.At.Document, Path: o.At.Path, Origin: o.At.Origin}]
	if root == nil || !ok {
		if x.inventory.digest != nil {
			l.Digest, l.Err = x.inventory.digest(o)
		}
		return l
	}
	l.Root, l.Digest, l.Err = root.name, known.digest, known.err
	if known.body != nil {
		l.Object.Body = known.body
	}
	if known.at.File != "" {
		l.Object.At = known.at
	}
	return l
}

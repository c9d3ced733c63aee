package gate

import (
	"cmp"
	"context"
	"io/fs"
	"iter"
	"path"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
)

// Visitor gets the objects and files of a tree.
type Visitor struct {
	// File gets each plain file with its deployable set.
	File func(file manifest.FileBytes, set string)
	// Object gets each rendered object with its content.
	Object func(dupcheck.Object)
	// Checkout gets each checkout before anything is rendered. It returns the files of it
	// that the visitor counts, by their paths from its top. The visitor itself reads
	// those that are true: they are not visited, and neither are targets of which the
	// file is one. Nil visits everything.
	Checkout func(context.Context, Checkout) (own map[string]bool, err error)
}

// Checkout is a checkout with directories that are visited.
type Checkout struct {
	// FS has its files, and Top is its directory.
	FS  fs.FS
	Top string
	// Name returns the name in positions of a path from its top.
	Name func(name string) string
	// Within reports whether a path is in one of the directories, and Skip whether it is
	// left out. Set returns its deployable set.
	Within, Skip func(name string) bool
	Set          func(name string) string
}

// Visited is the result of Visit.
type Visited struct {
	// Report lists unread and skipped files. Its Files counts the files that targets were
	// rendered from.
	Report dupcheck.Report
	// Targets is how many there are.
	Targets int
	// Allowed are the allowances of the policy.
	Allowed *policy.Allowances
	// Notes and Timings are those of a Result.
	Notes   []policy.Note
	Timings []Timing

	tree *run
}

// Line returns a line of a source file, for a snippet.
func (v *Visited) Line(file string, number int) (string, bool) { return v.tree.line(file, number) }

// Decide removes the findings from a report about visited files that do not count, by
// Options.Decisions and the policy. The rules in ignorable can be ignored. because
// returns the files that decide about a finding, besides those that it names and those
// that its targets are made of; it may be nil. Notes then also list the settings without
// an effect. Decide returns the report along with an error.
func (v *Visited) Decide(ctx context.Context, r dupcheck.Report, ignorable dupcheck.RuleTable, because func(dupcheck.Diagnostic) []string) (dupcheck.Report, error) {
	var also []dupcheck.Rule
	for _, info := range ignorable {
		also = append(also, info.Rule)
	}
	r, notes, err := v.tree.decisions.Apply(ctx, r, v.tree.touching(because), also...)
	v.tree.unusedSettings()
	v.Notes = append(v.tree.notes, notes...)
	return r, err
}

// Visit renders the targets below some directories, and calls a Visitor with their
// objects and with the other files that Check would read. Errors are those of Check.
func Visit(ctx context.Context, args []string, o Options, v Visitor) (*Visited, error) {
	x, err := open(args, o)
	if err != nil {
		return nil, err
	}
	defer x.close()
	for _, c := range x.repositories {
		c.fsys.Most = 0 // the visitor reads the files, too
	}
	in := &collector{}
	x.find()
	x.unused(in)
	if err := x.leave(ctx, v); err != nil {
		return nil, err
	}
	x.origins = true
	x.renderAll(ctx)
	x.claim()
	x.tree.List = x.list
	for file := range x.tree.Bytes(ctx) {
		if cl := x.claims[file.Name]; (cl == nil || cl.asIs || cl.role == render.Data) && !x.isLeft(file.Name) {
			v.File(file, x.paths.Set(file.Name))
		}
	}
	used := map[string]bool{}
	for _, root := range x.roots {
		x.visitRoot(in, root, v)
		for file := range root.inputs {
			if _, left := root.left[file]; !left { // which the visitor counts
				used[root.display(file)] = true
			}
		}
	}
	x.unresolved(in)
	if err := interrupted(ctx); err != nil {
		return nil, err
	}
	in.report.Files = len(used)
	in.report.Skipped = append(in.report.Skipped, x.account.skipped...)
	return &Visited{Report: in.report, Targets: len(x.roots), Allowed: x.allowed, Notes: x.notes, Timings: x.timings(), tree: x}, nil
}

// leave leaves the files to the visitor that it reads itself.
func (x *run) leave(ctx context.Context, v Visitor) (err error) {
	if v.Checkout == nil || x.o.Plain {
		return nil
	}
	for _, c := range x.repositories {
		c.left, err = v.Checkout(ctx, Checkout{
			FS: c.fsys, Top: c.top, Name: c.display,
			Within: func(name string) bool {
				return slices.ContainsFunc(c.dirs, func(d checkedDir) bool { _, below := checkout.Rest(name, d.at); return below })
			},
			Skip: func(name string) bool { return x.paths.Skip(c.display(name)) != "" },
			Set:  func(name string) string { return x.paths.Set(c.display(name)) },
		})
		if err != nil {
			return err
		}
	}
	x.roots = slices.DeleteFunc(x.roots, func(root *target) bool { return root.left[root.File] })
	return nil
}

// isLeft says whether a file is left to the visitor.
func (x *run) isLeft(name string) bool {
	c, at := x.whereIs(name)
	return c != nil && c.left[at]
}

// visitRoot calls the visitor with the objects of a target.
func (x *run) visitRoot(in *collector, root *target, v Visitor) {
	o := root.outcome
	if root.refused() {
		in.report.Unread = append(in.report.Unread, dupcheck.Unread{File: root.name, Reason: "unresolved: " + x.reason(root), Code: o.Code})
	}
	if !root.resolved() {
		return
	}
	for _, reason := range o.Unread {
		in.report.Unread = append(in.report.Unread, dupcheck.Unread{File: root.name, Reason: "in what it renders: " + reason})
	}
	for _, object := range root.declared.Objects() {
		document := object.At.Document
		object.Set = x.paths.Set(root.name)
		object.At = dupcheck.Position{File: root.file, Document: document, Path: object.At.Path}
		if document < len(o.Contents) {
			object.Body = render.Body{JSON: o.Contents[document]}
		}
		if document < len(o.Places) && o.Places[document].File != "" {
			object.At = o.Places[document]
			object.At.File = root.display(object.At.File)
		}
		object.At.Origin = root.name
		v.Object(object)
	}
}

// Sources are the files whose text is that of objects in the cluster: files that are
// deployed as they are, and files that kustomizations make objects of.
type Sources struct {
	// Tree yields the files.
	Tree *manifest.Tree
	// Unread are the targets without a source, such as charts.
	Unread []dupcheck.Unread
	// Skipped are components and the like that no target uses.
	Skipped []dupcheck.Skipped

	tree *run
}

// Close closes the directories of the files.
func (s *Sources) Close() { s.tree.close() }

// FindSources finds the sources among some files and directories. It renders
// nothing. The caller closes them. Errors are those of Check.
func FindSources(args []string, o Options) (*Sources, error) {
	x, err := open(args, o)
	if err != nil {
		x.close()
		return nil, err
	}
	s := &Sources{Tree: x.tree, tree: x}
	if o.Plain || len(x.repositories) == 0 {
		return s, nil
	}
	in := &collector{}
	x.find()
	x.unused(in)
	s.Skipped, s.Unread = in.report.Skipped, x.sources()
	x.claim()
	x.tree.List = x.listSources
	return s, nil
}

// sources finds the files that kustomizations make objects of, without rendering. It
// returns the targets without a source.
func (x *targets) sources() (unread []dupcheck.Unread) {
	targets := slices.Clone(x.roots)
	roots := len(targets)
	for _, c := range x.repositories {
		for _, base := range c.tree.Bases() {
			targets = append(targets, x.addRoot(c, base, nil))
		}
	}
	for i, root := range targets {
		job, err := render.NewJob(root.tree, root.Target)
		if root.Kind != checkout.Kustomization {
			err = checkout.Errorf(checkout.Refused, "protect edits neither charts nor jsonnet: leave it out")
		}
		root.inputs = job.Inputs
		if err == nil {
			continue
		}
		root.outcome.Reason, root.outcome.Code = checkout.ReasonOf(err), checkout.CodeOf(err)
		if i < roots {
			unread = append(unread, dupcheck.Unread{File: root.name, Reason: "unresolved: " + x.reason(root), Code: root.outcome.Code})
		}
	}
	return unread
}

// listSources is for manifest.Tree.List.
func (x *files) listSources(name string) (iter.Seq[manifest.Listed], bool) {
	c, at := x.directory(name)
	if c == nil {
		return nil, false
	}
	return func(yield func(manifest.Listed) bool) {
		for _, f := range c.tree.Files(at) {
			below, _ := checkout.Rest(f.Path, at)
			l := manifest.Listed{Path: cmp.Or(below, "."), Type: f.Type, Skip: f.Out, Unread: f.Unread, Code: f.Code}
			switch cl := x.claims[path.Join(name, below)]; {
			case cl == nil || cl.asIs:
			case cl.role != render.Source || !cl.root.seen(): // the text of a generator's file is no object
				continue
			default: // a resource may be in a skipped directory
				l.Skip = ""
			}
			if !yield(l) {
				return
			}
		}
	}, true
}

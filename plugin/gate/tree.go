package gate

import (
	"cmp"
	"context"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render"
)

// run is one check. It builds on the files, they build on the targets, and those
// build on the settings.
type run struct {
	*files
	lines    map[dupcheck.Position]string
	excluded exclusions
}

// targets are the targets of all checkouts.
type targets struct {
	*settings
	repositories []*repository
	roots        []*target
	byFile       map[string]*target // by the file in the positions of its objects

	origins   bool       // all objects are wanted with their contents and places
	inventory *inventory // nil if it is not asked for
}

// files are the files of all checkouts, and the claims of targets on them.
type files struct {
	*targets
	tree    *manifest.Tree
	claims  map[string]*claim // by file as in positions
	account *account
	quiet   quietFiles

	mu sync.Mutex
	shadowFiles
}

// target is a target and the result of rendering it.
type target struct {
	*repository
	render.Target
	name, file, set string
	part            *target          // the target that includes this one and could not be rendered, or nil
	outcome         render.Outcome   // without its objects
	declared        dupcheck.Checker // its objects until they are added; most take a third of the memory there
	inputs          map[string]render.Role
	objects         uint64 // hash of their identities
	count           int    // how many they are
	took            time.Duration
	rendered        map[nameless][]string // namespaces of its objects, made on first use
	uses            []string              // its input files, if it has findings
	again           originPass
}

// resolved says whether the objects of a target are known.
func (r *target) resolved() bool { return r.outcome.Reason == "" }

// reason says why the objects of a target are not known.
func (x *targets) reason(root *target) string { return x.with.shown(root, root.outcome.Reason) }

// seen reports whether the objects of a target are known, or at least those that keep it
// from being built.
func (r *target) seen() bool { return r.resolved() || r.refused() }

// refused says whether the renderer refused the target because of a duplicate.
func (r *target) refused() bool { return len(r.outcome.Collision.Objects) > 1 }

func (x *targets) close() {
	for _, repository := range x.repositories {
		_ = repository.root.Close() // it was only read
	}
}

// read renders all targets and reads all other files.
func (x *run) read(ctx context.Context) (*collector, error) {
	in := &collector{checker: dupcheck.Checker{Rules: x.rules}}
	x.find()
	x.unused(in)
	x.renderAll(ctx)
	x.claim()
	for _, c := range x.repositories {
		c.fsys.Forget() // before the objects need the memory
	}
	x.tree.List = x.list
	for file := range x.tree.Files(ctx) {
		x.takeFile(in, file)
		x.progress(Progress{Done: in.report.Files, Objects: in.objects})
	}
	x.takeShadows(in)
	for _, root := range x.roots {
		x.take(in, root)
	}
	x.unresolved(in)
	x.outside()
	x.account.finish(&in.report)
	in.report.Claims = x.claimed()
	return in, interrupted(ctx)
}

// check reads everything and checks it.
func (x *run) check(ctx context.Context) (dupcheck.Report, error) {
	in, err := x.read(ctx)
	if err != nil {
		return dupcheck.Report{}, err
	}
	r := in.finish()
	if suspects := x.suspects(r); len(suspects) > 0 {
		x.renderAgain(ctx, suspects)
		r = in.finish()
		x.warnAlternatives(r)
		x.locate(&r)
	}
	r.Diagnostics = x.onceRefused(r.Diagnostics)
	x.findExclusions(ctx, in, r)
	return r, interrupted(ctx)
}

// find finds the targets of all checkouts.
func (x *targets) find() {
	seen := map[string]bool{} // one checkout may be in another, and both be named
	for _, c := range x.repositories {
		var dirs []string
		for _, d := range c.dirs {
			dirs = append(dirs, d.at)
		}
		c.tree = checkout.Find(c.fsys, dirs, checkout.Options{
			Skip: func(p string) string { return x.paths.Skip(c.display(p)) }, Strict: x.o.Policy.Strict || x.o.Plain, Submodules: checkout.GitSubmodules,
			Roots: x.o.Policy.RootsOf(),
		})
		for _, target := range c.tree.Targets {
			if x.o.Plain {
				break
			}
			if file := path.Join(c.top, target.File); !seen[file] {
				seen[file] = true
				x.addRoot(c, target, nil)
			}
		}
	}
}

// unused reports components and the like that no target uses. Their files are read
// as plain manifests.
func (x *targets) unused(in *collector) {
	for _, c := range x.repositories {
		for _, u := range c.tree.Unused {
			in.report.Skipped = append(in.report.Skipped, dupcheck.Skipped{File: c.display(u.Dir), Reason: u.Reason})
		}
	}
}

// addRoot adds a target.
func (x *targets) addRoot(c *repository, t checkout.Target, part *target) *target {
	root := &target{
		repository: c, Target: x.with.part(c, render.Target{Target: t}), part: part,
		name: c.display(t.Dir), file: c.display(t.File),
	}
	if t.Kind == checkout.Program {
		root.name = root.file
	}
	if !x.o.Policy.Together {
		root.set = cmp.Or(x.paths.Set(root.name), root.name)
	}
	x.roots = append(x.roots, root)
	x.byFile[root.file] = root
	return root
}

// rootOf returns the target that a position belongs to, or nil if the position is
// in a file.
func (x *targets) rootOf(at dupcheck.Position) *target {
	if root := x.byFile[at.File]; root != nil && root.resolved() && at.Origin == root.name && at.Line == 0 {
		return root
	}
	return nil
}

// renderAll renders every target once. If one cannot be rendered, the parts of it
// that no other target includes become targets of their own, so that a fault
// elsewhere does not hide their objects.
func (x *targets) renderAll(ctx context.Context) {
	for from := 0; from < len(x.roots); {
		roots := x.roots[from:]
		x.pool.Run(ctx, len(roots), func(i int) (render.Job, error) {
			job, err := render.NewJob(roots[i].tree, roots[i].Target)
			roots[i].inputs, job.Inputs = job.Inputs, nil // which no worker needs
			job.Origins = x.origins || x.inventory != nil
			if x.inventory != nil {
				job.Wanted = map[int]bool{}
			}
			return job, err
		}, func(o render.Outcome) {
			root := roots[o.Index]
			if x.inventory != nil && o.Reason == "" {
				x.inventory.take(x, root, o)
				o.Contents, o.Places = nil, nil
			}
			root.objects, root.count = identities(o.Objects), len(o.Objects)
			for _, object := range o.Objects {
				root.declared.Add(object)
			}
			o.Objects = nil
			root.outcome, root.took = o, o.Took
			x.progress(Progress{Doing: "rendered", Done: from + o.Index + 1, Total: len(x.roots)})
		})
		from = len(x.roots)
		if ctx.Err() == nil {
			x.addParts()
		}
	}
	x.adopt()
}

// addParts makes targets of the parts of targets that could not be rendered.
func (x *targets) addParts() {
	covered := x.covered()
	for _, root := range slices.Clone(x.roots) {
		if root.seen() {
			continue
		}
		for _, part := range root.tree.Includes(root.Target.Target) {
			if key := path.Join(root.top, part.Dir); !covered[key] && !root.left[part.File] {
				covered[key] = true
				x.addRoot(root.repository, part, root)
			}
		}
	}
}

// covered are the directories of all targets, and of all kustomizations and charts
// that rendered or refused targets include.
func (x *targets) covered() map[string]bool {
	out := map[string]bool{}
	for _, root := range x.roots {
		out[path.Join(root.top, root.Dir)] = true
		if !root.seen() {
			continue
		}
		for file, role := range root.inputs {
			if role == render.Setting && checkout.IsHeader(file) {
				out[path.Join(root.top, path.Dir(file))] = true
			}
		}
	}
	return out
}

// take adds the objects of a target.
func (x *run) take(in *collector, root *target) {
	o := root.outcome
	defer func() { root.declared = dupcheck.Checker{} }()
	if root.refused() {
		x.takeCollision(in, root)
	}
	if !root.resolved() {
		return
	}
	for _, reason := range o.Unread {
		in.report.Unread = append(in.report.Unread, dupcheck.Unread{File: root.name, Reason: "in what it renders: " + reason})
	}
	for _, object := range root.declared.Objects() {
		document := object.At.Document
		object.Set, object.At.File, object.At.Origin = x.setOf(root, object.Set), root.file, root.name
		for _, d := range object.ReaderFindings {
			for i := range d.Declarations {
				d.Declarations[i].File, d.Declarations[i].Origin = root.file, root.name
			}
		}
		if object.At.Path == "" {
			object.Body = &renderedBody{root, document}
		}
		in.checker.Add(object)
	}
	in.objects += root.count
}

// setOf is the deployable set of an object. A Tanka target may have several.
func (x *targets) setOf(root *target, environment string) string {
	if environment == "" || x.o.Policy.Together {
		return root.set
	}
	return root.set + "/" + environment
}

// timings says how long each target took, the longest first.
func (x *targets) timings() []Timing {
	var all []Timing
	for _, root := range x.roots {
		all = append(all, Timing{root.name, root.took})
	}
	slices.SortStableFunc(all, func(a, b Timing) int { return cmp.Compare(b.Took, a.Took) })
	return all
}

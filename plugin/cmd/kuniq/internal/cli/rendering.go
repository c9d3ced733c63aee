package cli

import (
	"cmp"
	"context"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/rootfs"
	"github.com/kuniq/kuniq/plugin/render"
)

// deployed is the check of directories by what is deployed of them.
type deployed struct {
	c       Command
	flags   *renderFlags
	allowed *allowed
	globs   *globs
	tree    *manifest.Tree
	pool    render.Pool
	with    with

	checkouts []*checkout
	roots     []*renderedRoot
	byFile    map[string]*renderedRoot // by the file in the positions of its objects
	lines     map[dupcheck.Position]string

	inventory *inventory // nil if nobody asks for it
	apart     apart

	mu    sync.Mutex
	files map[string]bool // that were read for roots
}

// renderedRoot is a root and what is known of it.
type renderedRoot struct {
	*checkout
	render.Part
	name, file, set string
	objects         uint64 // hash of their identities
	count           int    // how many they are
	took            time.Duration
	uses            []string // files, if it takes part in a finding
	again           again
}

// collectRendered reads everything, renders what has to be rendered, and checks
// it. The second result returns source lines.
func (c Command) collectRendered(ctx context.Context, tree *manifest.Tree, g *globs, rules dupcheck.Rules, f *renderFlags) (dupcheck.Report, *deployed, error) {
	x, err := c.deployed(tree, g, f)
	if err != nil {
		return dupcheck.Report{}, nil, err
	}
	defer x.close()
	r, err := x.check(ctx, rules)
	return r, x, err
}

// deployed makes ready what is needed to render. Whoever asks for it closes it.
func (c Command) deployed(tree *manifest.Tree, g *globs, f *renderFlags) (*deployed, error) {
	x := &deployed{
		c: c, flags: f, globs: g, tree: tree,
		byFile: map[string]*renderedRoot{}, lines: map[dupcheck.Position]string{}, files: map[string]bool{},
	}
	var err error
	if x.allowed, err = f.parse(g); err != nil || tree.Plain {
		return x, err
	}
	if x.checkouts, err = checkouts(tree.Args); err != nil || len(x.checkouts) == 0 {
		return x, err
	}
	tree.Args = slices.DeleteFunc(slices.Clone(tree.Args), isProgram)
	x.pool = render.Pool{Workers: f.jobs, Timeout: f.timeout}
	if x.pool.Command, err = c.workerCommand(workerName); err != nil {
		return x, err
	}
	if x.pool.Cache, err = f.store(x.checkouts); err != nil {
		return x, err
	}
	x.with, err = f.with(x.checkouts)
	return x, err
}

func (x *deployed) close() {
	for _, checkout := range x.checkouts {
		_ = checkout.root.Close() // it was only read
	}
}

// read reads all files and renders all roots.
func (x *deployed) read(ctx context.Context, rules dupcheck.Rules, progress *progress) (*intake, error) {
	in := &intake{checker: dupcheck.Checker{Rules: rules}}
	x.find(in)
	if len(x.checkouts) > 0 {
		x.tree.Plain, x.tree.Belongs = true, x.belongs
	}
	for file := range x.tree.Files(ctx) {
		in.add(file)
		progress.say(in.report.Files, in.objects)
	}
	x.renderAll(ctx, in, progress)
	in.report.Files += len(x.files)
	if ctx.Err() != nil {
		return nil, errInterrupted
	}
	return in, nil
}

// check reads everything and checks it.
func (x *deployed) check(ctx context.Context, rules dupcheck.Rules) (dupcheck.Report, error) {
	progress := newProgress(x.c.Stderr)
	defer progress.done()
	in, err := x.read(ctx, rules, progress)
	if err != nil {
		return dupcheck.Report{}, err
	}
	r := in.finish()
	if suspects := x.suspects(r); len(suspects) > 0 {
		x.renderAgain(ctx, suspects, progress)
		r = in.finish()
		x.sayAlternatives(r)
		x.locate(&r)
	}
	x.lookApart(ctx, in, r, progress)
	progress.done()
	if ctx.Err() != nil {
		return r, errInterrupted
	}
	x.sayMore()
	return r, nil
}

// sayMore says what flags had no effect, and what took how long.
func (x *deployed) sayMore() {
	x.sayTimings()
	x.allowed.warnUnused(x.c)
	x.with.warnUnused(x.c)
}

// find finds the roots, and reports what is left out.
func (x *deployed) find(in *intake) {
	seen := map[string]bool{} // one checkout may be in another, and both be named
	for _, c := range x.checkouts {
		var dirs []string
		for _, d := range c.dirs {
			dirs = append(dirs, d.at)
		}
		c.parts = render.Find(rootfs.FS(c.root), dirs, func(p string) bool { return x.globs.skip(c.display(p)) != "" })
		for _, a := range c.parts.Aside {
			in.report.Skipped = append(in.report.Skipped, dupcheck.Skipped{File: c.display(a.Dir), Reason: a.Reason})
		}
		for _, part := range c.parts.Roots {
			file := path.Join(c.top, part.File)
			if seen[file] {
				continue
			}
			seen[file] = true
			root := &renderedRoot{checkout: c, Part: x.with.part(c, part), name: c.display(part.Dir), file: c.display(part.File)}
			if part.Kind == render.Program {
				root.name = root.file
			}
			if !x.flags.together {
				root.set = cmp.Or(x.globs.set(root.name), root.name)
			}
			x.roots = append(x.roots, root)
			x.byFile[root.file] = root
		}
	}
}

// belongs is for manifest.Tree.Belongs.
func (x *deployed) belongs(name string) (bool, string) {
	for _, c := range x.checkouts {
		p, ok := c.inside(name)
		if !ok {
			continue
		}
		switch owned, besides := c.parts.Owner(p); {
		case owned:
			return true, ""
		case besides:
			return true, "beside a kustomization that does not name it"
		}
	}
	return false, ""
}

// renderAll renders every root once, and takes in its objects.
func (x *deployed) renderAll(ctx context.Context, in *intake, progress *progress) {
	x.pool.Run(ctx, len(x.roots), func(i int) (render.Job, string) {
		root := x.roots[i]
		job, reason := root.parts.Job(root.Part)
		if x.inventory != nil {
			job.Origins, job.Wanted = true, map[int]bool{}
		}
		x.mu.Lock()
		defer x.mu.Unlock()
		for file := range job.Files {
			if job.Moved[file] == "" {
				x.files[path.Join(root.top, file)] = true
			}
		}
		return job, reason
	}, func(o render.Outcome) {
		x.take(in, x.roots[o.Index], o)
		progress.sayf("%d of %d rendered, %d objects", o.Index+1, len(x.roots), in.objects)
	})
}

// take takes in what came of rendering a root.
func (x *deployed) take(in *intake, root *renderedRoot, o render.Outcome) {
	root.took = o.Took
	if o.Reason != "" {
		x.unresolved(in, root, o)
		return
	}
	for _, reason := range o.Unread {
		in.report.Unread = append(in.report.Unread, dupcheck.Unread{File: root.name, Reason: "in what it renders: " + reason})
	}
	root.objects, root.count = identities(o.Objects), len(o.Objects)
	if x.inventory != nil {
		x.inventory.take(x, root, o)
	}
	for _, object := range o.Objects {
		document := object.At.Document
		object.Set, object.At.File = x.setOf(root, object.Set), root.file
		for _, d := range object.Found {
			for i := range d.Declarations {
				d.Declarations[i].File = root.file
			}
		}
		if object.At.Path == "" {
			object.Body = &renderedBody{root, document}
		}
		in.checker.Add(object)
	}
	in.objects += len(o.Objects)
}

// setOf is the set of an object in a root, which may have Tanka Environments of
// its own.
func (x *deployed) setOf(root *renderedRoot, environment string) string {
	if environment == "" || x.flags.together {
		return root.set
	}
	return root.set + "/" + environment
}

// unresolved reports a root that cannot be rendered. If that is because an
// object is there twice, the places are shown, too.
func (x *deployed) unresolved(in *intake, root *renderedRoot, o render.Outcome) {
	if flag, ok := x.allowed.matches(root.name); ok {
		in.report.Skipped = append(in.report.Skipped, dupcheck.Skipped{File: root.name, Reason: "let pass by " + flag + ": " + o.Reason})
	} else {
		in.report.Unread = append(in.report.Unread, dupcheck.Unread{File: root.name, Reason: "unresolved: " + o.Reason})
	}
	if o.Twice.Kind == "" {
		return
	}
	job, reason := root.parts.Job(root.Part)
	if reason != "" {
		return
	}
	for _, file := range job.Manifests {
		for object, err := range manifest.Parse(root.display(file), job.Files[file]) {
			if err == nil && object.Kind == o.Twice.Kind && object.Name == o.Twice.Name {
				object.Set = root.set
				in.checker.Add(object)
				x.remember(object.At, job.Files[file])
			}
		}
	}
}

// sayTimings says how long each root took, the longest first.
func (x *deployed) sayTimings() {
	if !x.flags.timings {
		return
	}
	roots := slices.Clone(x.roots)
	slices.SortStableFunc(roots, func(a, b *renderedRoot) int { return cmp.Compare(b.took, a.took) })
	for _, root := range roots {
		x.c.sayf("%8.3fs %s", root.took.Seconds(), dupcheck.Quote(root.name))
	}
}

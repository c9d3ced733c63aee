package migrate

import (
	"maps"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/split/journal"
)

// graph holds which kustomization reads which.
type graph struct {
	planner *planner
	at      map[string]*document // by directory
	doubled map[string]bool      // directories with several kustomizations
}

// rootCheck compares the builds of kustomizations before and after.
type rootCheck struct{ *planner }

func (p rootCheck) graph() *graph {
	g := &graph{planner: p.planner, at: map[string]*document{}, doubled: map[string]bool{}}
	for _, d := range p.documents {
		if !manifest.IsKustomization(d.file) {
			continue
		}
		if g.at[d.dir()] != nil {
			g.doubled[d.dir()] = true
		}
		g.at[d.dir()] = d
	}
	return g
}

// reads says whether a reference is to a kustomization.
func (g *graph) reads(r *reference) bool { return g.at[r.target] != nil && r.Use.MayBeDirectory() }

// affected returns the directories of the kustomizations whose build reads a file that
// changes.
func (g *graph) affected() []string {
	found := map[string]bool{}
	for file := range g.planner.rewritten {
		if manifest.IsKustomization(file) {
			found[path.Dir(file)] = true
		}
	}
	for known := -1; known < len(found); {
		known = len(found)
		for dir, d := range g.at {
			if slices.ContainsFunc(d.refs, func(r reference) bool { return found[r.target] && g.reads(&r) }) {
				found[dir] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// closure is everything that a build reads.
type closure struct {
	files map[string][]byte
	dirs  map[string]bool // of kustomizations
}

// close collects the files that the build of a kustomization reads. It returns why that
// build cannot be done here: kuniq fetches nothing and executes nothing.
func (g *graph) close(dir string, c *closure) checkout.Reason {
	if c.dirs[dir] {
		return ""
	}
	c.dirs[dir] = true
	d := g.at[dir]
	switch {
	case d == nil:
		return "there is no kustomization in " + checkout.Named(dir)
	case g.doubled[dir]:
		return "there are several kustomizations in " + checkout.Named(dir)
	case d.broken != "":
		return checkout.Named(d.file) + ": " + checkout.Text(d.broken)
	case d.helm:
		return checkout.Named(d.file) + " inflates a Helm chart, and kuniq runs no helm"
	}
	c.files[d.file] = d.data
	for i := range d.refs {
		if reason := g.closeReference(&d.refs[i], c); reason != "" {
			return reason
		}
	}
	return ""
}

func (g *graph) closeReference(r *reference, c *closure) checkout.Reason {
	switch {
	case checkout.CodeOf(r.unresolved) == checkout.Remote:
		return checkout.Reasonf("%s: %s names something to be fetched: %s", at(r), r.Where, r.Quoted())
	case r.unresolved != nil:
		return checkout.Reasonf("%s: %s leaves the repository: %s", at(r), r.Where, r.Quoted())
	case r.target == "":
		return ""
	case r.Use == checkout.AsDirectory, r.Use == checkout.AsBase, g.reads(r):
		return g.close(r.target, c)
	}
	if _, known := c.files[r.target]; known {
		return ""
	}
	data, _, err := g.planner.repo.readFile(r.target)
	if err != nil {
		return checkout.Reasonf("%s: %s names %s: %s", at(r), r.Where, r.Quoted(), journal.Reason(err))
	}
	c.files[r.target] = data
	return ""
}

// after returns the files of a closure after the migration.
func (p rootCheck) after(before map[string][]byte) map[string][]byte {
	out := make(map[string][]byte, len(before))
	for file, data := range before {
		if s := p.sources[file]; s != nil {
			for _, f := range s.files {
				out[f.Path] = f.data
			}
			continue
		}
		if changed, ok := p.rewritten[file]; ok {
			data = changed
		}
		out[file] = data
	}
	return out
}

// outcome is the result of building a kustomization.
type outcome struct {
	Root
	parts map[string]bool // directories of the kustomizations that it reads
	// settled says that there is nothing to add: there is a refusal.
	settled bool
}

// verify builds every affected kustomization before and after.
func (p rootCheck) verify() error {
	g := p.graph()
	dirs := g.affected()
	verified := map[string]string{} // directory -> the root in which it was verified
	var pending []Root
	for i, dir := range dirs {
		p.options.progress("kustomizations built", i, len(dirs))
		o, err := p.verifyRoot(g, dir)
		switch {
		case err != nil:
			return err
		case o.Verified:
			for part := range o.parts {
				verified[part] = dir
			}
		case !o.settled:
			pending = append(pending, o.Root)
			continue
		}
		p.plan.Roots = append(p.plan.Roots, o.Root)
	}
	for _, root := range pending {
		p.settleRoot(g, root, verified[root.Dir])
	}
	slices.SortFunc(p.plan.Roots, func(a, b Root) int { return strings.Compare(a.Dir, b.Dir) })
	return nil
}

// settleRoot decides about a kustomization that could not be verified by itself. It is
// enough if it is part of one that was.
func (p rootCheck) settleRoot(g *graph, root Root, within string) {
	switch {
	case within != "":
		root.Verified, root.Reason = true, "as a part of "+checkout.Named(within)
	case p.options.AllowUnverified != nil && p.options.AllowUnverified(root.Dir):
		root.Allowed = true
	default:
		p.refuse(g.at[root.Dir].file, 0, "its build cannot be verified: "+root.Reason+
			"; compare the builds before and after yourself, and allow it to be unverified")
	}
	p.plan.Roots = append(p.plan.Roots, root)
}

// verifyRoot verifies one kustomization.
func (p rootCheck) verifyRoot(g *graph, dir string) (outcome, error) {
	c := &closure{files: map[string][]byte{}, dirs: map[string]bool{}}
	o := outcome{Root: Root{Dir: dir, Reason: g.close(dir, c)}, parts: c.dirs}
	d := g.at[dir]
	switch {
	case o.Reason != "":
	case d.kind == types.ComponentKind:
		o.Reason = "a Component, which is built only as a part of another kustomization"
	case len(p.plan.Refusals) > 0:
		o.Reason, o.settled = "not built, because the plan is refused", true
	default:
		v, err := buildBoth(p.ctx, c.files, p.after(c.files), dir, d.file)
		if err != nil {
			return o, err
		}
		p.evaluated(&o, d, v)
	}
	return o, nil
}

// evaluated records the result of the builds of a kustomization.
func (p rootCheck) evaluated(o *outcome, d *document, v verdict) {
	switch v {
	case builds:
		o.Verified = true
		p.warnOrigins(d)
		return
	case unbuilt:
		o.Reason = "kustomize cannot build it as it is, before the migration"
		return
	case breaks:
		p.refuse(d.file, 0, "kustomize could no longer build it")
	case changes:
		p.refuse(d.file, 0, "kustomize would build something else")
	case reordered:
		p.refuse(d.file, 0, "with sortOptions.order fifo, kustomize would build something else")
	}
	o.Reason, o.settled = "it would build something else", true
}

// warnOrigins warns that annotations will name other files.
func (p rootCheck) warnOrigins(d *document) {
	options, _ := checkout.References(d.root, []checkout.FileField{{Path: "buildMetadata[]"}})
	for _, option := range options {
		if option.Path == types.OriginAnnotations {
			p.plan.Warnings = append(p.plan.Warnings, Warning{
				File: d.file, Line: option.Node.Line, Text: "the annotation config.kubernetes.io/origin of each object will name another file; the builds were compared without it",
			})
		}
	}
}

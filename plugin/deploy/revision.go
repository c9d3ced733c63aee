package deploy

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/render"
)

// Revision is one revision of a repository while it is resolved.
type Revision struct {
	// Files is how many manifests were read as they are.
	Files int
	// Unread are manifests, and kustomizations that are applied by hand, of which
	// nothing is known.
	Unread []dupcheck.Unread
	// Problems are fields that the tool refuses.
	Problems []gitops.Problem
	// Unrendered are directories of charts and the like that may make deployers
	// and that no deployer deploys: users render them by hand, kuniq does not.
	Unrendered []string

	resolver *Resolver
	fsys     fs.FS
	adapter  Adapter
	declared gitops.Declared // by manifests that are applied as they are
	roots    []*root
	first    *generation // nil as long as roots are not rendered
	seen     map[dupcheck.Position]bool
	nodes    []*node
}

// generation is what some objects declare together.
type generation struct {
	Declared
	nodes []*node
}

// node is a deployer in the worklist.
type node struct {
	*Source
	depth    int
	keys     []string // of the targets that it asked for
	children []*generation
}

// root is a kustomization that declares deployers. If no deployer deploys it, a
// user applies it by hand.
type root struct {
	target render.Target
	key    string
}

// deepest is how many deployers may be deployed by one another.
const deepest = 8

// Read reads the manifests of a checkout. The error says that it cannot be walked.
func (r *Resolver) Read(fsys fs.FS) (*Revision, error) {
	rev := r.newRevision(fsys)
	if err := rev.plain(); err != nil {
		return nil, fmt.Errorf("the checkout cannot be read: %w", withoutPath(err))
	}
	if _, nested := rev.adapter.(Nesting); nested {
		rev.findRoots()
	}
	rev.begin()
	return rev, nil
}

// withoutPath is the reason of an error. A path may hold anything.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// Declare returns the revision of a checkout in which there is nothing but some
// objects.
func (r *Resolver) Declare(fsys fs.FS, d gitops.Declared) *Revision {
	rev := r.newRevision(fsys)
	rev.declared = d
	rev.begin()
	return rev
}

func (r *Resolver) newRevision(fsys fs.FS) *Revision {
	if !reflect.TypeOf(fsys).Comparable() { // what is known of it is kept in maps
		fsys = checkout.NewCachingFS(fsys)
	}
	return &Revision{resolver: r, fsys: fsys, adapter: r.options.Adapter(fsys)}
}

// again is the same revision with nothing resolved. Nothing is read again.
func (rev *Revision) again() *Revision {
	out := rev.resolver.newRevision(rev.fsys)
	out.Files, out.declared, out.roots = rev.Files, rev.declared, rev.roots
	out.begin()
	return out
}

// plain reads the manifests that are applied as they are, test data too: an
// Application among it may be applied by hand. A link is not followed,
// since the file that it names is there by itself: if it is not, nothing is known
// of it.
func (rev *Revision) plain() error {
	o, tree := rev.resolver.options, rev.resolver.tree(rev.fsys)
	skipped := func(name string) bool {
		for ; name != "."; name = path.Dir(name) {
			if o.Skip(name) {
				return true
			}
		}
		return false
	}
	for _, f := range tree.Files(".") {
		isManifest := manifest.HasExtension(f.Path) && f.Type&^fs.ModeSymlink == 0
		if f.Out != "" && !f.IsTestData() || f.Code == checkout.Absent || f.Unread == "" && !isManifest || skipped(f.Path) {
			continue
		}
		unread := f.Unread
		if _, err := fs.Stat(rev.fsys, f.Path); err != nil && f.Type != 0 && unread == "" {
			unread = "a link that leads out of the repository, or nowhere"
		}
		named, beside := tree.Named(f.Path)
		switch {
		case named || beside:
		case unread != "":
			rev.declared.Unread = append(rev.declared.Unread, dupcheck.Unread{File: f.Path, Reason: unread, Code: f.Code})
		case f.Type == 0:
			data, err := fs.ReadFile(rev.fsys, f.Path)
			if err != nil {
				return err
			}
			rev.Files++
			rev.declared.Merge(gitops.Parse(o.Tool, o.Instance(f.Path), f.Path, data))
		}
	}
	return nil
}

// findRoots finds the kustomizations that declare deployers.
func (rev *Revision) findRoots() {
	for _, t := range rev.resolver.tree(rev.fsys).Targets {
		if t.Kind != checkout.Kustomization || rev.resolver.options.Skip(t.Dir) {
			continue
		}
		at := render.Target{Target: t}
		if found := rev.resolver.target(rev.fsys, at); found.failed == nil && found.mayDeclare {
			rev.roots = append(rev.roots, &root{at, found.key})
		}
	}
}

// begin starts with what the manifests declare, once all roots are rendered.
func (rev *Revision) begin() {
	if slices.ContainsFunc(rev.roots, func(x *root) bool { return !rev.resolver.isRendered(x.key) }) {
		return
	}
	declared := rev.declared
	rev.Unread = append(rev.Unread, declared.Unread...)
	rev.Problems = append(rev.Problems, declared.Problems...)
	if nesting, ok := rev.adapter.(Nesting); ok {
		declared = rev.unmanaged(nesting, declared)
		rev.findUnrendered(nesting, declared)
	}
	rev.seen = map[dupcheck.Position]bool{}
	rev.first = rev.generation(declared, 0)
	rev.expand(rev.first.nodes)
}

// unmanaged adds the deployers of kustomizations that are applied by hand. Those
// that a deployer deploys, with its own changes, are found with that one.
func (rev *Revision) unmanaged(adapter Nesting, declared gitops.Declared) gitops.Declared {
	o := rev.resolver.options
	deployed := map[string]bool{}
	adapter.Directories(declared, deployed)
	found := make([]gitops.Declared, len(rev.roots))
	for i, x := range rev.roots {
		result := rev.resolver.results[x.key]
		if result.Unresolved != "" {
			rev.Unread = append(rev.Unread, dupcheck.Unread{File: x.target.Dir, Reason: "its Applications are not known: " + result.Unresolved})
		}
		for _, object := range result.Objects {
			object.Set = o.Instance(object.At.File)
			found[i].Merge(gitops.FromObjects(o.Tool, object))
		}
		adapter.Directories(found[i], deployed)
	}
	for i, x := range rev.roots {
		if !deployed[x.target.Dir] {
			declared.Merge(found[i])
			rev.Problems = append(rev.Problems, found[i].Problems...)
		}
	}
	return declared
}

func (rev *Revision) findUnrendered(adapter Nesting, declared gitops.Declared) {
	deployed := map[string]bool{}
	adapter.Directories(declared, deployed)
	for _, t := range rev.resolver.tree(rev.fsys).Targets {
		if t.Kind != checkout.Kustomization && !deployed[t.Dir] && !rev.resolver.options.Skip(t.Dir) && rev.mayDeclare(t.Dir) {
			rev.Unrendered = append(rev.Unrendered, t.Dir)
		}
	}
}

// mayDeclare says whether some file of a directory may declare a deployer.
func (rev *Revision) mayDeclare(dir string) (found bool) {
	err := fs.WalkDir(rev.fsys, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := fs.ReadFile(rev.fsys, name)
		if rev.resolver.options.Tool.MayDeploy(data) {
			found = true
			return fs.SkipAll
		}
		return err
	})
	return found || err != nil
}

package deploy

import (
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// Revision is one revision of a repository while it is resolved.
type Revision struct {
	// Files is how many manifests were read as they are.
	Files int

	resolver *Resolver
	fsys     fs.FS
	adapter  Adapter
	plain    gitops.Declared // by manifests that are applied as they are
	told     gitops.Declared // by Options.Roots
	beside   gitops.Declared // by manifests beside a kustomization that does not name them
	files    []string        // all manifests, for Lookup; nil if they are not known
	roots    []*root
	declared bool // by the roots, too
	first    []*generation
	nodes    []*node
	wanted   bool                  // the roots are to be rendered
	places   map[place]*generation // of plain manifests
	parents  map[declared]*node
	deep     []dupcheck.Unread // deployers that are nested too deep
	pool     pool
	clusters []gitops.Cluster // known to the adapter
	relearnt int              // how often it got new ones
}

// Read reads the manifests of a checkout. It returns an error if the checkout cannot be
// walked.
func (r *Resolver) Read(fsys fs.FS) (*Revision, error) {
	rev := r.newRevision(fsys)
	if err := rev.readPlain(); err != nil {
		return nil, fmt.Errorf("the checkout cannot be read: %w", checkout.SystemError(err))
	}
	rev.told = told(r.options, fsys, rev.plain)
	rev.plain.Unread = append(rev.plain.Unread, rev.told.Unread...)
	rev.findRoots()
	rev.begin()
	return rev, nil
}

// Declare returns the revision of a checkout that has only some objects.
func (r *Resolver) Declare(fsys fs.FS, d gitops.Declared) *Revision {
	rev := r.newRevision(fsys)
	rev.plain = d
	rev.begin()
	return rev
}

func (r *Resolver) newRevision(fsys fs.FS) *Revision {
	if !reflect.TypeOf(fsys).Comparable() { // its data is kept in maps
		fsys = checkout.NewCachingFS(fsys)
	}
	rev := &Revision{
		resolver: r, fsys: fsys, adapter: r.options.Adapter(fsys),
		places: map[place]*generation{}, parents: map[declared]*node{},
	}
	rev.pool = pool{rev: rev, written: map[Key][]found{}, kinds: map[string][]writing{}, retraced: map[*target]bool{}}
	return rev
}

// again is the same revision with nothing resolved. Nothing is read again.
func (rev *Revision) again() *Revision {
	out := rev.resolver.newRevision(rev.fsys)
	out.Files, out.plain, out.told, out.beside, out.files = rev.Files, rev.plain, rev.told, rev.beside, rev.files
	for _, x := range rev.roots {
		out.roots = append(out.roots, &root{target: x.target})
	}
	out.begin()
	return out
}

// readPlain reads the manifests that are applied as they are, including test data: an
// Application in it may be applied by hand, and so may one that only an unused component
// names. Links are not followed, because the linked file is read by itself, or is not
// known if it is elsewhere.
func (rev *Revision) readPlain() error {
	o, tree := rev.resolver.options, rev.resolver.walked(rev.fsys)
	skipped := func(name string) bool {
		for ; name != "."; name = path.Dir(name) {
			if o.Skip(name) {
				return true
			}
		}
		return false
	}
	declares := func(name string) (d gitops.Declared, may bool, err error) {
		data, err := fs.ReadFile(rev.fsys, name)
		if err != nil || !o.Tool.MayBeIn(data) {
			return d, false, err // most files
		}
		if d, err = checkout.Declared(tree, name); err != nil { // it is too large to be kept
			return gitops.Parse(o.Tool, o.Instance(name), name, data), true, nil
		}
		return d.In(o.Tool, o.Instance(name)), true, nil
	}
	unused := unusedManifests(tree)
	for _, f := range tree.Files(".") {
		isManifest := manifest.HasExtension(f.Path) && f.Type&^fs.ModeSymlink == 0
		if f.Out != "" && !f.IsTestData() || f.Code == checkout.Absent || f.Unread == "" && !isManifest || skipped(f.Path) {
			continue
		}
		unread := f.Unread
		if _, err := fs.Stat(rev.fsys, f.Path); err != nil && f.Type != 0 && unread == "" {
			unread = "a link to something outside of the repository, or to nothing"
		}
		if unread == "" && f.Type == 0 {
			rev.files = append(rev.files, f.Path)
		}
		named, beside := tree.Named(f.Path)
		switch {
		case beside && !named && unread == "" && f.Type == 0:
			d, _, err := declares(f.Path)
			if err != nil {
				return err
			}
			rev.beside.Merge(d)
		case (named || beside) && !unused[f.Path]:
		case unread != "":
			rev.plain.Unread = append(rev.plain.Unread, dupcheck.Unread{File: f.Path, Reason: unread, Code: f.Code})
		case f.Type == 0:
			d, may, err := declares(f.Path)
			if err != nil {
				return err
			}
			if unused[f.Path] && !may {
				continue
			}
			rev.Files++
			rev.plain.Merge(d)
		}
	}
	return nil
}

// told returns the objects that are applied from elsewhere, without files that are
// applied as they are anyway.
func told(o Options, tree fs.FS, plain gitops.Declared) (out gitops.Declared) {
	asItIs := map[string]bool{}
	for _, o := range plain.Objects {
		asItIs[o.At.File] = true
	}
	for _, x := range o.Roots(tree) {
		if !asItIs[x.Place] {
			out.Merge(gitops.Parse(o.Tool, x.Set, x.Place, []byte(x.Text)))
		}
	}
	return out
}

// asTheyAre returns the objects that no deployer deploys. Those of the options come
// first: of two with one name the last one counts, so that they hide no declaration.
func (rev *Revision) asTheyAre() (all gitops.Declared) {
	all.Merge(rev.told)
	all.Merge(rev.plain)
	return all
}

// unusedManifests are the files of components that no target uses.
func unusedManifests(tree *checkout.Tree) map[string]bool {
	unused := map[string]bool{}
	for _, u := range tree.Unused {
		k := tree.Kustomization(u.Dir)
		if k == nil {
			continue // a library chart
		}
		for _, r := range k.References {
			if name, err := k.Resolve(r); err == nil && r.Use == checkout.AsManifest {
				unused[name] = true
			}
		}
	}
	return unused
}

// Unread returns the unread manifests that may declare deployers.
func (rev *Revision) Unread() (all []dupcheck.Unread) {
	return append(slices.Clone(rev.plain.Unread), rev.deep...)
}

// Problems returns the fields that the tool refuses.
func (rev *Revision) Problems() (all []gitops.Problem) {
	seen := map[gitops.Problem]bool{}
	for _, g := range rev.live() {
		for _, p := range slices.Concat(g.from.Problems, g.Problems) {
			if !seen[p] && !g.top().unlisted {
				seen[p] = true
				all = append(all, p)
			}
		}
	}
	return all
}

// Unrendered are directories of charts and the like that may make deployers and
// that no deployer deploys: users render them by hand, kuniq does not.
func (rev *Revision) Unrendered() (dirs []string) {
	if rev.files == nil {
		return nil
	}
	deployed := map[string]bool{}
	for _, g := range rev.live() {
		rev.adapter.Directories(g.from, deployed)
	}
	for _, t := range rev.resolver.walked(rev.fsys).Targets {
		if t.Kind != checkout.Kustomization && !deployed[t.Dir] && !rev.resolver.options.Skip(t.Dir) && mayDeclare(rev.fsys, rev.resolver.options.Tool, t.Dir) {
			dirs = append(dirs, t.Dir)
		}
	}
	return dirs
}

// mayDeclare says whether some file of a directory may declare a deployer.
func mayDeclare(fsys fs.FS, tool gitops.Tool, dir string) (found bool) {
	err := fs.WalkDir(fsys, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if tool.MayDeploy(data) {
			found = true
			return fs.SkipAll
		}
		return err
	})
	return found || err != nil
}

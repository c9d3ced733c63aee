package deploy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/render"
)

// Adapter knows one tool. There is one for each revision.
type Adapter interface {
	// Prepare gets all declarations so far, before Declare is called. It is called again
	// when there are more.
	Prepare(d gitops.Declared)
	// Declare returns the deployers that decoded objects declare.
	Declare(d gitops.Declared) Declared
	// Directories adds the directories that the objects deploy as a whole.
	Directories(d gitops.Declared, to map[string]bool)
	// IsPinned reports whether an object of this revision is in a directory that a
	// deployer deploys at another revision: then the files there are not applied. all has
	// all declarations.
	IsPinned(all gitops.Declared, one dupcheck.Object) bool
	// Carry returns a deployer as another revision declares it, which deploys the files
	// of this revision.
	Carry(before Source) Source
}

// Declared is what some objects declare.
type Declared struct {
	// Deployers have everything but their objects.
	Deployers  []Source
	Generators []Generator
	Unexpanded []UnexpandedSet
	Named      []Named
	Problems   []gitops.Problem
}

// Source is a deployer and where its objects come from.
type Source struct {
	Deployer
	// Resolve returns the objects that it deploys. If it is nil, Desired says why these
	// are not known. It is called again once the targets that it asked for are rendered.
	Resolve func(*Renderer) Desired
	// Spec is for the adapter's Carry.
	Spec any
}

// Derived is a file system that shows a part of another one, such as the tree that a tool
// makes of a checkout before it renders. Both must be comparable.
type Derived interface {
	fs.FS
	// Of returns the other one. The paths of both are the same.
	Of() fs.FS
}

// Renderer is how a Source gets at its objects.
type Renderer struct {
	reading
	revision *Revision
	node     *node
	foreign  bool // something was read from outside of the revision
}

// reading lists all that the objects of a deployer are made of.
type reading struct {
	targets []*target // that were asked for
	own     []*target // of the revision among them
	files   []string  // of the revision that were read as they are
	lookups []lookup
}

// OriginOf is how positions name a tree of another repository.
func OriginOf(url, revision string) string {
	return strings.TrimSuffix(checkout.WithoutPassword(url)+" at "+revision, " at ")
}

// read records that a source reads a repository. It reports whether that is the
// repository of the revision.
func (r *Renderer) read(repo fs.FS) (own bool) {
	for {
		derived, ok := repo.(Derived)
		if !ok {
			break
		}
		repo = derived.Of()
	}
	own = repo == r.revision.fsys
	r.foreign = r.foreign || !own
	return own
}

// Render returns the objects of a target. It is Pending if the target is not rendered
// yet.
func (r *Renderer) Render(repo fs.FS, target render.Target) Desired {
	own := r.read(repo)
	t := r.revision.resolver.target(repo, target)
	r.targets = append(r.targets, t)
	if own {
		r.own = append(r.own, t)
	}
	known, ok := r.revision.resolver.results[t.key]
	switch {
	case t.failed != nil:
		return Desired{Unresolved: checkout.ReasonOf(t.failed), Code: checkout.CodeOf(t.failed), Inputs: r.closure(repo, t), Nests: t.nests}
	case ok && known.Unresolved != "" && t.nests:
		known.Inputs, known.Nests = r.closure(repo, t), true
		return known
	case ok:
		return known
	}
	return Desired{Pending: true, Inputs: t.key}
}

// Closure returns a digest of everything from which a target could be made, whether or
// not it can be rendered.
func (r *Renderer) Closure(repo fs.FS, target render.Target) string {
	r.read(repo)
	t := r.revision.resolver.target(repo, target)
	r.targets = append(r.targets, t)
	return r.closure(repo, t)
}

// Whole returns a digest of a whole repository, for objects that any of its files may
// affect.
func (r *Renderer) Whole(repo fs.FS) string { return r.revision.resolver.wholeOf(repo) }

// Kustomization returns the target of a kustomization. It returns false if the
// directory has none.
func (r *Renderer) Kustomization(repo fs.FS, dir string) (target render.Target, ok bool) {
	k := r.revision.resolver.tree(repo).Kustomization(dir)
	if k == nil {
		return target, false
	}
	return r.revision.resolver.kustomization(checkout.Target{Dir: k.Dir, File: k.File}), true
}

// File returns the objects of a file of plain manifests. Every file is parsed
// once.
func (r *Renderer) File(repo fs.FS, name string) Desired {
	if r.read(repo) {
		r.files = append(r.files, name)
	}
	return r.revision.resolver.file(repo, name)
}

// Join is what several sources deploy together, in their order.
func Join(parts ...Desired) (out Desired) {
	var reasons []checkout.Reason
	hash, known := sha256.New(), true
	for _, p := range parts {
		out.Objects = append(out.Objects, p.Objects...)
		out.Pending = out.Pending || p.Pending
		out.Nests = out.Nests || p.Nests
		if p.Unresolved != "" && !slices.Contains(reasons, p.Unresolved) {
			reasons = append(reasons, p.Unresolved)
			out.Unresolved = out.Unresolved.And(p.Unresolved)
			if out.Code == "" || !refuses(out.Code) {
				out.Code = p.Code // one refused source stops all of them
			}
		}
		if p.Values != "" {
			out.Values += p.Values + ";"
		}
		known = known && p.Inputs != ""
		fmt.Fprintf(hash, "%q", p.Inputs)
	}
	if known {
		out.Inputs = hex.EncodeToString(hash.Sum(nil))
	}
	return out
}

// DigestDir returns a hash of all files in a directory and below, or "" if it cannot be
// read. It shows that an unresolved source has changed. A link counts with its text and
// the file behind it, if there is one.
func DigestDir(repo fs.FS, dir string) string {
	hash := sha256.New()
	err := fs.WalkDir(repo, dir, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && path.Base(name) == ".git" {
			return fs.SkipDir
		}
		link := err == nil && entry.Type()&fs.ModeSymlink != 0
		if err != nil || !entry.Type().IsRegular() && !link {
			return err
		}
		data, err := fs.ReadFile(repo, name)
		fmt.Fprintf(hash, "%q %x", name, sha256.Sum256(data))
		if link {
			target, _ := fs.ReadLink(repo, name)
			fmt.Fprintf(hash, "%q %t", target, err != nil)
			return nil
		}
		return err
	})
	if err != nil {
		return ""
	}
	return hex.EncodeToString(hash.Sum(nil))
}

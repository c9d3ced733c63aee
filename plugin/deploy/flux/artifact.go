package flux

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/fluxcd/pkg/sourceignore"
	"github.com/fluxcd/pkg/sourceignore/gitignore"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

// artifact is the content that source-controller takes from a checkout for a GitRepository
// (source-controller v1.9, reconcileArtifact, and fluxcd/pkg artifact/storage, Archive):
// regular files that are not ignored, and no symbolic links.
type artifact struct {
	checkout fs.FS
	digest   string          // of what decides about it
	origin   string          // what the checkout is if it is not that which is read
	top      string          // the directory of the checkout that is its top, if it is not the whole
	absent   []string        // submodules of the artifact that the checkout lacks
	in       map[string]bool // files and directories
	dirs     map[string][]fs.DirEntry
}

// Of returns the checkout.
func (a *artifact) Of() fs.FS { return a.checkout }

// has says why a name does not exist.
func (a *artifact) has(op, name string) error {
	if !fs.ValidPath(name) || name != "." && !a.in[name] {
		return &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return nil
}

// Open implements fs.FS.
func (a *artifact) Open(name string) (fs.File, error) {
	if err := a.has("open", name); err != nil {
		return nil, err
	}
	return a.checkout.Open(name)
}

// ReadFile implements fs.ReadFileFS.
func (a *artifact) ReadFile(name string) ([]byte, error) {
	if err := a.has("open", name); err != nil {
		return nil, err
	}
	return fs.ReadFile(a.checkout, name)
}

// ReadDir implements fs.ReadDirFS.
func (a *artifact) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := a.has("open", name); err != nil {
		return nil, err
	}
	if entries, ok := a.dirs[name]; ok {
		return slices.Clone(entries), nil
	}
	return fs.ReadDir(a.checkout, name) // which says that it is none
}

// Stat implements fs.StatFS.
func (a *artifact) Stat(name string) (fs.FileInfo, error) {
	if err := a.has("stat", name); err != nil {
		return nil, err
	}
	return fs.Stat(a.checkout, name)
}

// lacks names a missing submodule that a directory is in, or has below it.
func (a *artifact) lacks(dir string) error {
	for _, module := range a.absent {
		if checkout.Below(dir, module) || checkout.Below(module, dir) {
			return checkout.Errorf(checkout.Absent, "it takes files of the submodule %s, which is not available", checkout.Named(module))
		}
	}
	return nil
}

func emptyArtifact(repo fs.FS) artifact {
	return artifact{checkout: repo, in: map[string]bool{}, dirs: map[string][]fs.DirEntry{".": nil}}
}

// newArtifact makes the artifact of a source. The error says why there is none.
func newArtifact(repo fs.FS, spec gitops.FluxSourceSpec) (*artifact, error) {
	if len(spec.Include) > 0 {
		return nil, checkout.Errorf(checkout.Remote, "its source includes another one")
	}
	w := walk{artifact: emptyArtifact(repo)}
	if spec.RecurseSubmodules {
		w.absent = checkout.AbsentSubmodules(repo)
	}
	for _, name := range spec.SparseCheckout {
		w.sparse = append(w.sparse, strings.TrimPrefix(name, "./"))
		if _, err := fs.Stat(repo, gitops.CleanDir(name)); err != nil {
			return nil, checkout.Errorf(checkout.Missing, "its source checks out %s, which is not there", dupcheck.QuoteBrief(name))
		}
	}
	if err := w.patterns("."); err != nil {
		return nil, err
	}
	if spec.Ignore != nil {
		w.ignore = append(w.ignore, sourceignore.ReadPatterns(strings.NewReader(*spec.Ignore), nil)...)
	}
	w.matcher = sourceignore.NewDefaultMatcher(w.ignore, nil)
	if len(w.ignore) > 0 { // the first pattern switches the defaults off
		w.matcher = sourceignore.NewMatcher(append(sourceignore.VCSPatterns(nil), w.ignore...))
	}
	_, err := w.take(".")
	return &w.artifact, err
}

// walk makes an artifact.
type walk struct {
	artifact
	sparse  []string
	ignore  []gitignore.Pattern
	matcher gitignore.Matcher
}

// entries returns the entries of a directory of the checkout, without those of git itself.
func (w *walk) entries(dir string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(w.checkout, dir)
	if err != nil {
		return nil, checkout.Errorf(checkout.Unreadable, "the directory %s cannot be read", checkout.Named(dir))
	}
	return slices.DeleteFunc(all, func(e fs.DirEntry) bool { return e.Name() == ".git" }), nil
}

// checkedOut says whether a file is in a sparse checkout (go-git v5.17,
// plumbing/format/index, SkipUnless).
func (w *walk) checkedOut(name string) bool {
	return len(w.sparse) == 0 || slices.ContainsFunc(w.sparse, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// patterns reads the ignore files of a directory and of those below. Each file is about its
// own directory (fluxcd/pkg sourceignore, LoadIgnorePatterns).
func (w *walk) patterns(dir string) error {
	entries, err := w.entries(dir)
	if err != nil {
		return err
	}
	file := path.Join(dir, sourceignore.IgnoreFile)
	if text, err := fs.ReadFile(w.checkout, file); err == nil && w.checkedOut(file) {
		w.ignore = append(w.ignore, sourceignore.ReadPatterns(bytes.NewReader(text), domainOf(dir))...)
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := w.patterns(path.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// domainOf returns the parts of a path.
func domainOf(dir string) []string {
	if dir == "." {
		return nil
	}
	return strings.Split(dir, "/")
}

// take takes in a directory, and says whether git has it: git has no empty directories.
func (w *walk) take(dir string) (inGit bool, err error) {
	entries, err := w.entries(dir)
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if !e.IsDir() {
			if !w.checkedOut(name) {
				continue
			}
			inGit = true
			if e.Type().IsRegular() && !w.matcher.Match(domainOf(name), false) {
				w.enter(name, e)
			}
			continue
		}
		there, err := w.take(name)
		if err != nil {
			return false, err
		}
		if there && !w.matcher.Match(domainOf(name), true) {
			w.enter(name, e)
		}
		inGit = inGit || there
	}
	return inGit, nil
}

// enter adds a file or directory to its parent directory, which then exists whether or not
// it is ignored.
func (a *artifact) enter(name string, e fs.DirEntry) {
	if name == "." || a.in[name] {
		return
	}
	a.in[name] = true
	if e.IsDir() {
		a.dirs[name] = slices.Concat(a.dirs[name], []fs.DirEntry{}) // it may be empty
	}
	dir := path.Dir(name)
	a.dirs[dir] = append(a.dirs[dir], e)
	if info, err := fs.Stat(a.checkout, dir); err == nil {
		a.enter(dir, fs.FileInfoToDirEntry(info))
	}
}

package migrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/gitenv"
	"github.com/kuniq/kuniq/split/journal"
)

// Repository is a work tree of git, and the directory in it that is migrated. All paths are
// relative to the top of the work tree and have slashes.
type Repository struct {
	top    string // absolute, without symbolic links
	gitDir string
	dir    string // "." for the top
	// reached says how its files are reached from the working directory.
	reached checkout.Reached
	root    *os.Root
	files   *journal.Run // for reading
	git     gitenv.Git
	// filters are the filters that the repository's own configuration defines. They are not
	// run.
	filters map[string]bool

	head    string
	tracked []string        // regular files, sorted
	known   map[string]bool // the same as a set
	links   []string        // symbolic links in the index
}

// Open finds the work tree of dir. It returns an error if there is none, because then
// nothing could be rolled back.
func Open(ctx context.Context, dir string) (*Repository, error) {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", dupcheck.Quote(dir), journal.Reason(err))
	case !info.IsDir():
		return nil, fmt.Errorf("%s is not a directory", dupcheck.Quote(dir))
	}
	r := &Repository{git: gitenv.Git{Dir: dir}}
	if err := r.locate(ctx, dir); err != nil {
		return nil, err
	}
	if r.root, err = os.OpenRoot(r.top); err != nil {
		return nil, err
	}
	if r.files, err = journal.Open(r.root, journal.Options{}); err != nil {
		_ = r.root.Close()
		return nil, err
	}
	if err := r.readIndex(ctx); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Close releases the repository.
func (r *Repository) Close() {
	r.files.Close()
	_ = r.root.Close() // it was only read
}

// Dir returns the directory of the migration, relative to the top.
func (r *Repository) Dir() string { return r.dir }

// locate asks git for the work tree.
func (r *Repository) locate(ctx context.Context, dir string) error {
	inside, err := r.git.Line(ctx, "rev-parse", "--is-inside-work-tree")
	var failed *gitenv.Error
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &failed) && gitenv.ExitCode(err) < 0:
		return fmt.Errorf("the git command is needed: %w", failed.Err)
	case errors.As(err, &failed) && !strings.Contains(failed.Stderr, "not a git repository"):
		return err
	case err != nil || inside != "true":
		return fmt.Errorf("%s is in no git work tree; without one a migration could not be rolled back", dupcheck.Quote(dir))
	}
	if r.top, err = r.git.Line(ctx, "rev-parse", "--show-toplevel"); err != nil {
		return err
	}
	if r.gitDir, err = r.git.Line(ctx, "rev-parse", "--absolute-git-dir"); err != nil {
		return err
	}
	if r.dir, err = below(r.top, dir); err != nil {
		return err
	}
	r.git.Dir, r.reached = r.top, checkout.Reached{Dir: dir, Below: r.dir}
	r.git.Config, r.filters, err = ownFilters(ctx, r.git)
	return err
}

// below returns dir relative to the top, and refuses one that is reached
// through a symbolic link inside the work tree.
func below(top, dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return "", err
	}
	if top, err = filepath.EvalSymlinks(top); err != nil {
		return "", err
	}
	rel, err := filepath.Rel(top, real)
	if err != nil || !filepath.IsLocal(rel) {
		return "", fmt.Errorf("%s is not below the work tree %s that git names", dupcheck.Quote(dir), dupcheck.Quote(top))
	}
	if rel == "." {
		return rel, nil
	}
	upper, found := strings.CutSuffix(abs, string(filepath.Separator)+rel)
	if real, err := filepath.EvalSymlinks(upper); !found || err != nil || real != top {
		return "", fmt.Errorf("%s is reached through a symbolic link inside the repository; name %s itself",
			dupcheck.Quote(dir), dupcheck.Quote(filepath.Join(top, rel)))
	}
	return filepath.ToSlash(rel), nil
}

// Modes of the index (git-ls-files, gitformat-index).
const (
	modeLink      = "120000"
	modeSubmodule = "160000"
)

// readIndex reads which files git tracks.
func (r *Repository) readIndex(ctx context.Context) error {
	head, err := r.git.Line(ctx, "rev-parse", "--verify", "--quiet", "HEAD")
	if err != nil && gitenv.ExitCode(err) != 1 {
		return err
	}
	r.head = head
	entries, err := r.git.Fields(ctx, "ls-files", "-z", "--stage")
	if err != nil {
		return err
	}
	r.known = map[string]bool{}
	for _, e := range entries {
		meta, p, _ := strings.Cut(e, "\t")
		mode, rest, _ := strings.Cut(meta, " ")
		switch {
		case !strings.HasSuffix(rest, " 0"):
			return fmt.Errorf("%s has a merge conflict", dupcheck.Quote(r.reached.File(p)))
		case mode == modeLink:
			r.links = append(r.links, p)
		case mode != modeSubmodule:
			r.known[p] = true
			r.tracked = append(r.tracked, p)
		}
	}
	slices.Sort(r.tracked)
	return nil
}

// readFile reads a regular file that no symbolic link leads to. Each directory is listed
// once.
func (r *Repository) readFile(p string) ([]byte, fs.FileMode, error) {
	dir, base := journal.SplitPath(p)
	in := r.files.Tree.Look(dir)
	switch typ, there := in.Entries[base]; {
	case in.Blocked != "":
		return nil, 0, fmt.Errorf("%s %s", dupcheck.Quote(in.Blocked), in.Why)
	case !there:
		return nil, 0, syscall.ENOENT
	case !typ.IsRegular():
		return nil, 0, errors.New("it " + journal.WhatIs(typ))
	}
	folder, err := r.files.Tree.Folder(dir)
	if err != nil {
		return nil, 0, err
	}
	mode, err := folder.Perm(base)
	if err != nil {
		return nil, 0, err
	}
	data, err := journal.ReadFile(folder, base, mostBytes)
	return data, mode, err
}

// mostBytes is the size of the largest file that is read.
const mostBytes = 1 << 30

// within says whether a path is below the directory of the migration.
func (r *Repository) within(p string) bool { return checkout.Below(p, r.dir) }

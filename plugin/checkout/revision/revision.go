// Package revision asks git what other revisions of a repository hold, and which
// files have changed since. It runs the git command so that nothing the
// repository says is executed or fetched. [Open] is for questions about the
// working tree, [Repository] for those about commits alone.
//
// The package is v0: the API may change in any minor release, as the changelog
// says.
package revision

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/internal/gitenv"
)

// Revision is a commit of a repository. Open makes one.
type Revision struct {
	name   string // as it was asked for
	commit string
	repo   Repository // at the top of the working tree, without symbolic links
	cwd    string     // the directory in it, without symbolic links
}

// Open finds a revision, by any name that git has for a commit, in the
// repository of a directory. Its errors say what to do.
func Open(ctx context.Context, dir, name string) (*Revision, error) {
	r := &Revision{name: name, repo: Repository{dir}}
	if _, err := exec.LookPath("git"); err != nil {
		return nil, errors.New("the git command is needed and was not found")
	}
	top, err := r.repo.git().Line(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, fmt.Errorf("the working directory is in no git repository that can be read: %w", err)
	}
	if r.repo.Dir, err = filepath.EvalSymlinks(top); err != nil {
		return nil, err
	}
	if r.cwd, err = filepath.Abs(dir); err == nil {
		r.cwd, err = filepath.EvalSymlinks(r.cwd)
	}
	if err != nil {
		return nil, err
	}
	r.commit, err = r.repo.Commit(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("there is no revision %s here: git fetch it first; a checkout in CI often has only one commit (fetch-depth: 0 gets them all)",
			dupcheck.QuoteAlways(name))
	}
	return r, nil
}

// Name returns the name by which the revision was asked for.
func (r *Revision) Name() string { return r.name }

// ErrAbsent says that a revision has no file of that name.
var ErrAbsent = errors.New("there is no such file")

// ReadFile returns the content of a file in the revision. The path is one as
// seen from the directory that was given to Open, which need not have the file.
// A file larger than most bytes, and what is not a regular file, such as a symbolic
// link, is an error. If nothing is there the error is ErrAbsent.
func (r *Revision) ReadFile(ctx context.Context, path string, most int) ([]byte, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.cwd, path)
	}
	rel, err := r.fromTop(path)
	if err != nil {
		return nil, errors.New("it is outside of the repository")
	}
	entry, err := r.repo.git().Line(ctx, "ls-tree", "-z", "--full-tree", r.commit, "--", rel)
	if err != nil {
		return nil, err
	}
	if entry == "" {
		return nil, ErrAbsent
	}
	fields := strings.Fields(entry) // mode, type, object
	if len(fields) < 3 || fields[1] != "blob" || !strings.HasPrefix(fields[0], "100") {
		return nil, errors.New("it is not a regular file")
	}
	var data []byte
	err = r.repo.git().Stream(ctx, func(in io.Reader) (err error) {
		data, err = io.ReadAll(io.LimitReader(in, int64(most)+1))
		if err == nil && len(data) > most {
			err = fmt.Errorf("it is larger than %d bytes", most)
		}
		return err
	}, "cat-file", "blob", fields[2])
	return data, err
}

// before returns the commit from which the revision and HEAD went apart, and a git
// to compare the working tree with it.
func (r *Revision) before(ctx context.Context) (base string, g gitenv.Git, err error) {
	if base, err = r.mergeBase(ctx); err != nil {
		return "", g, err
	}
	g, err = withoutFilters(ctx, r.repo.git())
	return base, g, err
}

// mergeBase returns the commit from which the revision and HEAD went apart.
func (r *Revision) mergeBase(ctx context.Context) (string, error) {
	base, err := r.repo.git().Line(ctx, "merge-base", r.commit, "HEAD")
	if err == nil {
		base, _, _ = strings.Cut(base, "\n")
		return base, nil
	}
	if gitenv.ExitCode(err) != 1 {
		return "", err
	}
	shallow, err := r.repo.Shallow(ctx)
	if err != nil {
		return "", err
	}
	if shallow {
		return "", fmt.Errorf("this clone is shallow and does not reach the commit that HEAD and %s have in common: git fetch --unshallow (in CI: fetch-depth: 0)",
			dupcheck.QuoteAlways(r.name))
	}
	return "", fmt.Errorf("HEAD and %s have no commit in common", dupcheck.QuoteAlways(r.name))
}

// isLink says whether a path is a symbolic link.
func isLink(path string) (bool, error) {
	info, err := os.Lstat(path)
	return err == nil && info.Mode()&os.ModeSymlink != 0, err
}

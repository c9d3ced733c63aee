package migrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/split"
	"github.com/kuniq/kuniq/split/journal"
)

// WriteOptions say how a plan is written. The zero value is ready to use.
type WriteOptions struct {
	// Git stages exactly the files that were touched. Nothing is committed.
	Git bool
	// Progress is called with the number of files that are done. It may be nil.
	Progress func(done, total int)

	// step and open are hooks for tests; see journal.Options.
	step func(op, path string) error
	open func(root *os.Root) (journal.Folder, error)
}

// Result is the result of Write or Abort.
type Result struct {
	// Created, Edited and Removed are the files, sorted.
	Created, Edited, Removed []string
	// Staged says that git has them in its index.
	Staged bool
}

// ConflictError says that files were changed meanwhile: their bytes are neither those before
// nor those after a run. None of them was touched.
type ConflictError = journal.ConflictError

// RefusedError says why a plan was not written. Nothing was changed.
type RefusedError struct {
	// Refusals are those of the plan.
	Refusals []Refusal

	reached checkout.Reached
}

// Error returns how many reasons there are, and the first of them.
func (e *RefusedError) Error() string {
	first := e.Refusals[0]
	return fmt.Sprintf("nothing was written, for %d reasons; the first is %s: %s",
		len(e.Refusals), dupcheck.Quote(e.reached.File(first.At.File)), first.Reason.Shown(e.reached.File))
}

var (
	// ErrBusy is the error, wrapped, if another run works on the same repository.
	ErrBusy = journal.ErrBusy
	// ErrUnfinished is the error of Write if an earlier run was interrupted. Abort restores
	// the files that it has changed.
	ErrUnfinished = errors.New("an earlier migration was interrupted")
	// ErrNoRun is the error of Abort if there is nothing to undo.
	ErrNoRun = errors.New("there is no migration to undo")
)

// Unfinished reports whether an earlier run was interrupted.
func (r *Repository) Unfinished() bool {
	_, err := os.Lstat(filepath.Join(r.gitDir, journalDir, journal.JournalName))
	return err == nil
}

// run is a run that changes files.
type run struct {
	repo    *Repository
	home    *os.Root
	files   *journal.Run
	changes []journal.Change
	// stage says that the changes have to be staged, and staged that git may have them in
	// its index.
	stage, staged bool
}

// begin opens a run, and locks others out. Unlike the caller's context, the context of its
// git never ends, because the rest takes only a moment.
func (r *Repository) begin(ctx context.Context, o WriteOptions) (*run, error) {
	home, err := r.openHome()
	if err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	x := &run{repo: r, home: home, stage: o.Git}
	x.files, err = journal.Begin(r.root, journal.Options{
		Home: home, Careful: true, Keep: true, Note: r.head, Step: o.step, Open: o.open,
		Finish:   func() error { return x.addToIndex(ctx) },
		Undone:   func() error { return x.resetIndex(ctx) },
		Progress: o.Progress,
	})
	if err != nil {
		_ = home.Close() // nothing was written
	}
	return x, err
}

func (x *run) close() {
	x.files.Close()
	_ = x.home.Close() // the files in it are closed
}

// journalDir is the directory below that of git in which package journal keeps, until the
// next run, the journal of a run and the old files. With its journal everything is restored
// that a killed or a finished run has changed.
const journalDir = "kuniq-migrate"

// openHome opens that directory.
func (r *Repository) openHome() (*os.Root, error) {
	dir := filepath.Join(r.gitDir, journalDir)
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	home, err := split.OpenDir(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return home, nil
}

// Write carries out the plan: all of it, or nothing. The error is a *RefusedError if the
// plan has refusals, and a *DirtyError if there are uncommitted changes. Before the first
// file changes ctx may end it; afterwards it continues, because the rest takes only a
// moment. Write reads every file back, and if anything is wrong it restores all of them.
func (p *Plan) Write(ctx context.Context, o WriteOptions) (Result, error) {
	switch {
	case len(p.Refusals) > 0:
		return Result{}, &RefusedError{p.Refusals, p.repo.reached}
	case len(p.changes) == 0:
		return Result{}, nil
	}
	x, err := p.repo.begin(ctx, o)
	if err != nil {
		return Result{}, err
	}
	defer x.close()
	if p.repo.Unfinished() {
		return Result{}, ErrUnfinished
	}
	if err := p.repo.clean(ctx); err != nil {
		return Result{}, err
	}
	x.changes = ranked(p.changes)
	if err := x.files.Commit(ctx, x.changes); err != nil {
		return Result{}, err
	}
	return x.result(), nil
}

// addToIndex puts exactly the touched files into the index, if that was requested.
func (x *run) addToIndex(ctx context.Context) error {
	if !x.stage {
		return nil
	}
	x.staged = true
	_, err := x.repo.git.Asking(x.paths()).Line(ctx, "update-index", "-z", "--add", "--remove", "--stdin")
	return err
}

// resetIndex resets the touched files in the index to the last commit, which is their state
// before the run.
func (x *run) resetIndex(ctx context.Context) error {
	if !x.staged || x.repo.head == "" {
		return nil
	}
	_, err := x.repo.git.Asking(x.paths()).Line(ctx, "reset", "-q", "--pathspec-from-file=-", "--pathspec-file-nul", "HEAD")
	if err != nil {
		err = fmt.Errorf("the index of git could not be put back: %w", err)
	}
	return err
}

// paths returns the paths of all changes.
func (x *run) paths() []string {
	return each(x.changes, func(c journal.Change) string { return c.Path })
}

func (x *run) result() Result {
	out := Result{Staged: x.stage}
	for _, c := range x.changes {
		switch {
		case c.Old == journal.Digest{}:
			out.Created = append(out.Created, c.Path)
		case c.IsDelete():
			out.Removed = append(out.Removed, c.Path)
		default:
			out.Edited = append(out.Edited, c.Path)
		}
	}
	return out
}

// Abort undoes a run that was interrupted, or else the last finished one, as long as it is
// not committed. It restores the bytes of every file. If one of the files was changed since,
// the error is a *ConflictError, and nothing is touched. If Abort is killed, the next call
// does the rest.
func (r *Repository) Abort(ctx context.Context) (Result, error) { return r.abort(ctx, WriteOptions{}) }

func (r *Repository) abort(ctx context.Context, o WriteOptions) (Result, error) {
	x, err := r.begin(ctx, o)
	if err != nil {
		return Result{}, err
	}
	defer x.close()
	j, err := x.files.Read()
	switch {
	case err != nil:
		return Result{}, fmt.Errorf("the journal in the git directory: %w", err)
	case j == nil:
		return Result{}, ErrNoRun
	case j.Kept && j.Note != r.head:
		return Result{}, fmt.Errorf("%w: the last one was finished, and there are commits since; use git revert", ErrNoRun)
	}
	x.changes, x.staged = j.Changes, true
	files, err := x.files.Undo(j)
	var conflict *ConflictError
	switch {
	case errors.As(err, &conflict):
		return Result{}, conflict
	case err != nil:
		return Result{}, fmt.Errorf("the journal in the git directory: %w", err)
	case files == 0 && j.Kept:
		return Result{}, ErrNoRun
	}
	return x.result(), nil
}

// ranked orders changes so that at any moment every object is in some file.
func ranked(changes []journal.Change) []journal.Change {
	rank := func(c journal.Change) int {
		switch {
		case c.Old == journal.Digest{}:
			return 0
		case c.IsDelete():
			return 2
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(changes), func(a, b journal.Change) int { return rank(a) - rank(b) })
}

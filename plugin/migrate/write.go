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
	"github.com/kuniq/kuniq/split"
	"github.com/kuniq/kuniq/split/journal"
)

// WriteOptions say how a plan is written. The zero value is ready to use.
type WriteOptions struct {
	// Git stages exactly the files that were touched. Nothing is committed.
	Git bool
	// Progress is told how many of the files are done. It may be nil.
	Progress func(done, total int)

	// step and open are how tests break in; see journal.Options.
	step func(op, path string) error
	open func(root *os.Root) (journal.Folder, error)
}

// Result says what was done.
type Result struct {
	// Created, Edited and Removed are the files, sorted.
	Created, Edited, Removed []string
	// Staged says that git has them in its index.
	Staged bool
	// Undone says that a run of Abort was interrupted, and is complete now: the files
	// are as they were before the migration.
	Undone bool
}

// ConflictError says that files are neither what a run found nor what it wrote, for
// they were changed meanwhile. None of them was touched.
type ConflictError = journal.ConflictError

// RefusedError says why a plan was not written. Nothing was changed.
type RefusedError struct {
	// Refusals are those of the plan.
	Refusals []split.Refusal
}

// Error returns how many reasons there are, and the first of them.
func (e *RefusedError) Error() string {
	first := e.Refusals[0]
	return fmt.Sprintf("nothing was written, for %d reasons; the first is %s: %s",
		len(e.Refusals), dupcheck.Quote(first.At.File), first.Reason)
}

var (
	// ErrBusy is the error if another run works on the same repository.
	ErrBusy = errors.New("another run of kuniq migrate works on this repository")
	// ErrUnfinished is the error of New and Write if an earlier run was
	// interrupted.
	ErrUnfinished = errors.New("an earlier migration was interrupted")
	// ErrNoRun is the error of Resume if nothing was interrupted, and of
	// Abort if there is nothing to undo.
	ErrNoRun = errors.New("there is no migration to undo")
)

// Unfinished says whether an earlier run was interrupted.
func (r *Repository) Unfinished() bool {
	_, err := os.Lstat(filepath.Join(r.gitDir, journalDir, journal.JournalName))
	return err == nil
}

// run is a run that changes files.
type run struct {
	repo   *Repository
	store  *store
	record *record
	files  *journal.Run
	// ending is what git does when the files are as they are to be, and ended
	// whether it may have begun.
	ending func(ctx context.Context, r *run) error
	ended  bool
}

// begin opens a run, and keeps others out. Unlike the caller's context that of git has
// no end, because the rest takes only a moment.
func (r *Repository) begin(ctx context.Context, o WriteOptions) (*run, error) {
	s, err := r.openStore()
	if err != nil {
		return nil, err
	}
	x := &run{repo: r, store: s}
	x.files, err = journal.Open(r.root, journal.Options{
		Home: s.root, Careful: true, Step: o.step, Open: o.open,
		Finish: func() error {
			x.ended = true
			return x.ending(context.WithoutCancel(ctx), x)
		},
		Progress: o.Progress,
	})
	if err != nil {
		s.close()
		return nil, err
	}
	return x, nil
}

func (x *run) close() {
	x.files.Close()
	x.store.close()
}

// Write does what the plan says: all of it, or nothing. It is a *RefusedError
// if the plan has refusals, and a *DirtyError if there are changes that are
// not committed. Before the first file changes ctx may end it; afterwards it
// goes on, because the rest takes only a moment. Every file is read back, and
// if anything is wrong all of them are put back.
func (p *Plan) Write(ctx context.Context, o WriteOptions) (Result, error) {
	switch {
	case len(p.Refusals) > 0:
		return Result{}, &RefusedError{p.Refusals}
	case len(p.actions) == 0:
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
	x.record, x.ending = p.newRecord(o.Git), stage
	changes := ranked(x.record.Steps)
	if err := x.files.Expect(changes); err != nil {
		return Result{}, err
	}
	if err := x.store.keep(x.record, p.actions, ctx.Err); err != nil {
		return Result{}, fmt.Errorf("writing the journal: %w", err)
	}
	if err := x.files.Commit(ctx, changes); err != nil {
		return Result{}, x.failed(ctx, err)
	}
	return x.record.result(), nil
}

// failed is the error of a run, after the index of git is as it was, too.
func (x *run) failed(ctx context.Context, err error) error {
	if !x.ended || x.repo.Unfinished() {
		return err
	}
	if git := unstage(context.WithoutCancel(ctx), x); git != nil {
		return fmt.Errorf("%w; the index of git could not be put back: %w", err, git)
	}
	return err
}

// stage puts exactly the touched files into the index, if that is asked for.
func stage(ctx context.Context, x *run) error {
	if !x.record.Git {
		return nil
	}
	_, err := x.repo.git.Asking(x.record.paths()).Line(ctx, "update-index", "-z", "--add", "--remove", "--stdin")
	return err
}

// unstage takes the touched files back to the last commit in the index, which
// is where they were.
func unstage(ctx context.Context, x *run) error {
	if x.record.Head == "" {
		return nil
	}
	_, err := x.repo.git.Asking(x.record.paths()).Line(ctx, "reset", "-q", "--pathspec-from-file=-", "--pathspec-file-nul", "HEAD")
	return err
}

func leave(context.Context, *run) error { return nil }

func (r *record) result() Result {
	out := Result{Staged: r.Git && !r.Undo, Undone: r.Undo}
	for _, c := range r.Steps {
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

// complete does the rest of what an interrupted run has begun.
func (x *run) complete(ending func(context.Context, *run) error) error {
	x.ending = ending
	_, err := x.files.Complete()
	var conflict *ConflictError
	switch {
	case errors.As(err, &conflict):
		return conflict
	case err != nil:
		return fmt.Errorf("the journal in the git directory: %w", err)
	}
	return nil
}

// Resume completes a run that was interrupted, be it one of Write or of Abort. It is a
// *DirtyError if anything besides the files of that run has changes that are not
// committed, and a *ConflictError if one of its own files was changed meanwhile.
func (r *Repository) Resume(ctx context.Context, o WriteOptions) (Result, error) {
	x, err := r.begin(ctx, o)
	if err != nil {
		return Result{}, err
	}
	defer x.close()
	if !r.Unfinished() {
		return Result{}, ErrNoRun
	}
	if x.record, err = x.store.load(); err != nil {
		return Result{}, err
	}
	if err := r.clean(ctx, x.record.paths()...); err != nil {
		return Result{}, err
	}
	x.record.Git = x.record.Git || o.Git
	if x.record.Undo {
		if err := x.complete(unstage); err != nil {
			return Result{}, err
		}
		return x.record.result(), x.store.forget()
	}
	return x.record.result(), x.complete(stage)
}

// Abort undoes a run that was interrupted, or else the last one that came to
// its end, as long as it is not committed. Every file gets its bytes back. It
// is a *ConflictError, and nothing is touched, if there was a change to one of the
// files since.
func (r *Repository) Abort(ctx context.Context) (Result, error) { return r.abort(ctx, WriteOptions{}) }

func (r *Repository) abort(ctx context.Context, o WriteOptions) (Result, error) {
	x, err := r.begin(ctx, o)
	if err != nil {
		return Result{}, err
	}
	defer x.close()
	x.record, err = x.store.load()
	interrupted := r.Unfinished()
	switch {
	case errors.Is(err, fs.ErrNotExist) && !interrupted:
		return Result{}, ErrNoRun
	case err != nil:
		return Result{}, err
	case !interrupted && x.record.Head != r.head:
		return Result{}, fmt.Errorf("%w: the last one was finished, and there are commits since; use git revert", ErrNoRun)
	}
	result := x.record.result()
	result.Staged, result.Undone = false, true
	undone, ending := interrupted && x.record.Undo, leave
	if undone {
		ending = unstage
	}
	if interrupted {
		err = x.complete(ending)
	}
	if err == nil && !undone {
		err = x.undo(ctx)
	}
	if err != nil {
		return Result{}, err
	}
	return result, x.store.forget()
}

// undo changes the files back, by a run of its own. Those that are as they were stay,
// and if all of them are there was no run.
func (x *run) undo(ctx context.Context) error {
	x.record.Undo, x.ending = true, unstage
	var changes []journal.Change
	for i, c := range x.record.Steps {
		if x.files.Expect([]journal.Change{c}) == nil {
			continue // as it was
		}
		c.Old, c.New = c.New, c.Old
		if !c.IsDelete() {
			old, err := x.store.old(i)
			if err != nil {
				return err
			}
			c.Parts = [][]byte{old}
		}
		changes = append(changes, c)
	}
	if len(changes) == 0 && len(x.record.Steps) > 0 {
		return ErrNoRun
	}
	changes = ranked(changes)
	if err := x.files.Expect(changes); err != nil {
		return err
	}
	if err := x.store.save(x.record); err != nil {
		return err
	}
	return x.files.Commit(context.WithoutCancel(ctx), changes)
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

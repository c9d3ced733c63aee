package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/split"
)

// WriteOptions say how a plan is written. The zero value is ready to use.
type WriteOptions struct {
	// Git stages exactly the files that were touched. Nothing is committed.
	Git bool
	// Progress is told how many of the files are done. It may be nil.
	Progress func(done, total int)

	fault func(op, path string) error
}

// Result says what was done.
type Result struct {
	// Created, Edited and Removed are the files, sorted.
	Created, Edited, Removed []string
	// Staged says that git has them in its index.
	Staged bool
}

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
	ErrUnfinished = errors.New("an earlier migration was interrupted; --write completes it, --abort undoes it")
	// ErrNoRun is the error of Resume if nothing was interrupted, and of
	// Abort if there is nothing to undo.
	ErrNoRun = errors.New("there is no migration to undo")
)

// Unfinished says whether an earlier run was interrupted.
func (r *Repository) Unfinished() bool { return r.exists(runName) }

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
	s, err := p.repo.openStore()
	if err != nil {
		return Result{}, err
	}
	defer s.close()
	if p.repo.exists(runName) {
		return Result{}, ErrUnfinished
	}
	dirty, err := p.repo.changed(ctx)
	if err != nil {
		return Result{}, err
	}
	if len(dirty) > 0 {
		return Result{}, &DirtyError{dirty}
	}
	a := &applier{repo: p.repo, store: s, state: runName, journal: p.newJournal(o.Git), fault: o.fault, progress: o.Progress}
	if err := a.begin(ctx, p.actions); err != nil {
		_ = s.root.RemoveAll(stagingName)
		return Result{}, err
	}
	return a.complete(context.WithoutCancel(ctx))
}

// begin writes the journal. Its renaming is the point of no return.
func (a *applier) begin(ctx context.Context, actions []action) error {
	for _, s := range a.journal.Steps {
		now, err := a.hash(s.Path)
		if err != nil {
			return err
		}
		if now != s.Old {
			return &ConflictError{[]string{s.Path}}
		}
	}
	if err := a.store.write(stagingName, a.journal, actions, ctx.Err); err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	return a.store.rename(stagingName, runName)
}

// complete brings a run to its end, or back to its beginning.
func (a *applier) complete(ctx context.Context) (Result, error) {
	err := a.forward()
	if err == nil && a.journal.Git {
		err = a.stage(ctx)
	}
	if err == nil {
		err = a.store.rename(runName, doneName)
	}
	if err == nil {
		return a.result(), nil
	}
	if undo := a.undo(ctx); undo != nil {
		return Result{}, fmt.Errorf("%w; putting everything back failed, too: %w; try again with --write or --abort", err, undo)
	}
	return Result{}, fmt.Errorf("%w; everything was put back", err)
}

// undo takes a run back.
func (a *applier) undo(ctx context.Context) error {
	if err := a.backward(); err != nil {
		return err
	}
	if err := a.unstage(ctx); err != nil {
		return err
	}
	return a.store.root.RemoveAll(a.state)
}

// stage puts exactly the touched files into the index.
func (a *applier) stage(ctx context.Context) error {
	_, err := a.repo.git.run(ctx, nulTerminated(a.journal.paths()), "update-index", "-z", "--add", "--remove", "--stdin")
	return err
}

// unstage takes the touched files back to the last commit in the index, which
// is where they were.
func (a *applier) unstage(ctx context.Context) error {
	if a.journal.Head == "" {
		return nil
	}
	_, err := a.repo.git.run(ctx, nulTerminated(a.journal.paths()), "reset", "-q", "--pathspec-from-file=-", "--pathspec-file-nul", "HEAD")
	return err
}

func (a *applier) result() Result {
	r := Result{Staged: a.journal.Git}
	for _, s := range a.journal.Steps {
		switch {
		case creating(s):
			r.Created = append(r.Created, s.Path)
		case editing(s):
			r.Edited = append(r.Edited, s.Path)
		default:
			r.Removed = append(r.Removed, s.Path)
		}
	}
	return r
}

// Resume completes a run that was interrupted. It is a *DirtyError if anything
// besides the files of that run has changes that are not committed, and a
// *ConflictError if one of its own files was changed meanwhile.
func (r *Repository) Resume(ctx context.Context, o WriteOptions) (Result, error) {
	s, err := r.openStore()
	if err != nil {
		return Result{}, err
	}
	defer s.close()
	if !r.exists(runName) {
		return Result{}, ErrNoRun
	}
	j, err := s.load(runName)
	if err != nil {
		return Result{}, err
	}
	dirty, err := r.changed(ctx)
	if err != nil {
		return Result{}, err
	}
	own := map[string]bool{}
	for _, s := range j.Steps {
		own[s.Path] = true
	}
	if dirty = slices.DeleteFunc(dirty, func(p string) bool { return own[p] }); len(dirty) > 0 {
		return Result{}, &DirtyError{dirty}
	}
	j.Git = j.Git || o.Git
	a := &applier{repo: r, store: s, state: runName, journal: j, fault: o.fault, progress: o.Progress}
	if err := a.check(); err != nil {
		return Result{}, err
	}
	return a.complete(context.WithoutCancel(ctx))
}

// Abort undoes a run that was interrupted, or else the last one that came to
// its end, as long as it is not committed. Every file gets its bytes back. It
// is a *ConflictError, and nothing is touched, if there was a change to one of the
// files since.
func (r *Repository) Abort(ctx context.Context) (Result, error) {
	s, err := r.openStore()
	if err != nil {
		return Result{}, err
	}
	defer s.close()
	state := runName
	if !r.exists(runName) {
		state = doneName
	}
	if !r.exists(state) {
		return Result{}, ErrNoRun
	}
	j, err := s.load(state)
	if err != nil {
		return Result{}, err
	}
	if state == doneName && j.Head != r.head {
		return Result{}, fmt.Errorf("%w: the last one was finished, and there are commits since; use git revert", ErrNoRun)
	}
	a := &applier{repo: r, store: s, state: state, journal: j}
	result := a.result()
	return result, a.undo(context.WithoutCancel(ctx))
}

// Hint says how the changes of a run are committed, found by git blame, and
// rolled back.
func (r Result) Hint(dir string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "commit nothing else with it, so that it stays a pure move:\n")
	if !r.Staged {
		fmt.Fprintf(&b, "  git add --update :/\n  git add -- %s    # without what git did not track before\n", dir)
	}
	fmt.Fprintf(&b, "  git commit -m 'Split manifests into one object per file'\n")
	fmt.Fprintf(&b, "afterwards `git blame -C FILE` finds the commits from before\n")
	fmt.Fprintf(&b, "to roll back: kuniq migrate --abort %s before the commit, git revert after it\n", dir)
	return b.String()
}

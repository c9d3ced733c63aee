package split

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/split/journal"
)

// Package journal says how Plan.Write survives a kill. An untrusted pull request may have
// put files into the directory, also as .kuniq-index, .kuniq-journal and .kuniq-tmp. So a
// file is replaced or removed only if the index has the SHA-256 of its bytes, even if a
// journal asks for it. (A file in .NAME.kuniq-new must be named by its index; see
// writeNew.)

// WriteOptions say how a plan is written. The zero value is ready to use.
type WriteOptions struct {
	// Prune removes the files that an earlier run wrote, that are unchanged since, and
	// that are not in the plan.
	Prune bool
	// Extension is that of the files, if it is another one than .yaml, .yml and .json.
	// Only files with these extensions are written or removed, and those that a killed
	// WriteDir left.
	Extension string
	// Progress gets the number of files that are written and removed so far, and the
	// number of all. The goroutine that called Write calls it. It may be nil.
	Progress func(done, total int)
	// Warn gets the error if WriteDir could not remove the files of a killed run. It may
	// be nil.
	Warn func(error)

	// step and open are how tests break in; see journal.Options.
	step func(op, name string) error
	open func(root *os.Root) (journal.Folder, error)
}

// Result lists what was done, or what would be done. Paths are below the output directory
// and sorted.
type Result struct {
	// Written are files that are new or have new bytes.
	Written []string `json:"written"`
	// Unchanged are files that had the bytes of the plan already.
	Unchanged []string `json:"unchanged"`
	// Pruned are files of an earlier run that were removed.
	Pruned []string `json:"removed"`
	// Kept are files of an earlier run that are not in the plan and that
	// have changed since, so that they are never removed.
	Kept []string `json:"kept"`
	// Stale are files of an earlier run that are not in the plan and stay
	// because WriteOptions.Prune is off.
	Stale []string `json:"stale"`
	// Undone says that an earlier run was interrupted, and that this run first restored
	// the files that it had changed.
	Undone bool `json:"-"`
}

// RefusedError says why a plan was not written. Nothing was changed.
type RefusedError struct {
	// Refusals are all the reasons.
	Refusals []Refusal
}

// Error returns all reasons, each with its place on a line of its own.
func (e *RefusedError) Error() string {
	var b strings.Builder
	b.WriteString("nothing was written:")
	for _, r := range e.Refusals {
		b.WriteString("\n  " + dupcheck.Quote(r.At.File))
		if r.At.Line > 0 {
			fmt.Fprintf(&b, ":%d", r.At.Line)
		}
		b.WriteString(": " + dupcheck.Quote(r.Reason))
	}
	return b.String()
}

// ErrBusy is the error of Plan.Write, wrapped, if another run is writing to the same
// directory.
var ErrBusy = journal.ErrBusy

// ErrInterrupted is the error of Plan.Preview, wrapped, if an earlier run was
// interrupted, or is at work. Plan.Write restores the files that it has changed.
var ErrInterrupted = errors.New("an earlier run was interrupted; the next one that writes puts everything back first")

// Write writes all files of the plan below root, or none of them. It is a
// *RefusedError if there are reasons not to, ErrBusy if another run is at work
// there, and any other error if it could not be done; after each of them the
// directory is as it was, unless the error says otherwise.
//
// Files that have the bytes of the plan already are not touched. Files with
// other bytes are replaced only if an earlier run wrote them, as the index
// .kuniq-index in root says, and they are unchanged since. Symbolic links
// below root are never followed. A run that finds nothing to do touches
// nothing. Once the files begin to change, ctx is no longer asked.
//
// If the process is killed at any moment, the directory is as it was or as it is to
// be, or the next run puts everything back before it does anything else.
func (p Plan) Write(ctx context.Context, root *os.Root, o WriteOptions) (Result, error) {
	if len(p.Refusals) > 0 {
		return Result{}, &RefusedError{p.Refusals}
	}
	d, err := openDiff(journal.Begin, root, "", p, o)
	if err != nil {
		return Result{}, err
	}
	defer d.run.Close()
	undone, err := d.undo()
	if err != nil {
		return Result{}, err
	}
	d.result.Undone = undone
	if err := d.compare(ctx); err != nil {
		return Result{Undone: undone}, err
	}
	if err := d.run.Commit(ctx, d.changes); err != nil {
		return Result{Undone: undone}, err
	}
	return d.result, nil
}

// Preview returns what Write would do, and changes nothing. The refusals are those of the
// plan and those that the directory adds.
func (p Plan) Preview(root *os.Root, o WriteOptions) (Result, []Refusal, error) {
	d, err := openDiff(journal.Open, root, "", p, o)
	if err != nil {
		return Result{}, nil, err
	}
	defer d.run.Close()
	var refused *RefusedError
	if err := d.compare(context.Background()); err != nil && !errors.As(err, &refused) {
		return Result{}, nil, err
	}
	if shown, unfinished := d.run.Interrupted(); unfinished {
		return Result{}, nil, fmt.Errorf("%s: %w", shown, ErrInterrupted)
	}
	return d.result, append(slices.Clone(p.Refusals), d.refusals...), nil
}

package split

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// # How a kill is survived
//
// Plan.Write goes through these states. Whatever ends the process, what it
// leaves is one of them, and the next run knows which:
//
//  1. It has looked at the directory, but changed nothing in it.
//  2. All new files are being written to .kuniq-tmp, under numbers. The files
//     that they will replace get a second name there. Nothing outside of it
//     has changed. The next run removes .kuniq-tmp and begins anew.
//  3. .kuniq-journal, complete because it was renamed into place, says what
//     will be done: which numbers become which files, which files go, and the
//     SHA-256 of everything before and after. This is the point of no return.
//     Now files go and new ones are renamed into place, .kuniq-index last, and
//     all of them are read back. The next run does the rest of what the
//     journal says before anything else, and only after it has made sure that
//     every file is as it was or as it is to become.
//  4. The journal is gone: the new state. The next run removes what is left of
//     .kuniq-tmp.
//
// An error (a full disk, a directory without write permission) in state 2
// leads back to state 1. In state 3 everything is put back as it was, in such
// an order that a kill leaves state 3; a run that cannot even do this leaves
// state 3, too, and says so.
//
// Nothing is synced to the disk: this is about a killed process and not about
// a machine that loses power.
//
// The directory may hold what a stranger checked in, also as .kuniq-index,
// .kuniq-journal and .kuniq-tmp. So no path is believed (badPath), no symbolic
// link is followed (folder), and a file is replaced or removed only if the index
// has the SHA-256 of its bytes, also where a journal asks for it. (Of what is in
// .NAME.kuniq-new its index has to name it; see Plan.WriteNew.)

// WriteOptions say how a plan is written. The zero value is ready to use.
type WriteOptions struct {
	// Prune removes the files that an earlier run wrote, that are unchanged
	// since, and that are not in the plan.
	Prune bool
	// Extension is that of the files, if it is another one than .yaml, .yml
	// and .json. Nothing is written or removed that has none of them, but for
	// what a killed WriteNew left.
	Extension string
	// Progress is told how many of the files to be written and removed are
	// done. It is called by the goroutine that called Write, and may be nil.
	Progress func(done, total int)

	faults *faults
}

// faults are how tests break in.
type faults struct {
	// step is called before each step. Its error is that of the step.
	step func(op, name string) error
	// open replaces openFolder.
	open func(root *os.Root) (folder, error)
}

// openFolder opens a directory the way that is asked for.
func (o *WriteOptions) openFolder(root *os.Root) (folder, error) {
	if o.faults != nil && o.faults.open != nil {
		return o.faults.open(root)
	}
	return openFolder(root)
}

// Result says what was done, or what would be. Paths are below the output
// directory and sorted.
type Result struct {
	// Written are files that are new or have new bytes.
	Written []string
	// Unchanged are files that had the bytes of the plan already.
	Unchanged []string
	// Pruned are files of an earlier run that were removed.
	Pruned []string
	// Kept are files of an earlier run that are not in the plan and that
	// have changed since, so that they are never removed.
	Kept []string
	// Stale are files of an earlier run that are not in the plan and stay
	// because WriteOptions.Prune is off.
	Stale []string
	// Completed says that an earlier run had been interrupted, and that what
	// it had begun was completed first.
	Completed bool
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

// ErrInterrupted is the error of Plan.Preview, wrapped, if an earlier run was
// interrupted, or is at work. Plan.Write completes it.
var ErrInterrupted = errors.New("an earlier run was interrupted; the next one that writes completes it first")

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
// If the process is killed at any moment, the directory is as it was, or the
// next run completes what was begun before it does anything else.
func (p Plan) Write(ctx context.Context, root *os.Root, o WriteOptions) (Result, error) {
	if len(p.Refusals) > 0 {
		return Result{}, &RefusedError{p.Refusals}
	}
	unlock, err := lock(root)
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	w, err := newWriter(p, root, o)
	if err != nil {
		return Result{}, err
	}
	defer w.close()
	if err := w.run(ctx); err != nil {
		return Result{Completed: w.result.Completed}, err
	}
	return w.result, nil
}

// Preview says what Write would do and changes nothing. The refusals are those
// of the plan and those that the directory adds.
func (p Plan) Preview(root *os.Root, o WriteOptions) (Result, []Refusal, error) {
	w, err := newWriter(p, root, o)
	if err != nil {
		return Result{}, nil, err
	}
	defer w.close()
	ctx := context.Background()
	if err := w.survey(ctx); err != nil {
		return Result{}, nil, err
	}
	if _, unfinished := w.tree.seen["."].entries[journalName]; unfinished {
		return Result{}, nil, fmt.Errorf("%s: %w", w.shown(journalName), ErrInterrupted)
	}
	refusals := append(slices.Clone(p.Refusals), w.refusals...)
	refusals = append(refusals, w.identify(ctx)()...)
	return w.result, refusals, nil
}

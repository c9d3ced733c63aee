package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/split"
)

// splitInput is what there is to split.
type splitInput struct {
	inputs []split.Input
	unread []dupcheck.Unread
	chosen *policy.Paths
}

// read reads every input as a whole. The output directory is none.
func (f *splitFlags) read(ctx context.Context, c Command, args []string) (splitInput, error) {
	tree, chosen, err := f.input.tree(c.Stdin, args)
	if err != nil {
		return splitInput{}, err
	}
	if tree.Skip, err = besides(c, f.dir, args, tree.Skip); err != nil {
		return splitInput{}, err
	}
	in := splitInput{chosen: chosen}
	if in.unread, err = gate.MissingSubmodules(args, tree.Skip); err != nil {
		return splitInput{}, failure(err)
	}
	for file := range tree.Bytes(ctx) {
		in.unread = append(in.unread, file.Unread...)
		if file.Data != nil {
			in.inputs = append(in.inputs, split.Input{Name: file.Name, Data: file.Data})
		}
	}
	if ctx.Err() != nil {
		return splitInput{}, failf("interrupted; nothing was written")
	}
	return in, nil
}

// splitOutcome is what there is to tell.
type splitOutcome struct {
	plan   split.Plan
	result split.Result
	dir    string
	dryRun bool
}

// carryOut writes a plan, or finds out what writing it would do.
func (f *splitFlags) carryOut(ctx context.Context, c Command, plan split.Plan) (splitOutcome, error) {
	outcome := splitOutcome{plan: plan, dir: f.dir, dryRun: f.dryRun}
	peek := f.dryRun || len(plan.Refusals) > 0
	root, err := openOutput(f.dir)
	o := split.WriteOptions{Prune: f.prune, Extension: f.extension}
	switch {
	case errors.Is(err, fs.ErrNotExist) && peek:
		for _, file := range plan.Files {
			outcome.result.Written = append(outcome.result.Written, file.Name)
		}
		return outcome, nil
	case errors.Is(err, fs.ErrNotExist):
		err := writeNew(ctx, c, o, &outcome)
		return outcome, err
	case err != nil:
		return outcome, failf("%s: %s", dupcheck.Quote(f.dir), checkout.SystemReason(err))
	}
	defer root.Close()
	if peek {
		result, refusals, err := plan.Preview(root, o)
		if err != nil {
			return outcome, failf("%s: %w", dupcheck.Quote(f.dir), err)
		}
		outcome.result = result
		outcome.plan.Refusals = refusals
		return outcome, nil
	}
	removeUnfinished(c, f.dir)
	err = write(c, o, &outcome, func(o split.WriteOptions) (split.Result, error) { return plan.Write(ctx, root, o) })
	return outcome, err
}

// writeNew makes the output directory. Those above it go again, if they were made
// for nothing.
func writeNew(ctx context.Context, c Command, o split.WriteOptions, outcome *splitOutcome) error {
	dir := filepath.Clean(outcome.dir)
	made, err := makeDirs(filepath.Dir(dir))
	if err == nil {
		err = writeBelow(ctx, c, dir, o, outcome)
	}
	if err != nil || len(outcome.plan.Refusals) > 0 {
		for _, dir := range slices.Backward(made) {
			_ = os.Remove(dir) // fails if anything is in it, as it should
		}
	}
	return err
}

// writeBelow makes the output directory in one that is there.
func writeBelow(ctx context.Context, c Command, dir string, o split.WriteOptions, outcome *splitOutcome) error {
	above, err := os.OpenRoot(filepath.Dir(dir))
	switch {
	case errors.Is(err, fs.ErrPermission): // It may be written, but not read.
		return writeHere(ctx, c, dir, o, outcome)
	case err != nil:
		return failf("%s: %s", dupcheck.Quote(outcome.dir), checkout.SystemReason(err))
	}
	defer above.Close()
	return write(c, o, outcome, func(o split.WriteOptions) (split.Result, error) {
		return outcome.plan.WriteNew(ctx, above, filepath.Base(dir), o)
	})
}

// writeHere makes the output directory and then writes to it.
func writeHere(ctx context.Context, c Command, dir string, o split.WriteOptions, outcome *splitOutcome) error {
	err := os.Mkdir(dir, 0o777)
	var root *os.Root
	if err == nil {
		root, err = os.OpenRoot(dir)
	}
	if err != nil {
		return failf("%s: %s", dupcheck.Quote(outcome.dir), checkout.SystemReason(err))
	}
	defer root.Close()
	err = write(c, o, outcome, func(o split.WriteOptions) (split.Result, error) { return outcome.plan.Write(ctx, root, o) })
	if err != nil || len(outcome.plan.Refusals) > 0 {
		_ = os.Remove(dir) // fails if anything is in it, as it should
	}
	return err
}

// removeUnfinished removes what a killed run has left beside an output directory
// that has come since.
func removeUnfinished(c Command, dir string) {
	dir = filepath.Clean(dir)
	above, err := os.OpenRoot(filepath.Dir(dir))
	if err != nil {
		return // and so nothing can have been left there
	}
	defer above.Close()
	if err := split.RemoveUnfinished(above, filepath.Base(dir)); err != nil && !errors.Is(err, split.ErrBusy) {
		c.warnf("%v", err)
	}
}

// makeDirs makes a directory and those above it, and returns what it made, the
// uppermost first.
func makeDirs(dir string) (made []string, err error) {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return nil, nil // What it is shows when it is opened.
	}
	if made, err = makeDirs(filepath.Dir(dir)); err != nil {
		return made, err
	}
	switch err := os.Mkdir(dir, 0o777); {
	case err == nil:
		made = append(made, dir)
	case !errors.Is(err, fs.ErrExist):
		return made, failf("%s: %s", dupcheck.Quote(dir), checkout.SystemReason(err))
	}
	return made, nil
}

// write carries a plan out with do.
func write(c Command, o split.WriteOptions, outcome *splitOutcome, do func(split.WriteOptions) (split.Result, error)) error {
	progress := newProgress(c.Stderr)
	o.Progress = func(done, total int) { progress.sayf("%d of %d files", done, total) }
	result, err := do(o)
	progress.done()
	outcome.result = result
	var refused *split.RefusedError
	switch {
	case errors.As(err, &refused):
		outcome.plan.Refusals = refused.Refusals
		return nil
	case err != nil:
		return failf("%s: %w", dupcheck.Quote(outcome.dir), err)
	}
	return nil
}

// openOutput opens the output directory, which must not be a link. The error is
// fs.ErrNotExist if it is not there.
func openOutput(dir string) (*os.Root, error) {
	dir = filepath.Clean(dir) // as writeNew and besides take it
	info, err := os.Lstat(dir)
	switch {
	case err != nil:
		return nil, err
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, errors.New("a symbolic link; name the directory itself")
	case !info.IsDir():
		return nil, errors.New("not a directory")
	}
	return os.OpenRoot(dir)
}

package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/split"
)

// splitInput is what there is to split.
type splitInput struct {
	inputs []split.Input
	unread []dupcheck.Unread
	chosen *globs
}

// readSplit reads every input as a whole. The output directory is none.
func (c Command) readSplit(ctx context.Context, f *splitFlags, args []string) (splitInput, error) {
	tree, chosen, err := f.input.tree(c.Stdin, args)
	if err != nil {
		return splitInput{}, err
	}
	if tree.Skip, err = besides(f.dir, tree.Skip); err != nil {
		return splitInput{}, err
	}
	in := splitInput{chosen: chosen}
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

// besides leaves out what skip does, and an output directory.
func besides(dir string, skip func(string) string) (func(string) string, error) {
	out, err := filepath.Abs(dir)
	if err != nil {
		return nil, failf("%w", err)
	}
	return func(name string) string {
		if abs, err := filepath.Abs(filepath.FromSlash(name)); err == nil && dir != "" && abs == out {
			return "the output directory"
		}
		return skip(name)
	}, nil
}

// splitOutcome is what there is to tell.
type splitOutcome struct {
	plan   split.Plan
	result split.Result
	dir    string
	dryRun bool
}

// carryOut writes a plan, or finds out what writing it would do.
func (c Command) carryOut(ctx context.Context, f *splitFlags, plan split.Plan) (splitOutcome, error) {
	outcome := splitOutcome{plan: plan, dir: f.dir, dryRun: f.dryRun}
	peek := f.dryRun || len(plan.Refusals) > 0
	root, made, err := openOutput(f.dir, peek)
	if err != nil {
		return outcome, failf("%s: %w", dupcheck.Quote(f.dir), err)
	}
	if root == nil { // not there yet, and nothing will be written
		for _, file := range plan.Files {
			outcome.result.Written = append(outcome.result.Written, file.Name)
		}
		return outcome, nil
	}
	defer root.Close()
	o := split.WriteOptions{Prune: f.prune, Extension: f.extension}
	if peek {
		result, refusals, err := plan.Preview(root, o)
		if err != nil {
			return outcome, failf("%s: %w", dupcheck.Quote(f.dir), err)
		}
		outcome.result = result
		outcome.plan.Refusals = refusals
		return outcome, nil
	}
	err = c.write(ctx, root, o, &outcome)
	if made && (err != nil || len(outcome.plan.Refusals) > 0) {
		_ = os.Remove(f.dir) // fails if anything is in it, as it should
	}
	return outcome, err
}

func (c Command) write(ctx context.Context, root *os.Root, o split.WriteOptions, outcome *splitOutcome) error {
	progress := newProgress(c.Stderr)
	o.Progress = func(done, total int) { progress.sayf("%d of %d files", done, total) }
	result, err := outcome.plan.Write(ctx, root, o)
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

// openOutput opens the output directory, which must not be a link. It makes it
// unless peek says that nothing will be written; then there may be no root.
func openOutput(dir string, peek bool) (root *os.Root, made bool, err error) {
	info, err := os.Lstat(filepath.Clean(dir))
	switch {
	case errors.Is(err, fs.ErrNotExist) && peek:
		return nil, false, nil
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, false, errors.New(systemReason(err))
		}
		made = true
	case err != nil:
		return nil, false, errors.New(systemReason(err))
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, false, errors.New("a symbolic link; name the directory itself")
	case !info.IsDir():
		return nil, false, errors.New("not a directory")
	}
	root, err = os.OpenRoot(dir)
	return root, made, err
}

// systemReason is an error of the system without the path that it is about.
func systemReason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

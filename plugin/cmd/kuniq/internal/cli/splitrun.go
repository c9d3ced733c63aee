package cli

import (
	"context"
	"errors"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/outcome"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/split"
)

// splitInput is the input of a split.
type splitInput struct {
	inputs []split.Input
	unread []dupcheck.Unread
	chosen *policy.Paths
}

// read reads every input as a whole, but not the output directory.
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

// carryOut writes a plan, or finds out what writing would change.
func (f *splitFlags) carryOut(ctx context.Context, c Command, plan split.Plan) (out outcome.Split, err error) {
	out = outcome.Split{Plan: plan, Dir: f.dir, DryRun: f.dryRun}
	progress := newProgress(c)
	o := split.WriteOptions{
		Prune: f.prune, Extension: f.extension,
		Progress: func(done, total int) { progress.sayf("%d of %d files", done, total) },
		Warn:     func(err error) { c.warnf("%v", err) },
	}
	var refused *split.RefusedError
	if f.dryRun || len(plan.Refusals) > 0 {
		out.Result, out.Plan.Refusals, err = plan.PreviewDir(f.dir, o)
	} else if out.Result, err = plan.WriteDir(ctx, f.dir, o); errors.As(err, &refused) {
		out.Plan.Refusals, err = refused.Refusals, nil
	}
	progress.done()
	for i, r := range out.Plan.Refusals {
		if r.Unnameable {
			out.Plan.Refusals[i].Reason += "; keep or skip such documents (--non-k8s keep, --non-k8s skip), or leave the file out"
		}
	}
	if err != nil {
		err = failf("%w", err)
	}
	return out, err
}

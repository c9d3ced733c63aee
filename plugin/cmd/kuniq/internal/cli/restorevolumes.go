package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/outcome"
	"github.com/kuniq/kuniq/plugin/restore"
)

// restoreVolumesFlags are the flags of restore volumes, as given.
type restoreVolumesFlags struct {
	dump       dumpFlags
	present    []string
	dir        string
	makeClaims bool
	partial    bool
	dryRun     bool
}

func restoreVolumesCommand(c Command) *cobra.Command {
	var f restoreVolumesFlags
	cmd := newCommand("volumes [flags] -d DIR DUMP...", "Make manifests that bind claims to their old volumes", "restore-volumes", someInput,
		func(ctx context.Context, args []string) error { return f.run(ctx, c, args) })
	f.dump.register(cmd)
	listFlag(cmd, &f.present, "present", "DUMP", nil, "dump of the present cluster (repeatable)")
	registerDir(cmd, &f.dir)
	flags := cmd.Flags()
	flags.BoolVar(&f.makeClaims, "make-claims", false, "make the claims that are not in the dump from their volumes")
	flags.BoolVar(&f.partial, "partial", false, "leave out what is refused and write the rest")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print what would be written and write nothing")
	return cmd
}

func (f *restoreVolumesFlags) run(ctx context.Context, c Command, args []string) error {
	if f.dir == "" {
		return usagef("name the output directory with -d")
	}
	if slices.Contains(args, "-") && slices.Contains(f.present, "-") {
		return usagef("standard input is one dump only")
	}
	d, err := f.dump.read(ctx, c, args, f.dir)
	if err != nil {
		return err
	}
	o := restore.Options{MakeClaims: f.makeClaims, Partial: f.partial}
	if len(f.present) > 0 {
		if o.Present, err = f.dump.read(ctx, c, f.present, f.dir); err != nil {
			return err
		}
	}
	r, err := restore.Volumes(d, o)
	if err != nil {
		return noRestoration(c, err, "; nothing was written")
	}
	printFindings(c.Stdout, r.Findings)
	refusals := r.Refusals()
	switch {
	case len(r.Files) > 0:
		return f.write(ctx, c, r)
	case refusals == 0:
		return failf("no claim has a volume; nothing was written")
	}
	outcome.Refused(c.Stdout, refusals)
	return &exitError{code: exitFindings}
}

// write writes the files and tells the user the state of the claims.
func (f *restoreVolumesFlags) write(ctx context.Context, c Command, r restore.Restoration) error {
	to := splitFlags{dir: f.dir, dryRun: f.dryRun, prune: true, extension: ".md"} // that of RESTORE.md
	done, err := to.carryOut(ctx, c, r.Plan())
	if err != nil {
		return err
	}
	if n := len(done.Plan.Refusals); n > 0 {
		done.Refusals(c.Stdout)
		outcome.Refused(c.Stdout, n)
		return &exitError{code: exitFindings}
	}
	// A file that stays behind in a phase would be applied with the others.
	for _, name := range done.Result.Kept {
		fmt.Fprintf(c.Stdout, "%s: written by an earlier run, changed since, and not a part of this restore\n", done.Path(name))
	}
	if len(done.Result.Kept) > 0 {
		return &exitError{exitFindings, errors.New("look at these files and move them away; the others are written")}
	}
	done.Changes(c.Stdout)
	fmt.Fprintln(c.Stdout, r.Summary())
	refusals, waiting := r.Refusals(), r.Count(restore.Waiting)
	switch {
	case len(r.Files) > 1: // not RESTORE.md alone
		fmt.Fprintf(c.Stdout, "%s; go on with %s\n", done.Summary(), done.Path("RESTORE.md"))
	case waiting == 0 && refusals == 0:
		fmt.Fprintln(c.Stdout, "there is nothing to do")
	}
	switch {
	case refusals > 0:
		return &exitError{exitFindings, fmt.Errorf("refused for %s; the refused claims are not restored", report.Count(refusals, "reason"))}
	case waiting > 0:
		return &exitError{exitFindings, fmt.Errorf("%s not bound yet: wait, and take a new dump of the present cluster", report.Count(waiting, "claim"))}
	}
	return nil
}

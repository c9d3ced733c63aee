package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/restore"
	"github.com/kuniq/kuniq/split"
)

const restoreVolumesLong = `volumes makes from a dump what binds every claim to its old volume again: one
object per file, in a directory for each phase, and RESTORE.md with the order,
the commands, and the check after each phase. Nothing is applied.

A dump is what "kubectl get pv,pvc -A -o yaml" prints, or -o json, a backup by
Velero, or manifests. With --present, a dump of the cluster as it is now, volumes
that are still there are patched, because "kubectl apply" cannot free them from
a claim that is gone; those that are bound already are left alone. Without it
everything is taken to be gone.

What is written never has a claimRef.uid, with which the controller would count
the volume as released, and always the policy Retain. What the API server or a
controller had set goes; docs/restore.md has the list. Everything else stays.

It refuses a claim whose volume is not in the dump, a volume whose claim is not,
two volumes of one disk, a claim of the same name that exists already, and
whatever cannot be the truth; then nothing is written, or with --partial only
the rest. The directory is written as a whole or not at all; what an earlier run
wrote and is no longer needed goes.`

const restoreVolumesExample = `  # The dump from before, and one of now
  kubectl get pv,pvc,sc,ns -A -o yaml > now.yaml
  kuniq restore volumes --present now.yaml -d restore/ before.yaml

  # Only volumes are left, and no dump: make the claims from them
  kuniq restore volumes --make-claims --present now.yaml -d restore/ now.yaml

  # The cluster is new
  kuniq restore volumes -d restore/ velero-backup/resources/`

const restoreVolumesCodes = `
Exit codes:
  0  written, or all claims are bound to their volumes
  1  something is refused; nothing was written, or with --partial the rest;
     or the cluster has claims that it has not bound yet
  2  wrong usage
  3  could not read or write something, or there were no volumes and claims
`

// restoreVolumesFlags are the flags of restore volumes, as given.
type restoreVolumesFlags struct {
	dump       dumpFlags
	present    []string
	dir        string
	makeClaims bool
	partial    bool
	dryRun     bool
}

func (c Command) restoreVolumes() *cobra.Command {
	var f restoreVolumesFlags
	cmd := &cobra.Command{
		Use:     "volumes [flags] -d DIR DUMP...",
		Short:   "Make manifests that bind claims to their old volumes",
		Long:    restoreVolumesLong,
		Example: restoreVolumesExample,
		Args:    someInput,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.runRestoreVolumes(cmd.Context(), &f, args)
		},
	}
	f.dump.register(cmd)
	flags := cmd.Flags()
	flags.StringArrayVar(&f.present, "present", nil, "dump of the cluster as it is now (repeatable)")
	flags.StringVarP(&f.dir, "dir", "d", "", "output directory, made if it is not there")
	flags.BoolVar(&f.makeClaims, "make-claims", false, "make the claims that are not in the dump from their volumes")
	flags.BoolVar(&f.partial, "partial", false, "leave out what is refused and write the rest")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print what would be written and write nothing")
	value(cmd, "present", "DUMP", nil)
	value(cmd, "dir", "DIR", directories)
	cmd.SetHelpTemplate(helpTemplate(restoreVolumesCodes))
	return cmd
}

func (c Command) runRestoreVolumes(ctx context.Context, f *restoreVolumesFlags, args []string) error {
	if f.dir == "" {
		return usagef("name the output directory with -d")
	}
	if slices.Contains(args, "-") && slices.Contains(f.present, "-") {
		return usagef("standard input is one dump only")
	}
	d, err := c.readDump(ctx, &f.dump, args, f.dir)
	if err != nil {
		return err
	}
	o := restore.Options{MakeClaims: f.makeClaims, Partial: f.partial}
	if len(f.present) > 0 {
		if o.Present, err = c.readDump(ctx, &f.dump, f.present, f.dir); err != nil {
			return err
		}
	}
	r, err := restore.Volumes(d, o)
	if err != nil {
		return c.noRestoration(err, "; nothing was written")
	}
	c.printFindings(r.Findings)
	if len(r.Files) == 0 {
		return c.nothingToWrite(r)
	}
	return c.writeRestoration(ctx, f, r)
}

// nothingToWrite is the end if there is nothing to write.
func (c Command) nothingToWrite(r restore.Restoration) error {
	if n := r.Refusals(); n > 0 {
		fmt.Fprintf(c.Stdout, "refused for %s; nothing was written\n", count(n, "reason"))
		return &exitError{code: exitFindings}
	}
	return failf("no claim has a volume; nothing was written")
}

// restoreExtension is that of RESTORE.md.
const restoreExtension = ".md"

func (c Command) writeRestoration(ctx context.Context, f *restoreVolumesFlags, r restore.Restoration) error {
	to := splitFlags{dir: f.dir, dryRun: f.dryRun, prune: true, extension: restoreExtension}
	outcome, err := c.carryOut(ctx, &to, r.Plan())
	if err != nil {
		return err
	}
	if len(outcome.plan.Refusals) > 0 {
		for _, refusal := range outcome.plan.Refusals {
			fmt.Fprintf(c.Stdout, "%s: refused: %s\n", at(refusal.At), dupcheck.Quote(refusal.Reason))
		}
		fmt.Fprintf(c.Stdout, "refused for %s; nothing was written\n", count(len(outcome.plan.Refusals), "reason"))
		return &exitError{code: exitFindings}
	}
	if err := c.stale(outcome); err != nil {
		return err
	}
	if f.dryRun {
		for _, name := range outcome.result.Written {
			fmt.Fprintf(c.Stdout, "write %s\n", outcome.path(name))
		}
		for _, name := range outcome.result.Pruned {
			fmt.Fprintf(c.Stdout, "remove %s\n", outcome.path(name))
		}
	}
	fmt.Fprintln(c.Stdout, restoreSummary(r))
	waiting := r.Count(restore.Waiting)
	switch {
	case !onlyRestore(r.Files):
		fmt.Fprintf(c.Stdout, "%s; go on with %s\n", outcome.summary(), outcome.path("RESTORE.md"))
	case waiting == 0 && r.Refusals() == 0:
		fmt.Fprintln(c.Stdout, "there is nothing to do")
	}
	if n := r.Refusals(); n > 0 {
		return &exitError{exitFindings, fmt.Errorf("what is refused for %s is not restored", count(n, "reason"))}
	}
	if waiting > 0 {
		return &exitError{exitFindings, fmt.Errorf("%s not bound yet: wait, and take a new dump of the present cluster", count(waiting, "claim"))}
	}
	return nil
}

// stale refuses to leave something behind in a phase that is not of this run:
// it would be applied with the rest.
func (c Command) stale(o splitOutcome) error {
	if len(o.result.Kept) == 0 {
		return nil
	}
	for _, name := range o.result.Kept {
		fmt.Fprintf(c.Stdout, "%s: written by an earlier run, changed since, and not a part of this restore\n", o.path(name))
	}
	return &exitError{exitFindings, errors.New("look at these files and move them away; the others are written")}
}

// onlyRestore says that there is nothing to apply.
func onlyRestore(files []split.File) bool { return len(files) == 1 }

// restoreSummary sums up what becomes of the claims.
func restoreSummary(r restore.Restoration) string {
	var parts []string
	for _, s := range []struct {
		state restore.State
		what  string
	}{
		{restore.Bound, "bound already, on the same disk"},
		{restore.Waiting, "not bound yet"},
		{restore.Reserved, "with a volume that waits for it"},
		{restore.Released, "with a volume to release"},
		{restore.Gone, "with a volume to create"},
		{restore.Refused, "refused"},
	} {
		if n := r.Count(s.state); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s.what))
		}
	}
	return count(len(r.Bindings), "claim") + ": " + strings.Join(parts, ", ")
}

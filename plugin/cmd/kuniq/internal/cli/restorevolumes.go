package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/restore"
)

const restoreVolumesLong = `volumes makes manifests from a dump that bind every claim to its old volume
again: one object per file, in a directory for each phase, and RESTORE.md with the
order, the commands, and the check after each phase. It applies nothing.

A dump is the output of "kubectl get pv,pvc -A -o yaml" or -o json, a backup by
Velero, or manifests. With --present, a dump of the cluster as it is now, volumes
that are still there are patched, because "kubectl apply" cannot free them from
a claim that is gone; those that are bound already are left alone. Without it
everything is taken to be gone.

A written volume never has a claimRef.uid, with which the controller would count
it as released, and always has the policy Retain. Fields that the API server or a
controller had set are left out; docs/restore.md has the list. Everything else
stays.

It refuses a claim whose volume is not in the dump, a volume whose claim is not,
two volumes of one disk, a claim of the same name that exists already, and
contradictions; then nothing is written, or with --partial only the rest. The
directory is written as a whole or not at all; files of an earlier run that are
no longer needed are removed.`

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

func restoreVolumesCommand(c Command) *cobra.Command {
	var f restoreVolumesFlags
	cmd := &cobra.Command{
		Use:     "volumes [flags] -d DIR DUMP...",
		Short:   "Make manifests that bind claims to their old volumes",
		Long:    restoreVolumesLong,
		Example: restoreVolumesExample,
		Args:    someInput,
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), c, args)
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
	printRefused(c.Stdout, refusals)
	return &exitError{code: exitFindings}
}

// write writes the files and says what becomes of the claims.
func (f *restoreVolumesFlags) write(ctx context.Context, c Command, r restore.Restoration) error {
	to := splitFlags{dir: f.dir, dryRun: f.dryRun, prune: true, extension: ".md"} // that of RESTORE.md
	outcome, err := c.carryOut(ctx, &to, r.Plan())
	if err != nil {
		return err
	}
	if n := len(outcome.plan.Refusals); n > 0 {
		outcome.printRefusals(c.Stdout)
		printRefused(c.Stdout, n)
		return &exitError{code: exitFindings}
	}
	// A file that stays behind in a phase would be applied with the rest.
	for _, name := range outcome.result.Kept {
		fmt.Fprintf(c.Stdout, "%s: written by an earlier run, changed since, and not a part of this restore\n", outcome.path(name))
	}
	if len(outcome.result.Kept) > 0 {
		return &exitError{exitFindings, errors.New("look at these files and move them away; the others are written")}
	}
	outcome.printChanges(c.Stdout)
	fmt.Fprintln(c.Stdout, restoreSummary(r))
	refusals, waiting := r.Refusals(), r.Count(restore.Waiting)
	switch {
	case len(r.Files) > 1: // not RESTORE.md alone
		fmt.Fprintf(c.Stdout, "%s; go on with %s\n", outcome.summary(), outcome.path("RESTORE.md"))
	case waiting == 0 && refusals == 0:
		fmt.Fprintln(c.Stdout, "there is nothing to do")
	}
	switch {
	case refusals > 0:
		return &exitError{exitFindings, fmt.Errorf("refused for %s; the refused claims are not restored", count(refusals, "reason"))}
	case waiting > 0:
		return &exitError{exitFindings, fmt.Errorf("%s not bound yet: wait, and take a new dump of the present cluster", count(waiting, "claim"))}
	}
	return nil
}

// restoreSummary sums up what becomes of the claims.
func restoreSummary(r restore.Restoration) string {
	var parts []string
	for _, s := range []struct {
		state restore.State
		text  string
	}{
		{restore.Bound, "bound already, on the same disk"},
		{restore.Waiting, "not bound yet"},
		{restore.Reserved, "with a volume that waits for it"},
		{restore.Released, "with a volume to release"},
		{restore.Gone, "with a volume to create"},
		{restore.Refused, "refused"},
	} {
		if n := r.Count(s.state); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s.text))
		}
	}
	return count(len(r.Bindings), "claim") + ": " + strings.Join(parts, ", ")
}

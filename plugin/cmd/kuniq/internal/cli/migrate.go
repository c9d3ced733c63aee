package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
	"github.com/kuniq/kuniq/plugin/migrate"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/split"
)

// migrateFlags are the flags of migrate, as given.
type migrateFlags struct {
	rules      ruleFlags
	output     outputs
	layout     string
	header     string
	skips      []string
	unverified []string
	write      bool
	dryRun     bool
	abort      bool
	git        bool
	rename     bool
}

func migrateCommand(c Command) *cobra.Command {
	var f migrateFlags
	cmd := newCommand("migrate [flags] DIR", "Move a repository to one object per file, once", "migrate", nil,
		func(ctx context.Context, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return usagef("name one directory to migrate")
			}
			kustomizer.Silence()
			return f.run(ctx, c, args[0])
		})
	f.rules.register(cmd)
	f.register(cmd)
	return cmd
}

func (f *migrateFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.write, "write", false, "carry out the plan; undo an interrupted run first")
	flags.BoolVar(&f.dryRun, "dry-run", false, "only print the plan, which is the default")
	flags.BoolVar(&f.abort, "abort", false, "undo an interrupted run, or the last one if it is not committed")
	flags.BoolVar(&f.git, "git", false, "with --write, stage the changed files")
	flags.BoolVar(&f.rename, "rename", false, "also give files with one object the name that 'kuniq split --check' expects")
	f.output.register(cmd, "plan", splitFormats)
	registerLayout(cmd, &f.layout, "")
	choiceFlag(cmd, &f.header, "header", "WHICH", headerChoices, "the header comment of a file goes to the first object, or to all")
	registerSkip(cmd, &f.skips)
	listFlag(cmd, &f.unverified, "allow-unverified", "GLOB", directories, "accept kustomizations in these directories that cannot be built (repeatable)")
}

// options turns the flags into those of the library.
func (f *migrateFlags) options() (o migrate.Options, err error) {
	if err := f.validate(); err != nil {
		return o, err
	}
	if o.Split.Rules, o.Split.Ignore, err = f.rules.parse(); err != nil {
		return o, err
	}
	if o.Split.Layout, err = split.ParseLayout(f.layout, layoutFunctions()); err != nil {
		return o, usagef("--layout: %w", err)
	}
	o.Split.CopyHeader, o.Rename = f.header == "all", f.rename
	return o, nil
}

func (f *migrateFlags) validate() error {
	switch {
	case f.write && f.abort:
		return usagef("--write and --abort cannot be used together")
	case f.dryRun && (f.write || f.abort):
		return usagef("--dry-run cannot be used with --write or --abort")
	case f.git && !f.write:
		return usagef("--git needs --write")
	}
	if _, err := policy.Globs("allow-unverified", f.unverified); err != nil {
		return err
	}
	_, err := policy.NewPaths(nil, f.skips)
	return err
}

func (f *migrateFlags) run(ctx context.Context, c Command, dir string) error {
	o, err := f.options()
	if err != nil {
		return err
	}
	repo, err := f.open(ctx, c, dir)
	if err != nil {
		return failed(err)
	}
	defer repo.Close()
	chosen, err := repo.Choose(&o, f.skips, f.unverified)
	if err != nil {
		return err
	}
	switch {
	case f.abort:
		return failed(abortMigration(ctx, c, repo))
	case repo.Unfinished():
		return failed(migrate.ErrUnfinished)
	}
	plan, err := planMigration(ctx, c, repo, o)
	if err != nil {
		return failed(err)
	}
	c.say(policy.Unused(chosen.Unused()...)...)
	return f.writePlan(ctx, c, plan, dir)
}

// open opens the repository. With --write it first undoes an interrupted run.
func (f *migrateFlags) open(ctx context.Context, c Command, dir string) (*migrate.Repository, error) {
	repo, err := migrate.Open(ctx, dir)
	if err != nil || !f.write || !repo.Unfinished() {
		return repo, err
	}
	defer repo.Close()
	if err := abortMigration(ctx, c, repo); err != nil {
		return nil, err
	}
	return migrate.Open(ctx, dir) // The index of git is restored now, too.
}

// failed turns an error into an exit.
func failed(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return failf("interrupted; nothing was changed")
	case errors.Is(err, migrate.ErrUnfinished):
		return failf("%w; --abort undoes it, --write undoes it and begins again", err)
	}
	return failf("%w", err)
}

func abortMigration(ctx context.Context, c Command, repo *migrate.Repository) error {
	r, err := repo.Abort(ctx)
	if err != nil {
		return err
	}
	c.sayf("undone: %d files restored, %d removed", len(r.Edited)+len(r.Removed), len(r.Created))
	return nil
}

func planMigration(ctx context.Context, c Command, repo *migrate.Repository, o migrate.Options) (*migrate.Plan, error) {
	progress := newProgress(c)
	defer progress.done()
	o.Progress = func(what string, done, total int) { progress.sayf("%d of %d %s", done, total, what) }
	return migrate.New(ctx, repo, o)
}

// writePlan carries out the plan if that was requested, and prints it.
func (f *migrateFlags) writePlan(ctx context.Context, c Command, plan *migrate.Plan, dir string) error {
	var result migrate.Result
	var failure error
	write := f.write && !plan.Empty() && len(plan.Refusals) == 0
	if write {
		progress := newProgress(c)
		o := migrate.WriteOptions{Git: f.git, Progress: func(done, total int) { progress.sayf("%d of %d files written", done, total) }}
		result, failure = plan.Write(ctx, o)
		progress.done()
	}
	if err := f.print(c, plan, write && failure == nil); err != nil {
		return err
	}
	switch {
	case failure != nil:
		return failed(failure)
	case len(plan.Refusals) > 0:
		return &exitError{exitFindings, errors.New("nothing was changed")}
	case plan.Empty():
	case write:
		sayMigrated(c, result, dir)
	case len(plan.Dirty) > 0:
		c.warnf("nothing was changed, and --write will refuse: %v", plan.Uncommitted())
	default:
		c.sayf("nothing was changed; --write does it")
	}
	return nil
}

func (f *migrateFlags) print(c Command, plan *migrate.Plan, written bool) error {
	return f.output.write(c.Stdout, func(w io.Writer, format string) error {
		if format == "json" {
			return plan.WriteJSON(w, written)
		}
		return plan.WriteText(w)
	})
}

// sayMigrated tells the user what was done, and how to continue.
func sayMigrated(c Command, r migrate.Result, dir string) {
	c.sayf("%d files created, %d edited, %d removed, and read back", len(r.Created), len(r.Edited), len(r.Removed))
	fmt.Fprint(c.Stderr, migrationHint(r, dupcheck.Quote(dir)))
}

// migrationHint says how to commit the changes of a run, how to follow them with git blame,
// and how to roll them back.
func migrationHint(r migrate.Result, dir string) string {
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

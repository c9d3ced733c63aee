package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/policy"
)

// checkFlags are the flags of check, as given.
type checkFlags struct {
	rules      ruleFlags
	input      inputFlags
	render     renderFlags
	report     reportFlags
	policy     policyFlags
	allowEmpty bool
}

func checkCommand(c Command) *cobra.Command {
	var f checkFlags
	cmd := newCommand("check [flags] FILE|DIR|-...", "Fail when two manifests are the same object", "check", someInput,
		func(ctx context.Context, args []string) error { return f.run(ctx, c, args) })
	f.rules.register(cmd)
	f.rules.registerRendered(cmd)
	f.input.register(cmd)
	f.render.register(cmd)
	f.render.registerStrict(cmd)
	f.report.register(cmd)
	f.policy.register(cmd)
	registerAllowEmpty(cmd, &f.allowEmpty)
	return cmd
}

// someInput refuses a command line without anything to read.
func someInput(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usagef("name the files or directories to %s, or - for standard input", cmd.Name())
	}
	if slices.Contains(args, "") {
		return usagef("one of the arguments is empty")
	}
	return nil
}

func (f *checkFlags) run(ctx context.Context, c Command, args []string) error {
	o, d, err := settings{&f.rules, &f.input, &f.render, &f.policy}.options(ctx, c, args)
	if err != nil {
		return err
	}
	if o.Decisions, err = f.policy.decisions(ctx, c, "", d, args); err != nil {
		return err
	}
	res, failed := shown(c, &o, func() (*gate.Result, error) { return gate.Check(ctx, args, o) })
	if res == nil {
		return failure(failed)
	}
	if err := f.report.write(c, c.Stdout, res.Report, report.Options{Source: res.Line, Files: f.render.files}); err != nil {
		return err
	}
	c.sayNotes(f.render.timings, res.Timings, res.Notes)
	if failed != nil {
		return failure(failed)
	}
	return verdict(res.Report, f.allowEmpty)
}

// sayNotes prints the notes about a run and, on request, how long each target took to
// render.
func (c Command) sayNotes(timings bool, took []gate.Timing, notes []policy.Note) {
	for _, t := range took {
		if timings {
			c.sayf("%8.3fs %s", t.Took.Seconds(), dupcheck.Quote(t.Target))
		}
	}
	c.say(notes...)
}

// say prints notes: warnings about probable mistakes, and others.
func (c Command) say(notes ...policy.Note) {
	for _, n := range notes {
		if n.Warning {
			c.warnf("%s", asFlag(n.Option, n.Text))
		} else {
			c.notef("%s", n.Text)
		}
	}
}

// verdict turns a report into an exit code.
func verdict(r dupcheck.Report, allowEmpty bool) error {
	switch {
	case len(r.Unread) > 0:
		return &exitError{exitNoWork, fmt.Errorf("not everything could be read: %d unread", len(r.Unread))}
	case r.Count(dupcheck.Error) > 0:
		return &exitError{code: exitFindings}
	case r.Objects == 0 && !allowEmpty:
		return failf("no objects found (--allow-empty if that is expected)")
	}
	return nil
}

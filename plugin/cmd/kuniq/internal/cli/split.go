package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/split"
)

// splitFlags are the flags of split, as given.
type splitFlags struct {
	rules  ruleFlags
	input  inputFlags
	policy policyFlags

	dir       string
	report    reportFlags
	layout    string
	extension string
	header    string
	nonK8s    string
	keepLists bool
	transcode bool
	prune     bool
	dryRun    bool
	check     bool
}

var (
	headerChoices = []string{"first", "all"}
	otherChoices  = []string{"refuse", "keep", "skip"}
	splitFormats  = []string{"text", "json"}
)

func splitCommand(c Command) *cobra.Command {
	var f splitFlags
	cmd := newCommand("split [flags] -d DIR FILE|DIR|-...", "Write one object per file, byte for byte", "split", someInput,
		func(ctx context.Context, args []string) error {
			if f.check {
				return f.runCheck(ctx, c, args)
			}
			return f.run(ctx, c, args)
		})
	f.rules.register(cmd)
	f.register(cmd)
	return cmd
}

func (f *splitFlags) register(cmd *cobra.Command) {
	f.extension = ".yaml"
	registerDir(cmd, &f.dir)
	f.report.register(cmd)
	cmd.Flags().Lookup("output").Usage += "; without --check: " + listOf(splitFormats)
	cmd.Flags().Lookup("all").Usage = "with --check, " + cmd.Flags().Lookup("all").Usage
	registerLayout(cmd, &f.layout, " over the object")
	textFlag(cmd, &f.extension, "extension", "EXT", words(".yaml", ".yml"), "extension of the new files")
	choiceFlag(cmd, &f.header, "header", "WHICH", headerChoices, "the header comment of an input goes to the first object, or to all")
	choiceFlag(cmd, &f.nonK8s, "non-k8s", "WHAT", otherChoices, "documents that are not objects or have no name: "+listOf(otherChoices))
	flags := cmd.Flags()
	flags.BoolVar(&f.keepLists, "keep-lists", false, "keep a List in one file instead of cutting out its items")
	flags.BoolVar(&f.transcode, "transcode", false, "allow UTF-16 input, and write it as UTF-8")
	flags.BoolVar(&f.prune, "prune", false, "remove unchanged files of earlier runs whose objects are gone")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print the plan and write nothing")
	flags.BoolVar(&f.check, "check", false, "write nothing; check that directories have one object per file, under its right name")
	listFlag(cmd, &f.input.sets, "set", "GLOB", directories, "with --check, make each matching path one deployable set (repeatable)")
	f.policy.register(cmd)
	for _, name := range policyNames {
		flag := cmd.Flags().Lookup(name)
		flag.Usage = "with --check, " + flag.Usage
	}
	registerSkip(cmd, &f.input.skips)
	registerStdinName(cmd, &f.input.stdinName, "messages")
}

func registerDir(cmd *cobra.Command, dir *string) {
	textFlag(cmd, dir, "dir,d", "DIR", directories, "output directory, which is created if it does not exist")
}

func registerLayout(cmd *cobra.Command, layout *string, over string) {
	*layout = "flat"
	textFlag(cmd, layout, "layout", "LAYOUT", words(split.LayoutNames()...), "how files are named: "+listOf(split.LayoutNames())+", or a Go template"+over)
}

// options turns the flags into those of the library.
func (f *splitFlags) options() (split.Options, error) {
	layout, err := split.ParseLayout(f.layout, layoutFunctions())
	if err != nil {
		return split.Options{}, usagef("--layout: %w", err)
	}
	for _, to := range f.report.given {
		if err := oneOf("--output", to.Format, splitFormats); err != nil && !f.check {
			return split.Options{}, err
		}
	}
	if f.extension == "" || strings.ContainsAny(f.extension, "/\\\x00") {
		return split.Options{}, usagef("--extension %s cannot end a file name", dupcheck.QuoteAlways(f.extension))
	}
	other := map[string]split.Other{"refuse": split.RefuseOther, "keep": split.KeepOther, "skip": split.SkipOther}
	return split.Options{
		Layout: layout, Extension: f.extension,
		CopyHeader: f.header == "all", Other: other[f.nonK8s], KeepLists: f.keepLists, Transcode: f.transcode,
	}, nil
}

// runCheck checks directories that were split earlier.
func (f *splitFlags) runCheck(ctx context.Context, c Command, args []string) error {
	how, err := f.options()
	if err != nil {
		return err
	}
	flags, err := settings{&f.rules, &f.input, &renderFlags{}, &f.policy}.flags()
	if err != nil {
		return err
	}
	d, err := f.policy.over(ctx, c, flags)
	if err != nil {
		return err
	}
	o := gate.Options{Policy: d.Policy, Rules: allRules(), ShowValues: f.rules.showValues, Stdin: c.Stdin, StdinName: f.input.stdinName}
	if o.Decisions, err = f.policy.decisions(ctx, c, "split --check", d, args); err != nil {
		return err
	}
	res, failed := gate.CheckSplit(ctx, args, o, how)
	if res == nil {
		return failure(failed)
	}
	if err := f.report.write(c, c.Stdout, res.Report, report.Options{Source: res.Line}); err != nil {
		return err
	}
	c.say(res.Notes...)
	if failed != nil {
		return failure(failed)
	}
	return verdict(res.Report, false)
}

func (f *splitFlags) run(ctx context.Context, c Command, args []string) error {
	if f.dir == "" {
		return usagef("name the output directory with -d")
	}
	o, err := f.options()
	if err != nil {
		return err
	}
	for _, name := range policyNames {
		if f.policy.cmd.Flags().Changed(name) {
			return usagef("--%s is for split --check", name)
		}
	}
	if o.Rules, o.Ignore, err = f.rules.parse(); err != nil {
		return err
	}
	in, err := f.read(ctx, c, args)
	if err != nil {
		return err
	}
	plan := split.New(in.inputs, o)
	plan.Report.Unread = append(plan.Report.Unread, in.unread...)
	for _, u := range in.unread {
		plan.Refusals = append(plan.Refusals, split.Refusal{At: dupcheck.Position{File: u.File, Line: u.Line}, Reason: u.Reason})
	}
	c.say(policy.Unused(in.chosen.Unused()...)...)
	if len(plan.Files) == 0 && len(plan.Refusals) == 0 {
		return failf("no objects found; nothing was written")
	}
	done, err := f.carryOut(ctx, c, plan)
	if err != nil {
		return err
	}
	return f.show(c, done)
}

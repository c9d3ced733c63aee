package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/split"
)

// splitFlags are the flags of split, as given.
type splitFlags struct {
	rules ruleFlags
	input inputFlags

	dir       string
	output    string
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
	cmd := &cobra.Command{
		Use:   "split [flags] -d DIR FILE|DIR|-...",
		Short: "Write one object per file, byte for byte",
		Args:  someInput,
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.check {
				return f.runCheck(cmd.Context(), c, args)
			}
			return f.run(cmd.Context(), c, args)
		},
	}
	f.rules.register(cmd)
	f.register(cmd)
	setHelp(cmd, "split")
	return cmd
}

func (f *splitFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.dir, "dir", "d", "", "output directory, made if it is not there")
	flags.StringVarP(&f.output, "output", "o", "text", "format of what is printed: text or json; with --check "+listOf(report.Formats()))
	flags.StringVar(&f.layout, "layout", "flat", "how files are named: "+listOf(split.LayoutNames())+", or a Go template over the object")
	flags.StringVar(&f.extension, "extension", ".yaml", "how names end")
	flags.StringVar(&f.header, "header", "first", "the header comment of an input goes to the first object, or to all")
	flags.StringVar(&f.nonK8s, "non-k8s", "refuse", "documents that are no objects or have no name: "+listOf(otherChoices))
	flags.BoolVar(&f.keepLists, "keep-lists", false, "keep a List in one file instead of cutting out its items")
	flags.BoolVar(&f.transcode, "transcode", false, "allow UTF-16 input, and write it as UTF-8")
	flags.BoolVar(&f.prune, "prune", false, "remove files that an earlier run wrote, that are unchanged, and whose objects are gone")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print the plan and write nothing")
	flags.BoolVar(&f.check, "check", false, "write nothing; check that directories have one object per file, under its right name")
	flags.StringArrayVar(&f.input.sets, "set", nil, "with --check, paths each of which is one deployable set (repeatable)")
	flags.StringArrayVar(&f.input.skips, "skip", nil, "leave out files and directories; a pattern without a slash matches at any depth (repeatable)")
	flags.StringVar(&f.input.stdinName, "stdin-filename", "-", "what to call standard input in messages")
	value(cmd, "dir", "DIR", directories)
	value(cmd, "output", "FORMAT", words(report.Formats()...))
	value(cmd, "layout", "LAYOUT", words(split.LayoutNames()...))
	value(cmd, "extension", "EXT", words(".yaml", ".yml"))
	value(cmd, "header", "WHICH", words(headerChoices...))
	value(cmd, "non-k8s", "WHAT", words(otherChoices...))
	value(cmd, "set", "GLOB", directories)
	value(cmd, "skip", "GLOB", nil)
	value(cmd, "stdin-filename", "NAME", nil)
}

// options turns the flags into those of the library.
func (f *splitFlags) options() (split.Options, error) {
	rules, ignore, err := f.rules.parse()
	if err != nil {
		return split.Options{}, err
	}
	layout, err := split.ParseLayout(f.layout, layoutFunctions())
	if err != nil {
		return split.Options{}, usagef("--layout: %w", err)
	}
	formats := splitFormats
	if f.check {
		formats = report.Formats()
	}
	for _, err := range []error{
		oneOf("--output", f.output, formats),
		oneOf("--header", f.header, headerChoices),
		oneOf("--non-k8s", f.nonK8s, otherChoices),
	} {
		if err != nil {
			return split.Options{}, err
		}
	}
	if f.extension == "" || strings.ContainsAny(f.extension, "/\\\x00") {
		return split.Options{}, usagef("--extension %s cannot end a file name", dupcheck.QuoteAlways(f.extension))
	}
	other := map[string]split.Other{"refuse": split.RefuseOther, "keep": split.KeepOther, "skip": split.SkipOther}
	return split.Options{
		Rules: rules, Ignore: ignore, Layout: layout, Extension: f.extension,
		CopyHeader: f.header == "all", Other: other[f.nonK8s], KeepLists: f.keepLists, Transcode: f.transcode,
	}, nil
}

func (f *splitFlags) run(ctx context.Context, c Command, args []string) error {
	if f.dir == "" {
		return usagef("name the output directory with -d")
	}
	o, err := f.options()
	if err != nil {
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
	c.warnUnused(nil, in.chosen)
	if len(plan.Files) == 0 && len(plan.Refusals) == 0 {
		return failf("no objects found; nothing was written")
	}
	outcome, err := f.carryOut(ctx, c, plan)
	if err != nil {
		return err
	}
	return f.show(c, outcome)
}

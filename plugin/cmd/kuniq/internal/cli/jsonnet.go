package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/render/evaluate"
)

// jsonnetCommand are the flags of jsonnet, as given.
type jsonnetCommand struct {
	jsonnet jsonnetFlags
	rules   ruleFlags
	report  reportFlags
	emit    string

	allowEmpty bool
}

func newJsonnet(c Command) *cobra.Command {
	var f jsonnetCommand
	cmd := &cobra.Command{
		Use:   "jsonnet [flags] FILE|-...",
		Short: "Render jsonnet and fail when two objects are the same object",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("name the programs to evaluate")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), c, args)
		},
	}
	f.jsonnet.register(cmd)
	f.rules.register(cmd)
	f.rules.registerRendered(cmd)
	f.report.register(cmd)
	cmd.Flags().StringVar(&f.emit, "emit", "", "print the objects: "+listOf(evaluate.Formats())+"; the report goes to standard error")
	cmd.Flags().BoolVar(&f.allowEmpty, "allow-empty", false, "no objects at all are no error")
	value(cmd, "emit", "FORMAT", words(evaluate.Formats()...))
	setHelp(cmd, "jsonnet")
	return cmd
}

func (f *jsonnetCommand) run(ctx context.Context, c Command, args []string) error {
	err := f.report.validate()
	if err == nil && f.emit != "" {
		err = oneOf("--emit", f.emit, evaluate.Formats())
	}
	if err != nil {
		return err
	}
	rules, ignore, err := f.rules.parse()
	if err != nil {
		return err
	}
	r, err := f.jsonnet.evaluate(ctx, c, args, evaluate.Request{Rules: rules, Emit: f.emit})
	if err != nil {
		return err
	}
	return f.finish(c, r, ignore)
}

// finishJsonnet reports, and emits what was asked for.
func (f *jsonnetCommand) finish(c Command, result evaluate.Result, ignore []dupcheck.Ignore) error {
	r, unused := result.Report.Without(ignore)
	to, quiet := c.Stdout, false
	if f.emit != "" {
		to = c.Stderr
		quiet = len(r.Diagnostics) == 0 && len(r.Unread) == 0 && (f.report.output == "text" || f.report.output == "oneline")
	}
	if !quiet {
		o := report.Options{Color: f.report.colored(to), Version: releaseName(), Rules: allRules()}
		if err := report.Write(to, f.report.output, r, o); err != nil {
			return failf("writing the report: %w", err)
		}
	}
	c.warnUnused(unused, nil)
	if err := verdict(r, f.allowEmpty); err != nil {
		return err
	}
	_, err := c.Stdout.Write(result.Output)
	return err
}

package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/policy"
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
	cmd := newCommand("jsonnet [flags] FILE|-...", "Render jsonnet and fail when two objects are the same object", "jsonnet", nil,
		func(ctx context.Context, args []string) error { return f.run(ctx, c, args) })
	f.jsonnet.register(cmd)
	f.rules.register(cmd)
	f.rules.registerRendered(cmd)
	f.report.register(cmd)
	textFlag(cmd, &f.emit, "emit", "FORMAT", words(evaluate.Formats()...), "print the objects: "+listOf(evaluate.Formats())+"; the report goes to standard error")
	registerAllowEmpty(cmd, &f.allowEmpty)
	return cmd
}

func (f *jsonnetCommand) run(ctx context.Context, c Command, args []string) error {
	if len(args) == 0 {
		return usagef("name the programs to evaluate")
	}
	if err := oneOf("--emit", f.emit, evaluate.Formats()); f.emit != "" && err != nil {
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

// finish reports, and emits the requested output.
func (f *jsonnetCommand) finish(c Command, result evaluate.Result, ignore []dupcheck.Ignore) error {
	r, unused := policy.Decisions{Ignore: ignore}.Hide(result.Report)
	to, write := c.Stdout, f.report.write
	if f.emit != "" {
		to, write = c.Stderr, f.report.writeFound
	}
	if err := write(c, to, r, report.Options{}); err != nil {
		return err
	}
	c.say(unused...)
	if err := verdict(r, f.allowEmpty); err != nil {
		return err
	}
	_, err := c.Stdout.Write(result.Output)
	return err
}

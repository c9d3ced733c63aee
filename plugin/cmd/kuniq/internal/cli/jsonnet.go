package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/render/evaluate"
)

const jsonnetLong = `jsonnet evaluates jsonnet programs and fails when two of the objects in what
they evaluate to are the same object. It says at which path of the output each
of them is, and from which line of which file it comes.

An object is anything with apiVersion and kind, however deep inside of objects
and arrays; anything else that is no object, array or null is an error. All
programs together are one deployable set, but a Tanka Environment is one of its
own. With --emit the objects are printed, and only if all is well.

Programs are untrusted. They import only from the checkout that they are in (the
git repository, or else the working directory) and from -J, and no symbolic link
leads out of these; --any-file lifts that. Code of -e and standard input counts
as a file of the working directory. Files that you name, as with --ext-str-file,
may be anywhere. The native functions are those of Tanka and kubecfg that only
compute. std.trace prints one quoted line to standard error.

A run may use 2 GiB of memory and 512 MiB of stack, and each program the time of
--timeout. One that needs more is stopped, with exit code 3.`

const jsonnetExample = `  # Fail if a program renders one object twice
  kuniq jsonnet -J vendor -V cluster=prod01 prod.jsonnet

  # Render, in place of kubecfg show or jsonnet -y
  kuniq jsonnet --emit yaml -n shop prod.jsonnet | kubectl apply -n shop -f -

  # Two programs that go to one cluster
  kuniq jsonnet apps.jsonnet monitoring.jsonnet`

const jsonnetCodes = `
Exit codes:
  0  no finding is an error
  1  at least one finding is an error; nothing was emitted
  2  wrong usage
  3  a program failed or was stopped, or what it evaluates to could not be
     understood, or there were no objects at all; nothing was emitted
`

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
		Use:     "jsonnet [flags] FILE|-...",
		Short:   "Render jsonnet and fail when two objects are the same object",
		Long:    jsonnetLong,
		Example: jsonnetExample,
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
	cmd.SetHelpTemplate(helpTemplate(jsonnetCodes))
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

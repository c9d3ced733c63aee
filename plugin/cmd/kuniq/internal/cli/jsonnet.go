package cli

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/google/go-jsonnet"
	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/jsonnethook"
	"github.com/kuniq/kuniq/plugin/jsonnethook/gojsonnet"
)

const jsonnetLong = `jsonnet evaluates jsonnet programs and fails when two of the objects in what
they evaluate to are the same object. It says at which path of the output each
of them is, and from which line of which file it comes.

An object is anything with apiVersion and kind, however deep inside of objects
and arrays; anything else that is no object, array or null is an error. All
programs together are one deployable set, but a Tanka Environment is one of its
own. With --emit the objects are printed, and only if all is well.

It runs the programs as jsonnet does: they can read every file that you can
read, and take as much time and memory as they like.`

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
  3  a program failed, or what it evaluates to could not be understood, or
     there were no objects at all; nothing was emitted
`

// jsonnetCommand are the flags of jsonnet, as given.
type jsonnetCommand struct {
	jsonnet jsonnetFlags
	rules   ruleFlags
	report  reportFlags
	emit    string

	allowEmpty bool
}

func (c Command) jsonnet() *cobra.Command {
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
			return c.runJsonnet(cmd.Context(), &f, args)
		},
	}
	f.jsonnet.register(cmd)
	f.rules.register(cmd)
	f.rules.registerRendered(cmd)
	f.report.register(cmd)
	cmd.Flags().StringVar(&f.emit, "emit", "", "print the objects: "+listOf(emitFormats)+"; the report goes to standard error")
	cmd.Flags().BoolVar(&f.allowEmpty, "allow-empty", false, "no objects at all are no error")
	value(cmd, "emit", "FORMAT", words(emitFormats...))
	cmd.SetHelpTemplate(helpTemplate(jsonnetCodes))
	return cmd
}

func (c Command) runJsonnet(ctx context.Context, f *jsonnetCommand, args []string) error {
	err := f.report.validate()
	if err == nil && f.emit != "" {
		err = oneOf("--emit", f.emit, emitFormats)
	}
	if err != nil {
		return err
	}
	rules, ignore, err := f.rules.parse()
	if err != nil {
		return err
	}
	vm, err := f.jsonnet.vm()
	if err != nil {
		return err
	}
	e := evaluation{c: c, vm: vm, code: f.jsonnet.code, hook: jsonnethook.Collector{Rules: rules}}
	if err := e.runAll(ctx, args); err != nil {
		return err
	}
	return c.finishJsonnet(f, &e, ignore)
}

// finishJsonnet reports, and emits what was asked for.
func (c Command) finishJsonnet(f *jsonnetCommand, e *evaluation, ignore []dupcheck.Ignore) error {
	r, unused := e.report().Without(ignore)
	to, quiet := c.Stdout, false
	if f.emit != "" {
		to = c.Stderr
		quiet = len(r.Diagnostics) == 0 && len(r.Unread) == 0 && (f.report.output == "text" || f.report.output == "oneline")
	}
	if !quiet {
		o := report.Options{Color: f.report.colored(to), Version: releaseName()}
		if err := report.Write(to, f.report.output, r, o); err != nil {
			return failf("writing the report: %w", err)
		}
	}
	c.warnUnused(unused, nil)
	if err := verdict(r, f.allowEmpty); err != nil {
		return err
	}
	if f.emit == "" {
		return nil
	}
	return emit(c.Stdout, f.emit, e.hook.Values())
}

// evaluation is the evaluation of some programs and the check of their output.
type evaluation struct {
	c    Command
	vm   *jsonnet.VM
	code bool // the arguments are programs
	hook jsonnethook.Collector
	done []*gojsonnet.Evaluation
}

// runAll evaluates the programs, unless ctx ends first. An evaluation cannot be
// interrupted, and is left behind then.
func (e *evaluation) runAll(ctx context.Context, args []string) error {
	done := make(chan error, 1)
	go func() {
		for _, arg := range args {
			if err := e.run(arg); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	select {
	case <-ctx.Done():
		return failf("interrupted")
	case err := <-done:
		return err
	}
}

// run evaluates one program and takes in what it evaluates to.
func (e *evaluation) run(arg string) error {
	p, err := e.evaluate(arg)
	if err != nil {
		return err
	}
	e.done = append(e.done, p)
	if err := e.hook.Add(p.Source, p.Tree); err != nil {
		return failf("%w", err)
	}
	return nil
}

func (e *evaluation) evaluate(arg string) (p *gojsonnet.Evaluation, err error) {
	switch {
	case e.code:
		p, err = gojsonnet.Snippet(e.vm, "<cmdline>", arg)
	case arg == "-":
		text, failed := io.ReadAll(io.LimitReader(e.c.Stdin, mostProgram+1))
		if failed != nil {
			return nil, failf("reading standard input: %w", failed)
		}
		if len(text) > mostProgram {
			return nil, failf("the program on standard input is larger than %d MiB", mostProgram>>20)
		}
		p, err = gojsonnet.Snippet(e.vm, "<stdin>", string(text))
	default:
		p, err = gojsonnet.File(e.vm, arg)
	}
	if err != nil {
		return nil, &exitError{exitNoWork, &programError{err}}
	}
	return p, nil
}

// report returns what was found, with source lines.
func (e *evaluation) report() dupcheck.Report {
	return gojsonnet.Locate(e.hook.Report(), e.done...)
}

// mostProgram is how large a program on standard input may be.
const mostProgram = 64 << 20

// programError is an error of a program, in jsonnet's own words: a message and
// a stack trace, whose lines begin with tabs.
type programError struct{ err error }

// Error returns the words with all that is not to reach a terminal quoted.
func (e *programError) Error() string {
	var b strings.Builder
	for i, line := range strings.Split(strings.TrimRight(e.err.Error(), "\n"), "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		for j, part := range strings.Split(line, "\t") {
			if j > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(printable(part))
		}
	}
	return b.String()
}

// isProgramError says whether an error is to be shown as it is.
func isProgramError(err error) bool {
	var e *programError
	return errors.As(err, &e)
}

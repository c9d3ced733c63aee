package cli

import (
	"bytes"
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/gate"
)

// mostGated is how much a gate holds back, as much as check reads of one file.
const mostGated = 2 << 30

// gateFlags are the flags of a command that passes manifests on or holds them
// back.
type gateFlags struct {
	rules      ruleFlags
	report     reportFlags
	reportFile string
	allowEmpty bool
}

func (f *gateFlags) register(cmd *cobra.Command) {
	f.rules.register(cmd)
	f.rules.registerRendered(cmd)
	f.report.register(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.reportFile, "report", "", "write the report to a file in place of standard error")
	flags.BoolVar(&f.allowEmpty, "allow-empty", false, "no objects at all are no error")
	value(cmd, "report", "FILE", nil)
}

// barrier is a gate with its flags understood.
type barrier struct {
	c     Command
	flags *gateFlags
	rules dupcheck.Rules
	// ignore are the objects whose duplicates are let through.
	ignore []dupcheck.Ignore
	// file is where the report goes, or nil.
	file *os.File
}

// barrier understands the flags. A file for the report is opened, and thereby
// emptied, before anything else is done.
func (f *gateFlags) barrier(c Command) (g barrier, err error) {
	g = barrier{c: c, flags: f}
	if err = f.report.validate(); err != nil {
		return g, err
	}
	if g.rules, g.ignore, err = f.rules.parse(); err != nil {
		return g, err
	}
	if f.reportFile != "" {
		if g.file, err = os.Create(f.reportFile); err != nil {
			return g, failf("--report: %w", err)
		}
	}
	return g, nil
}

// pass checks a whole stream of manifests and only then writes the very same
// bytes to standard output. What it has to say goes to standard error. name
// is what the stream is called there.
func (g barrier) pass(ctx context.Context, name string, data []byte) error {
	tree := &manifest.Tree{Args: []string{"-"}, Stdin: bytes.NewBuffer(data), StdinName: name}
	show, done := g.c.progress()
	found, err := gate.CheckPlain(ctx, tree, g.rules, show)
	done()
	if err != nil {
		return failure(err)
	}
	r, unused := found.Without(g.ignore)
	if err := g.say(r, tree); err != nil {
		return err
	}
	g.c.warnUnused(unused, nil)
	if err := verdict(r, g.flags.allowEmpty); err != nil {
		return err
	}
	_, err = g.c.Stdout.Write(data)
	return err
}

// say prints the report. One in words that has nothing to say is left out on
// standard error: a gate that lets everything through is silent.
func (g barrier) say(r dupcheck.Report, tree *manifest.Tree) error {
	flags := g.flags.report
	o := report.Options{Color: flags.colored(g.c.Stderr), Source: tree.Line, Version: releaseName(), Rules: allRules()}
	if g.file != nil {
		o.Color = flags.color == "always"
		err := errors.Join(report.Write(g.file, flags.output, r, o), g.file.Close())
		if err != nil {
			return failf("writing the report: %w", err)
		}
		return nil
	}
	words := flags.output == "text" || flags.output == "oneline"
	if words && len(r.Diagnostics) == 0 && len(r.Unread) == 0 {
		return nil
	}
	if err := report.Write(g.c.Stderr, flags.output, r, o); err != nil {
		return failf("writing the report: %w", err)
	}
	return nil
}

package cli

import (
	"bytes"
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/policy"
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
	textFlag(cmd, &f.reportFile, "report", "FILE", nil, "write the report to a file instead of standard error")
	registerAllowEmpty(cmd, &f.allowEmpty)
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

// pass checks a whole stream of manifests and only then writes the very same bytes to
// standard output. Its messages go to standard error. name is what the stream is
// called there.
func (g barrier) pass(ctx context.Context, name string, data []byte) error {
	tree := &manifest.Tree{Args: []string{"-"}, Stdin: bytes.NewBuffer(data), StdinName: name}
	o := gate.Options{}
	found, err := shown(g.c, &o, func() (dupcheck.Report, error) { return gate.CheckPlain(ctx, tree, g.rules, o.Progress) })
	if err != nil {
		return failure(err)
	}
	r, unused := policy.Decisions{Ignore: g.ignore}.Hide(found)
	if err := g.say(r, tree); err != nil {
		return err
	}
	g.c.say(unused...)
	if err := verdict(r, g.flags.allowEmpty); err != nil {
		return err
	}
	_, err = g.c.Stdout.Write(data)
	return err
}

// say prints the report, in a file also where it has nothing to say.
func (g barrier) say(r dupcheck.Report, tree *manifest.Tree) error {
	o := report.Options{Source: tree.Line}
	if g.file == nil {
		return g.flags.report.writeFound(g.c.Stderr, r, o)
	}
	if err := g.flags.report.write(g.file, r, o); err != nil {
		return err
	}
	if err := g.file.Close(); err != nil {
		return failf("writing the report: %w", err)
	}
	return nil
}

package cli

import (
	"bytes"
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/policy"
)

// mostGated is how many bytes a gate holds back: as many as check reads of one file.
const mostGated int64 = 2 << 30

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
	cmd.PreRunE = func(cmd *cobra.Command, args []string) error {
		if err := f.report.redirect(f.reportFile); err != nil {
			return err
		}
		return f.report.prepare(cmd, args)
	}
	registerAllowEmpty(cmd, &f.allowEmpty)
}

// barrier is a gate with parsed flags.
type barrier struct {
	c     Command
	flags *gateFlags
	rules dupcheck.Rules
	// ignore are the objects whose duplicates pass.
	ignore []dupcheck.Ignore
}

// barrier parses the flags.
func (f *gateFlags) barrier(c Command) (g barrier, err error) {
	g = barrier{c: c, flags: f}
	g.rules, g.ignore, err = f.rules.parse()
	return g, err
}

// pass checks a whole stream of manifests, and only then writes exactly the same bytes to
// standard output. Its messages go to standard error, where the stream is called name.
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

// say prints the report. A report in a file is written even if it has nothing to say.
func (g barrier) say(r dupcheck.Report, tree *manifest.Tree) error {
	stream := g.c.Stderr
	if g.flags.reportFile != "" {
		stream = io.Discard
	}
	return g.flags.report.writeFound(g.c, stream, r, report.Options{Source: tree.Line})
}

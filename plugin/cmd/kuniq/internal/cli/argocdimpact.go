package cli

import (
	"context"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/advice"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/impact"
	"github.com/kuniq/kuniq/plugin/policy"
)

// impactFlags are the flags of impact, as given.
type impactFlags struct {
	deployerFlags
	base, head string
	maxPrune   string
	allow      []string
	noTrailers bool
	output     outputs
}

// newImpact is the subcommand "impact".
func newImpact(c Command, t tool) *cobra.Command {
	f := &impactFlags{deployerFlags: deployerFlags{tool: t}}
	f.head, f.maxPrune = "HEAD", "50%"
	cmd := newCommand("impact --base REV [--head REV] [flags] [DIR]", "Say what a change would delete, and fail if it matters", "impact", atMostOneDirectory,
		func(ctx context.Context, args []string) error { return runImpact(ctx, c, f, hereIfNone(args)[0]) })
	f.register(cmd)
	f.policy.registerPolicy(cmd)
	registerIgnore(cmd, &f.rules.ignore, "duplicates of")
	registerUnresolved(cmd, &f.render.allow)
	textFlag(cmd, &f.base, "base", "REV", words(), "revision before the change, or a directory")
	textFlag(cmd, &f.head, "head", "REV", words(), "revision after the change, or a directory")
	textFlag(cmd, &f.maxPrune, "max-prune", "N|N%", words(), "number or percentage of objects that one deployer may lose")
	listFlag(cmd, &f.allow, "allow-prune", "NAMESPACE/NAME", words(), "allow the deletions of this deployer (repeatable)")
	cmd.Flags().BoolVar(&f.noTrailers, "no-trailers", false, "take no allowance from a commit, because the author of the change writes it")
	f.output.register(cmd, "report", impact.Formats())
	return cmd
}

func runImpact(ctx context.Context, c Command, f *impactFlags, dir string) error {
	if f.base == "" {
		return usagef("--base is missing: the revision before the change")
	}
	version, state, err := f.protection()
	if err != nil {
		return err
	}
	x, _, err := f.open(ctx, c, dir, f.base, f.head)
	if err != nil {
		return err
	}
	defer x.Close()
	o := impact.Options{
		Rules: x.Check.Rules, Clusters: x.Check.Clusters, State: state, Version: version,
		Unresolved: x.Check.Allowed, Reached: x.Reached, Ignore: x.Ignore,
		NoTrailers: f.noTrailers,
	}
	if o.MaxPrune, err = impact.ParseLimit(f.maxPrune); err != nil {
		return usagef("--max-prune %w", err)
	}
	for _, deployer := range f.allow {
		o.Allowed = append(o.Allowed, impact.Allowance{Deployer: deployer, From: "--allow-prune"})
	}
	done := c.progress(&x.Resolve)
	found, err := impact.Between(ctx, dir, f.base, f.head, x.Resolve, o)
	done()
	if err != nil {
		return failure(err)
	}
	for _, change := range found.Impact.Deployers {
		for i, told := range change.Findings {
			if told.Allow != "" {
				change.Findings[i].Advice += " with --allow-prune " + dupcheck.Quote(told.Allow)
			}
		}
	}
	for i, told := range found.General {
		switch {
		case told.Rule == deploy.ApplicationCollision:
			found.General[i].Advice += advice.SetFor(told.Roots)
		case len(told.Roots) > 0:
			found.General[i].Advice += advice.SetsFor(told.Roots)
		}
	}
	err = f.output.write(c.Stdout, func(w io.Writer, format string) error {
		return impact.Write(w, format, found.Impact, f.appearance(c, w))
	})
	if err != nil {
		return err
	}
	c.sayUnread(found.Unread...)
	c.say(policy.Unused(slices.Concat(x.Paths.Unused(), x.Check.Allowed.UnusedDeployers())...)...)
	return f.verdict(c, found)
}

// appearance is the look of a report that is written to w. Files are links if the platform
// has head itself.
func (f *impactFlags) appearance(c Command, w io.Writer) impact.WriteOptions {
	o := impact.WriteOptions{Version: releaseName(), Color: c.colored(w), Tool: f.tool.name}
	if info, err := os.Stat(f.head); f.head == "HEAD" || err == nil && info.IsDir() {
		o.FileURL = platformFiles()
	}
	return o
}

// verdict turns an impact into an exit code.
func (f *impactFlags) verdict(c Command, found impact.Result) error {
	for _, dir := range found.Head.Unrendered() {
		c.warnf("%s: %s", dupcheck.Quote(found.Reached.File(dir)), deploy.MayDeclare)
	}
	for _, p := range found.Head.Problems() {
		c.warnf("%s: %s", p.ID, p.Reason)
	}
	switch {
	case len(found.Unread) > 0:
		return failf("not everything could be read: %d unread", len(found.Unread))
	case found.Fails():
		return &exitError{code: exitFindings}
	case found.Compared == 0 && !found.Generates:
		return failf("no %s found in either of them", f.tool.deployers)
	case len(found.NotKnown) > 0 && found.Resolved == 0:
		return nothingKnown(f.tool)
	}
	return nil
}

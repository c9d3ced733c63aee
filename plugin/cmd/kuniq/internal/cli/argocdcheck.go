package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/advice"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/policy"
)

// newDeployerCheck is the subcommand "check".
func newDeployerCheck(c Command, t tool) *cobra.Command {
	f := &deployerFlags{tool: t}
	var output reportFlags
	cmd := newCommand("check [flags] [DIR]", "Fail when two deployers are the same, or deploy the same object", "deployercheck", atMostOneDirectory,
		func(ctx context.Context, args []string) error {
			return checkDeployers(ctx, c, f, &output, hereIfNone(args)[0])
		})
	f.register(cmd)
	f.policy.register(cmd)
	registerIgnore(cmd, &f.rules.ignore, "duplicates of")
	output.register(cmd)
	registerUnresolved(cmd, &f.render.allow)
	cmd.Long = fmt.Sprintf(cmd.Long, t.deployers)
	return cmd
}

func atMostOneDirectory(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usagef("name one directory at most: the top of the repository")
	}
	return nil
}

func checkDeployers(ctx context.Context, c Command, f *deployerFlags, output *reportFlags, dir string) error {
	if _, _, err := f.protection(); err != nil {
		return err
	}
	x, d, err := f.open(ctx, c, dir)
	if err != nil {
		return err
	}
	defer x.Close()
	tree, err := x.Tree()
	if err != nil {
		return failure(err)
	}
	_, said := x.Check.Rules.Severity[deploy.UnresolvedDeployer]
	x.Check.UnresolvedAsFindings = said || f.noRender
	decisions, err := f.policy.decisions(ctx, c, f.tool.name+" check", d, nil)
	if err != nil {
		return err
	}
	decisions.Ignore = x.Ignore
	done := c.progress(&x.Resolve)
	resolver := deploy.NewResolver(x.Resolve)
	found, err := resolver.Check(ctx, tree, x.Check)
	if err != nil {
		done()
		return failure(err)
	}
	r, notes, failed := decisions.Apply(ctx, found.Report, resolver.Touched(found, x.Check), deploy.SharedObject, deploy.ApplicationCollision)
	done()
	if err := output.write(c, c.Stdout, advice.Sets(r, dir), report.Options{}); err != nil {
		return err
	}
	if len(f.input.sets) == 0 { // the sets of kuniq.yaml may have been meant for manifests only
		for _, told := range deploy.AcrossInstances(found.Snapshot) {
			c.warnf("%s", told)
		}
	}
	for _, told := range deploy.AcrossNames(found.Snapshot, x.Check) {
		c.warnf("%s", told)
	}
	c.say(policy.Unused(x.Check.Allowed.UnusedDeployers()...)...)
	c.say(append(notes, policy.Unused(x.Paths.Unused()...)...)...)
	if failed != nil {
		return failure(failed)
	}
	if len(found.Snapshot.Deployers)+len(found.Snapshot.Named)+len(found.Snapshot.Unexpanded)+len(found.Report.Unread) == 0 {
		return failf("no %s found in %s", f.tool.deployers, dupcheck.Quote(dir))
	}
	if err := verdict(r, true); err != nil || f.noRender || r.Objects > 0 {
		return err
	}
	return nothingKnown(f.tool)
}

// registerUnresolved adds the flag of the commands about deployers.
func registerUnresolved(cmd *cobra.Command, allow *[]string) {
	listFlag(cmd, allow, "allow-unresolved", "GLOB", nil, "deployers, or directories that may declare deployers, that may stay unresolved (repeatable)")
}

// nothingKnown is the error if nothing is known of any deployer: no allowance turns a
// report about nothing into a clean one.
func nothingKnown(t tool) error {
	return failf("nothing was compared: it is not known what any of the %s deploys", t.deployers)
}

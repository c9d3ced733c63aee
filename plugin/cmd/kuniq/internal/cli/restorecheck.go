package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/restore"
)

const restoreCheckLong = `check says whether a dump would be enough to bring all volumes back, if the
cluster lost everything now. It is a drill without a cluster, for the job that
takes the dump: what is wrong with it has to be known before it is needed.

It fails for what "kuniq restore volumes" would refuse. It warns of volumes
without the policy Retain: their disks go with their claims, and then no dump
helps.

With -o json it prints one object: which claim has which disk, and what there is
to know. docs/restore.md has its fields; fields may be added, none is renamed.`

const restoreCheckExample = `  # In the job that takes the dump
  kubectl get pv,pvc,sc,ns -A -o yaml > dump.yaml
  kuniq restore check dump.yaml`

const restoreCheckCodes = `
Exit codes:
  0  every claim would get its volume back
  1  some would not
  2  wrong usage
  3  something could not be read, or there were no volumes and claims
`

func (c Command) restoreCheck() *cobra.Command {
	var f dumpFlags
	var output string
	cmd := &cobra.Command{
		Use:     "check [flags] DUMP...",
		Short:   "Say whether a dump would be enough",
		Long:    restoreCheckLong,
		Example: restoreCheckExample,
		Args:    someInput,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.runRestoreCheck(cmd.Context(), &f, output, args)
		},
	}
	f.register(cmd)
	restoreOutput(cmd, &output)
	cmd.SetHelpTemplate(helpTemplate(restoreCheckCodes))
	return cmd
}

func (c Command) runRestoreCheck(ctx context.Context, f *dumpFlags, output string, args []string) error {
	if err := oneOf("--output", output, splitFormats); err != nil {
		return err
	}
	d, err := c.readDump(ctx, f, args, "")
	if err != nil {
		return err
	}
	r, err := restore.Check(d)
	if err != nil {
		return c.noRestoration(err, "")
	}
	if len(r.Bindings) == 0 && r.Refusals() == 0 {
		c.printFindings(r.Findings)
		return failf("no claim has a volume")
	}
	if err := c.showCheck(output, r); err != nil {
		return failf("writing the report: %w", err)
	}
	if r.Refusals() > 0 {
		return &exitError{code: exitFindings}
	}
	return nil
}

// showCheck prints what a check has found.
func (c Command) showCheck(output string, r restore.Restoration) error {
	if output == "json" {
		return r.WriteJSON(c.Stdout)
	}
	c.printFindings(r.Findings)
	good := len(r.Bindings) - r.Count(restore.Refused)
	last := fmt.Sprintf("%d of %s: the volume would be back", good, count(len(r.Bindings), "claim"))
	if n := r.Refusals(); n > 0 {
		last += fmt.Sprintf("; the dump is not enough for %s", count(n, "reason"))
	}
	_, err := fmt.Fprintln(c.Stdout, last)
	return err
}

package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/recover"
)

const recoverCheckLong = `check says whether a dump would be enough to bring all volumes back, if the
cluster lost everything now. It is a drill without a cluster, for the job that
takes the dump: what is wrong with it has to be known before it is needed.

It fails for what "kuniq recover volumes" would refuse. It warns of volumes
without the policy Retain: their disks go with their claims, and then no dump
helps.`

const recoverCheckExample = `  # In the job that takes the dump
  kubectl get pv,pvc,sc,ns -A -o yaml > dump.yaml
  kuniq recover check dump.yaml`

const recoverCheckCodes = `
Exit codes:
  0  every claim would get its volume back
  1  some would not
  2  wrong usage
  3  something could not be read, or there were no volumes and claims
`

func (c Command) recoverCheck() *cobra.Command {
	var f dumpFlags
	cmd := &cobra.Command{
		Use:     "check [flags] DUMP...",
		Short:   "Say whether a dump would be enough",
		Long:    recoverCheckLong,
		Example: recoverCheckExample,
		Args:    someInput,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.runRecoverCheck(cmd.Context(), &f, args)
		},
	}
	f.register(cmd)
	cmd.SetHelpTemplate(helpTemplate(recoverCheckCodes))
	return cmd
}

func (c Command) runRecoverCheck(ctx context.Context, f *dumpFlags, args []string) error {
	d, err := c.dump(ctx, f, args, "")
	if err != nil {
		return err
	}
	if err := c.incomplete(d); err != nil {
		return err
	}
	if d.Empty() {
		return failf("no volumes and no claims found")
	}
	r := recover.Check(d)
	c.printFindings(r.Findings)
	if len(r.Bindings) == 0 && r.Refusals() == 0 {
		return failf("no claim has a volume")
	}
	good := len(r.Bindings) - r.Count(recover.Refused)
	fmt.Fprintf(c.Stdout, "%d of %s: the volume would be back", good, count(len(r.Bindings), "claim"))
	if n := r.Refusals(); n > 0 {
		fmt.Fprintf(c.Stdout, "; the dump is not enough for %s\n", count(n, "reason"))
		return &exitError{code: exitFindings}
	}
	fmt.Fprintln(c.Stdout)
	return nil
}

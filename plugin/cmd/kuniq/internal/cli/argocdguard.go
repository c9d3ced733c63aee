package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/setup"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/krmfn"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/protect"
)

// guardFlags are the flags of guard and protect, as given.
type guardFlags struct {
	deployerFlags
	flux       bool
	only       []string
	production []string
	write      bool
	plain      bool
}

func (f *guardFlags) register(cmd *cobra.Command) {
	f.registerVersion(cmd)
	registerState(cmd, &f.input, &f.state)
	if f.tool == argoCD {
		cmd.Flags().BoolVar(&f.flux, "flux", false, "Flux deploys this: only its annotation protects, not that of Argo CD")
	}
	cmd.Flags().BoolVar(&f.plain, "plain", false, "read every file as a manifest, including those of kustomizations and charts")
}

// options are the options that both commands take from the flags and the policy: what to
// look for, and what to read.
func (f *guardFlags) options(ctx context.Context, c Command) (o protect.Options, tree gate.Options, d decided, err error) {
	o = protect.Options{Flux: f.flux || f.tool == fluxCD}
	if o.Version, o.State, err = f.protection(); err != nil {
		return o, tree, d, err
	}
	if o.Production, err = policy.Globs("production", f.production); err != nil {
		return o, tree, d, failure(err)
	}
	tree, d, err = f.settings().options(ctx, c, nil)
	if err != nil {
		return o, tree, d, err
	}
	rules, _, err := d.Rules(allRules())
	if err != nil {
		return o, tree, d, failure(err)
	}
	o.Severity, tree.Plain = rules.Severity, f.plain
	tree.Helm, tree.Vendored, err = f.render.outside(ctx, d)
	return o, tree, d, err
}

// newGuard is the subcommand "guard".
func newGuard(c Command, t tool) *cobra.Command {
	f := &guardFlags{deployerFlags: deployerFlags{tool: t}}
	var output reportFlags
	cmd := newCommand("guard [flags] [FILE|DIR...]", "Find objects with state that nothing protects", "guard", nil,
		func(ctx context.Context, args []string) error { return runGuard(ctx, c, f, &output, args) })
	f.register(cmd)
	f.registerInstances(cmd)
	listFlag(cmd, &f.production, "production", "GLOB", words(), "sets whose Applications must not be deleted with their objects (repeatable)")
	f.rules.registerSeverity(cmd, deployerRules())
	registerIgnore(cmd, &f.rules.ignore, "findings about")
	f.policy.register(cmd)
	f.render.registerRenderer(cmd)
	f.render.registerAllowed(cmd)
	output.register(cmd)
	return cmd
}

func runGuard(ctx context.Context, c Command, f *guardFlags, output *reportFlags, args []string) error {
	o, tree, d, err := f.options(ctx, c)
	if err != nil {
		return err
	}
	if tree.Decisions, err = f.policy.decisions(ctx, c, "guard", d, args); err != nil {
		return err
	}
	of, clusters, err := f.setup(d)
	if err != nil {
		return err
	}
	if f.flux {
		of.Tool = gitops.Flux
	}
	of.Pool, of.Helm, of.Vendored = tree.Pool, tree.Helm, tree.Vendored
	x, err := setup.New(of)
	if err != nil {
		return failure(err)
	}
	defer x.Close()
	o.Clusters = clusters
	o.Deployers = func(ctx context.Context, at gate.Checkout) (deploy.Options, error) {
		return x.For(ctx, at.Top, at.Skip, at.Set)
	}
	found, failed := shown(c, &tree, func() (*protect.Result, error) { return protect.Check(ctx, hereIfNone(args), tree, o) })
	if found == nil {
		return failure(failed)
	}
	c.sayNotes(f.render.timings, found.Timings, found.Notes)
	if err := output.write(c, c.Stdout, summed(found.Report, f.tool), report.Options{Source: found.Line, Clean: "nothing is unprotected"}); err != nil {
		return err
	}
	if found.Targets+found.Deployers > 0 {
		c.notef("deployers: %d; beside them, files read as they are: %d; directories rendered: %d", found.Deployers, found.Plain, found.Targets)
	}
	if failed != nil {
		return failure(failed)
	}
	return verdict(found.Report, false)
}

// summed returns the report with one finding for all objects of a kind, and with the command
// that protects them.
func summed(r dupcheck.Report, t tool) dupcheck.Report {
	r = protect.Sum(r)
	for i := range r.Diagnostics {
		if d := &r.Diagnostics[i]; d.Several && (d.Rule == protect.UnprotectedState || d.Rule == protect.UnprotectedObject) {
			d.Advice = "kuniq " + t.name + " protect --write --kind " + d.ID.GroupKind().String() + " adds the annotation to all of them that are plain text"
		}
	}
	return r
}

// hereIfNone returns the arguments, or the working directory if there are none.
func hereIfNone(args []string) []string {
	if len(args) == 0 {
		return []string{"."}
	}
	return args
}

// runProtectState is the function ProtectState of kustomize and kpt.
func runProtectState(c Command, input []byte) error {
	if len(input) > krmfn.MostBytes {
		return failf("the input has more than %d MiB", krmfn.MostBytes>>20)
	}
	output, err := protect.ProtectState(input)
	switch {
	case errors.Is(err, protect.ErrConfig):
		return usagef("%w", err)
	case err != nil:
		return failf("%w", err)
	}
	_, _ = c.Stdout.Write(output) // Main sees a failure
	return nil
}

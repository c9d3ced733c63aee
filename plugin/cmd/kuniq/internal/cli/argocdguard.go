package cli

import (
	"context"
	"errors"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/krmfn"
	"github.com/kuniq/kuniq/plugin/protect"
)

// guardFlags are the flags of guard and protect, as given.
type guardFlags struct {
	input      inputFlags
	version    string
	state      []string
	flux       bool
	rules      ruleFlags
	tool       tool
	same       []string
	repos      []string
	ns         string
	only       []string
	production []string
	write      bool
	plain      bool
	render     renderFlags
	policy     policyFlags
}

func (f *guardFlags) register(cmd *cobra.Command) {
	if f.tool == argoCD {
		registerVersion(cmd, &f.version)
	}
	registerState(cmd, &f.input, &f.state)
	if f.tool == argoCD {
		cmd.Flags().BoolVar(&f.flux, "flux", false, "Flux deploys this: its annotation protects, and that of Argo CD does not")
	}
	cmd.Flags().BoolVar(&f.plain, "plain", false, "read every file as a manifest, also those of kustomizations and charts")
}

// options are what both commands take from the flags and the policy: what is looked
// for, and what is read.
func (f *guardFlags) options(ctx context.Context, c Command) (o protect.Options, tree gate.Options, d decided, err error) {
	o = protect.Options{Flux: f.flux || f.tool == fluxCD, Production: f.isProduction}
	if o.Version, o.State, err = protectionOf(f.version, f.state); err != nil {
		return o, tree, d, err
	}
	if _, err = validGlobs("production", f.production); err != nil {
		return o, tree, d, err
	}
	tree, d, err = settings{&f.rules, &f.input, &f.render, &f.policy}.options(ctx, c, nil)
	if err != nil {
		return o, tree, d, err
	}
	rules, _, err := d.Rules(allRules())
	if err != nil {
		return o, tree, d, failure(err)
	}
	o.Severity, tree.Plain = rules.Severity, f.plain
	tree.Helm, tree.Vendored, err = f.render.outside(ctx, d.Policy)
	return o, tree, d, err
}

// deployers are those of a checkout, as the tool declares them.
func (f *guardFlags) deployers(x *deployers) func(context.Context, gate.Checkout) (deploy.Options, error) {
	return func(ctx context.Context, at gate.Checkout) (deploy.Options, error) {
		x.resolve.Skip, x.resolve.Instance, x.resolve.Roots = at.Skip, at.Set, x.decided.roots(f.policy.file, at.Top)
		err := x.adapter(ctx, &deployerFlags{tool: x.tool, ns: f.ns}, at.Top)
		return x.resolve, err
	}
}

// newGuard is the subcommand "guard".
func newGuard(c Command, t tool) *cobra.Command {
	f := &guardFlags{tool: t}
	var output reportFlags
	cmd := newCommand("guard [flags] [FILE|DIR...]", "Find objects with state that nothing protects", "guard", nil,
		func(ctx context.Context, args []string) error { return runGuard(ctx, c, f, &output, args) })
	f.register(cmd)
	registerInstances(cmd, &f.input.sets)
	registerClusters(cmd, &f.same)
	if t == argoCD {
		registerRepositories(cmd, &f.repos, &f.ns)
	}
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
	x := &deployers{tool: f.tool, decided: d}
	defer x.close()
	if f.flux {
		x.tool = fluxCD
	}
	if err := x.findRepos(f.repos); err != nil {
		return err
	}
	if o.Clusters, err = clustersOf(f.same); err != nil {
		return err
	}
	x.resolve.Pool, x.resolve.Helm, x.resolve.Vendored = tree.Pool, tree.Helm, tree.Vendored
	o.Deployers = f.deployers(x)
	found, failed := shown(c, &tree, func() (*protect.Result, error) { return protect.Check(ctx, hereIfNone(args), tree, o) })
	if found == nil {
		return failure(failed)
	}
	c.sayNotes(f.render.timings, found.Timings, found.Notes)
	if err := output.write(c.Stdout, summed(found.Report, f.tool), report.Options{Source: found.Line, Clean: "nothing is unprotected"}); err != nil {
		return err
	}
	if found.Targets+found.Deployers > 0 {
		c.sayf("deployers: %d; beside them, files read as they are: %d; directories rendered: %d", found.Deployers, found.Plain, found.Targets)
	}
	if failed != nil {
		return failure(failed)
	}
	return verdict(found.Report, false)
}

// summed is the report with one finding for all objects of a kind, and the command
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

func (f *guardFlags) isProduction(set string) bool {
	for _, glob := range f.production {
		if ok, err := doublestar.Match(glob, set); ok && err == nil {
			return true
		}
	}
	return false
}

// hereIfNone returns the working directory where no argument names another.
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

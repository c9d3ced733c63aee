package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/deploy/setup"
)

// tool is the subject of a group of commands: Argo CD or Flux.
type tool struct {
	gitops.Tool
	name, deployers string
}

var (
	argoCD = tool{gitops.ArgoCD, "argocd", "Applications"}
	fluxCD = tool{gitops.Flux, "flux", "Kustomizations and HelmReleases"}
)

func newArgoCD(c Command) *cobra.Command {
	return deployerGroup(c, "Say what Argo CD would delete, and who deploys what", argoCD)
}

func newFlux(c Command) *cobra.Command {
	return deployerGroup(c, "Say what Flux would delete, and who deploys what", fluxCD)
}

func deployerGroup(c Command, short string, t tool) *cobra.Command {
	cmd := &cobra.Command{
		Use: t.name, Short: short, Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return needsSubcommand(cmd) },
	}
	cmd.AddCommand(newDeployerCheck(c, t), newImpact(c, t), newGuard(c, t), newProtect(c, t))
	setHelp(cmd, t.name)
	for _, sub := range cmd.Commands() {
		sub.Example = strings.ReplaceAll(sub.Example, "argocd", t.name)
	}
	cmd.SetHelpTemplate(rootTemplate)
	return cmd
}

func needsSubcommand(cmd *cobra.Command) error {
	cmd.SetOut(cmd.ErrOrStderr())
	_ = cmd.Help()
	return usagef("no command given")
}

// deployerFlags are the flags of the commands about deployers.
type deployerFlags struct {
	tool     tool
	input    inputFlags
	rules    ruleFlags
	policy   policyFlags
	same     []string
	repos    []string
	ns       string
	version  string
	state    []string
	noRender bool
	render   renderFlags
}

// register adds the flags of the commands that resolve all deployers.
func (f *deployerFlags) register(cmd *cobra.Command) {
	f.registerInstances(cmd)
	registerState(cmd, &f.input, &f.state)
	f.render.registerRenderer(cmd)
	f.rules.registerSeverity(cmd, deployerRules())
	cmd.Flags().BoolVar(&f.noRender, "no-render", false, "look only at the deployers, and resolve no objects")
	textFlag(cmd, &f.render.cache, "cache", "DIR", directories, "cache rendered output for the next run in this directory, outside of what is read")
	f.registerVersion(cmd)
}

// registerInstances adds the flags about control planes, and about the files that they read.
func (f *deployerFlags) registerInstances(cmd *cobra.Command) {
	listFlag(cmd, &f.input.sets, "set", "GLOB", directories, "make each matching path one instance, such as 'clusters/{name}' (repeatable; the first match counts)")
	listFlag(cmd, &f.same, "same-cluster", "NAME=NAME...", words(), "names and servers of one cluster, separated by = (repeatable)")
	if f.tool == argoCD {
		f.ns = argocd.DefaultNamespace
		listFlag(cmd, &f.repos, "repo", "URL=DIR", nil, "the checkout of another repository (repeatable)")
		textFlag(cmd, &f.ns, "argocd-namespace", "NAMESPACE", words(), "namespace of Argo CD")
	}
}

func (f *deployerFlags) registerVersion(cmd *cobra.Command) {
	if f.tool == argoCD {
		textFlag(cmd, &f.version, "argocd-version", "VERSION", words(), "version of Argo CD, such as 3.1")
	}
}

// registerState adds the flags about the input, and about the objects that hold state.
func registerState(cmd *cobra.Command, input *inputFlags, state *[]string) {
	registerSkip(cmd, &input.skips)
	listFlag(cmd, state, "state", "KIND.GROUP", words(), "another kind that holds state, with * for any characters (repeatable)")
}

// protection reads the ways in which objects are protected, and the kinds that hold state.
func (f *deployerFlags) protection() (v deploy.Version, kinds []deploy.StateKind, err error) {
	if v = deploy.Version(f.version); !v.Valid() {
		return v, nil, usagef("--argocd-version %s is not of the form MAJOR.MINOR", dupcheck.QuoteAlways(f.version))
	}
	kinds, err = stateKinds("state", f.state)
	return v, kinds, err
}

// stateKinds reads the kinds of a flag.
func stateKinds(flag string, given []string) (kinds []deploy.StateKind, err error) {
	for _, s := range given {
		kind, err := deploy.ParseStateKind(s)
		if err != nil {
			return nil, usagef("--%s: %w", flag, err)
		}
		kinds = append(kinds, kind)
	}
	return kinds, nil
}

// settings are the flags that a policy extends.
func (f *deployerFlags) settings() settings {
	return settings{&f.rules, &f.input, &f.render, &f.policy}
}

// setup are the options of a setup: the flags, over the earlier decisions.
func (f *deployerFlags) setup(d decided) (o setup.Options, clusters deploy.Clusters, err error) {
	o = setup.Options{
		Policy: d.Policy, PolicyFile: f.policy.file, OfRevision: d.from.Revision != nil, Rules: allRules(),
		Namespace: f.ns, Repositories: map[string]string{}, NoRender: f.noRender,
	}
	o.Tool = f.tool.Tool
	for _, s := range f.repos {
		i := strings.LastIndexByte(s, '=')
		if i < 1 {
			return o, nil, usagef("--repo %s is not of the form URL=DIR", dupcheck.QuoteAlways(s))
		}
		o.Repositories[s[:i]] = s[i+1:]
	}
	if clusters, err = deploy.ParseClusters(f.same); err != nil {
		return o, nil, usagef("--same-cluster %w", err)
	}
	return o, clusters, nil
}

// open prepares everything that the flags ask for. Paths of kuniq.yaml are relative to the
// working directory, and those of flags to the named directory. The caller closes the
// result.
func (f *deployerFlags) open(ctx context.Context, c Command, dir string, compared ...string) (x *setup.Setup, d decided, err error) {
	flags, err := f.settings().flags()
	if err != nil {
		return nil, d, err
	}
	if d, err = f.policy.over(ctx, c, flags.Below(dir)); err != nil {
		return nil, d, err
	}
	o, clusters, err := f.setup(d)
	if err != nil {
		return nil, d, err
	}
	o.Dir, o.Compared = dir, compared
	if o.Pool, err = f.render.pool(c); err != nil {
		return nil, d, err
	}
	if o.Helm, o.Vendored, err = f.render.outside(ctx, d); err != nil {
		return nil, d, err
	}
	if x, err = setup.Open(ctx, o); err != nil {
		return nil, d, failure(err)
	}
	x.Check.Clusters = clusters
	return x, d, nil
}

// progress shows the progress of rendering. The caller removes the line.
func (c Command) progress(o *deploy.Options) (done func()) {
	p := newProgress(c)
	o.Progress = func(done, total int) { p.sayf("%d of %d rendered", done, total) }
	return p.done
}

package cli

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
	"github.com/kuniq/kuniq/plugin/policy"
)

// tool is what a group of commands is about.
type tool struct{ name, deployers string }

var (
	argoCD = tool{"argocd", "Applications"}
	fluxCD = tool{"flux", "Kustomizations and HelmReleases"}
)

func newArgoCD(c Command) *cobra.Command {
	return deployerGroup("Say what Argo CD would delete, and who deploys what",
		argoCD, newDeployerCheck(c, argoCD), newImpact(c, argoCD), newGuard(c, argoCD), newProtect(c, argoCD))
}

func newFlux(c Command) *cobra.Command {
	return deployerGroup("Say what Flux would delete, and who deploys what",
		fluxCD, newDeployerCheck(c, fluxCD), newImpact(c, fluxCD), newGuard(c, fluxCD), newProtect(c, fluxCD))
}

func deployerGroup(short string, t tool, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: t.name, Short: short, Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return needsSubcommand(cmd) },
	}
	cmd.AddCommand(commands...)
	setHelp(cmd, t.name)
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
	trees    []string // directories that are compared
}

func (f *deployerFlags) register(cmd *cobra.Command) {
	registerInstances(cmd, &f.input.sets)
	registerState(cmd, &f.input, &f.state)
	f.render.registerRenderer(cmd)
	registerClusters(cmd, &f.same)
	f.rules.registerSeverity(cmd, deployerRules())
	cmd.Flags().BoolVar(&f.noRender, "no-render", false, "look at the deployers only, and resolve nothing")
	textFlag(cmd, &f.render.cache, "cache", "DIR", directories, "keep what was rendered in a directory outside of what is read, for the next run")
	if f.tool != argoCD {
		return
	}
	registerVersion(cmd, &f.version)
	registerRepositories(cmd, &f.repos, &f.ns)
}

// registerClusters adds the flag about which clusters are one.
func registerClusters(cmd *cobra.Command, same *[]string) {
	listFlag(cmd, same, "same-cluster", "NAME=NAME...", words(), "names and servers of one cluster, separated by = (repeatable)")
}

// registerRepositories adds the flags about what Argo CD reads, and where it is.
func registerRepositories(cmd *cobra.Command, repos *[]string, ns *string) {
	*ns = argocd.DefaultNamespace
	listFlag(cmd, repos, "repo", "URL=DIR", nil, "the checkout of another repository (repeatable)")
	textFlag(cmd, ns, "argocd-namespace", "NAMESPACE", words(), "namespace of Argo CD")
}

// registerInstances adds the flag about which files belong to which control plane.
func registerInstances(cmd *cobra.Command, sets *[]string) {
	listFlag(cmd, sets, "set", "GLOB", directories, "paths each of which is one instance, such as 'clusters/{name}' (repeatable; the first match counts)")
}

// registerState adds the flags about what is read, and which objects hold state.
func registerState(cmd *cobra.Command, input *inputFlags, state *[]string) {
	registerSkip(cmd, &input.skips)
	listFlag(cmd, state, "state", "KIND.GROUP", words(), "a further kind that holds state, with * for any characters (repeatable)")
}

func registerVersion(cmd *cobra.Command, version *string) {
	textFlag(cmd, version, "argocd-version", "VERSION", words(), "version of Argo CD, such as 3.1")
}

// deployers is what the flags ask for.
type deployers struct {
	tool    tool
	resolve deploy.Options
	check   deploy.CheckOptions
	version deploy.Version
	state   []deploy.StateKind
	decided decided
	repos   map[string]string // directories of other repositories, by their URLs
	ignore  []dupcheck.Ignore
	paths   *policy.Paths
	opened  []*os.Root
}

// read makes ready what the flags ask for. The caller closes it.
func (f *deployerFlags) read(ctx context.Context, c Command, dir string) (x *deployers, err error) {
	x = &deployers{tool: f.tool}
	if err := x.policy(ctx, c, f, dir); err != nil {
		return x, err
	}
	if x.version, x.state, err = protectionOf(f.version, f.state); err != nil {
		return x, err
	}
	if x.check.Clusters, err = clustersOf(f.same); err != nil {
		return x, err
	}
	if err := x.findRepos(f.repos); err != nil {
		return x, err
	}
	if err := x.pool(c, f, dir); err != nil {
		return x, err
	}
	if x.resolve.Helm, x.resolve.Vendored, err = f.render.outside(ctx, x.decided.Policy); err != nil {
		return x, err
	}
	return x, x.adapter(ctx, f, dir)
}

// adapter chooses what is read of a checkout.
func (x *deployers) adapter(ctx context.Context, f *deployerFlags, dir string) error {
	if f.tool == fluxCD {
		git := revision.Repository{Dir: dir}
		o := flux.Options{Remotes: git.Remotes(ctx), Branches: git.DefaultBranches(ctx), Helm: x.resolve.Helm, Vendored: x.resolve.Vendored, NoRender: f.noRender}
		x.resolve.Tool, x.resolve.Adapter = gitops.Flux, o.Adapter
		return nil
	}
	base := ""
	if len(f.trees) > 0 {
		base = f.trees[0]
	}
	o := argocd.Options{
		Namespace: f.ns, Checkout: gitOf(ctx, dir, base), Repositories: map[string]argocd.Repository{},
		Clusters: x.decided.Clusters, Skip: x.resolve.Skip, Helm: x.resolve.Helm, Vendored: x.resolve.Vendored, NoRender: f.noRender,
	}
	for url, other := range x.repos {
		if err := x.repository(ctx, &o, url, other, dir); err != nil {
			return err
		}
	}
	x.resolve.Tool, x.resolve.Adapter = gitops.ArgoCD, o.Adapter
	return nil
}

// pool makes ready what renders. No directory that is read may bring a cache.
func (x *deployers) pool(c Command, f *deployerFlags, dir string) (err error) {
	if x.resolve.Pool, err = f.render.pool(c); err != nil {
		return err
	}
	dirs := append([]string{dir}, f.trees...)
	for _, dir := range slices.AppendSeq(dirs, maps.Values(x.repos)) {
		real, err := filepath.EvalSymlinks(dir)
		if err == nil {
			real, err = filepath.Abs(real)
		}
		if cache := x.resolve.Pool.Cache.Dir; err == nil && cache != "" && checkout.Contains(checkout.Top(real), cache) {
			return usagef("--cache %s is inside of what is checked, which could bring its own", dupcheck.QuoteAlways(f.render.cache))
		}
	}
	return nil
}

// open opens a directory, out of which nothing leads.
func (x *deployers) open(dir string) (fs.FS, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, failf("%s cannot be read: %s", dupcheck.Quote(dir), checkout.SystemReason(err))
	}
	x.opened = append(x.opened, root)
	return checkout.NewCachingFS(root.FS()), nil
}

func (x *deployers) close() {
	for _, root := range x.opened {
		_ = root.Close() // it was only read
	}
}

// progress shows how far rendering is. The caller takes the line away.
func (x *deployers) progress(c Command) (done func()) {
	p := newProgress(c.Stderr)
	x.resolve.Progress = func(done, total int) { p.sayf("%d of %d rendered", done, total) }
	return p.done
}

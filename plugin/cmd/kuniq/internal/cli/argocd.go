package cli

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
	"github.com/kuniq/kuniq/plugin/impact"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
)

// tool is what a group of commands is about.
type tool struct{ name, owners string }

var (
	argoCD = tool{"argocd", "Applications"}
	fluxCD = tool{"flux", "Kustomizations and HelmReleases"}
)

const argocdLong = `argocd looks at the Applications of Argo CD in a checkout: who deploys what,
what a change would delete, and what is not protected. It talks to no cluster
and to no Argo CD.`

const fluxLong = `flux looks at the Kustomizations and HelmReleases of Flux in a checkout: who
deploys what, and what a change would delete. It talks to no cluster.`

func (c Command) argocd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "argocd",
		Short: "Say what Argo CD would delete, and who deploys what",
		Long:  argocdLong,
		Args:  knownCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return needsSubcommand(cmd) },
	}
	cmd.AddCommand(c.ownersCheck(argoCD), c.ownersImpact(argoCD), c.argocdGuard(), c.argocdProtect())
	cmd.SetHelpTemplate(rootTemplate)
	return cmd
}

func (c Command) flux() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "flux",
		Short: "Say what Flux would delete, and who deploys what",
		Long:  fluxLong,
		Args:  knownCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return needsSubcommand(cmd) },
	}
	cmd.AddCommand(c.ownersCheck(fluxCD), c.ownersImpact(fluxCD))
	cmd.SetHelpTemplate(rootTemplate)
	return cmd
}

func needsSubcommand(cmd *cobra.Command) error {
	cmd.SetOut(cmd.ErrOrStderr())
	_ = cmd.Help()
	return usagef("no command given")
}

// ownersFlags are the flags of all commands about owners.
type ownersFlags struct {
	tool     tool
	input    inputFlags
	severity []string
	same     []string
	repos    []string
	ns       string
	version  string
	state    []string
	noRender bool
	render   renderFlags
	trees    []string // directories that are compared
}

func (f *ownersFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.input.sets, "set", nil, "paths each of which is one instance, such as 'clusters/{name}' (repeatable; the first match counts)")
	flags.StringArrayVar(&f.input.skips, "skip", nil, "leave out files and directories; a pattern without a slash matches at any depth (repeatable)")
	flags.StringArrayVar(&f.same, "same-cluster", nil, "names and servers of one cluster, separated by = (repeatable)")
	flags.StringArrayVar(&f.state, "state", nil, "a further kind that holds state, with * for any characters (repeatable)")
	flags.StringArrayVar(&f.severity, "severity", nil, "set a rule to error, warning, info or off (repeatable)")
	flags.BoolVar(&f.noRender, "no-render", false, "look at the owners only, and resolve nothing")
	flags.StringVar(&f.render.helm, "helm", "", "render Helm charts with this command, version 3 or 4")
	flags.DurationVar(&f.render.timeout, "timeout", render.DefaultTimeout, "how long rendering one directory may take")
	flags.IntVar(&f.render.jobs, "jobs", 0, "how many directories are rendered at once; 0 is one for each CPU")
	flags.StringVar(&f.render.cache, "cache", "", "keep what was rendered in a directory outside of what is read, for the next run")
	value(cmd, "cache", "DIR", directories)
	value(cmd, "set", "GLOB", directories)
	value(cmd, "skip", "GLOB", nil)
	value(cmd, "same-cluster", "NAME=NAME...", words())
	value(cmd, "state", "KIND.GROUP", words())
	value(cmd, "severity", "RULE=LEVEL", completeSeverity(ownerRules()))
	value(cmd, "helm", "COMMAND", nil)
	value(cmd, "timeout", "DURATION", words())
	value(cmd, "jobs", "N", words())
	if f.tool != argoCD {
		return
	}
	flags.StringArrayVar(&f.repos, "repo", nil, "the checkout of another repository (repeatable)")
	flags.StringVar(&f.ns, "argocd-namespace", argocd.DefaultNamespace, "namespace of Argo CD")
	flags.StringVar(&f.version, "argocd-version", "", "version of Argo CD, such as 3.1")
	value(cmd, "repo", "URL=DIR", nil)
	value(cmd, "argocd-namespace", "NAMESPACE", words())
	value(cmd, "argocd-version", "VERSION", words())
}

// owners is the work of all commands about owners.
type owners struct {
	c            Command
	flags        *ownersFlags
	dir          string
	globs        *policy.Paths
	options      impact.Options
	resolver     *resolver
	repositories map[string]fs.FS
	opened       []*os.Root
	changed      []dupcheck.Unread // submodules
}

// owners makes ready what the flags ask for. The caller closes it.
func (c Command) owners(f *ownersFlags, dir string) (x *owners, err error) {
	x = &owners{c: c, flags: f, dir: dir, repositories: map[string]fs.FS{}}
	if x.globs, err = policy.NewPaths(f.input.sets, f.input.skips); err != nil {
		return x, failure(err)
	}
	if x.options.Rules.Severity, err = policy.Severities(f.severity, ownerRules()); err != nil {
		return x, err
	}
	if x.options.Version = impact.Version(f.version); !x.options.Version.Valid() {
		return x, usagef("--argocd-version %s is not of the form MAJOR.MINOR", dupcheck.QuoteAlways(f.version))
	}
	if err := f.render.validate(); err != nil {
		return x, err
	}
	for _, glob := range f.render.allow {
		if glob == "" || !doublestar.ValidatePattern(glob) {
			return x, usagef("--allow-unresolved %s is not a valid glob", dupcheck.QuoteAlways(glob))
		}
	}
	for _, s := range f.same {
		names := strings.Split(s, "=")
		if len(names) < 2 || strings.Contains("="+s+"=", "==") {
			return x, usagef("--same-cluster %s is not of the form NAME=NAME", dupcheck.QuoteAlways(s))
		}
		x.options.Clusters = append(x.options.Clusters, names)
	}
	for _, s := range f.state {
		kind, err := impact.ParseStateKind(s)
		if err != nil {
			return x, usagef("--state: %w", err)
		}
		x.options.State = append(x.options.State, kind)
	}
	for _, s := range f.repos {
		i := strings.LastIndexByte(s, '=')
		if i < 1 {
			return x, usagef("--repo %s is not of the form URL=DIR", dupcheck.QuoteAlways(s))
		}
		if x.repositories[s[:i]], err = x.open(s[i+1:]); err != nil {
			return x, err
		}
	}
	return x, x.renderers()
}

// renderers makes ready what renders. No directory that is read may bring a cache.
func (x *owners) renderers() error {
	pool, err := x.flags.render.pool(x.c)
	if err != nil {
		return err
	}
	helm, err := x.flags.render.helmCommand()
	if err != nil {
		return err
	}
	for _, dir := range append([]string{x.dir}, x.flags.dirs()...) {
		real, err := filepath.EvalSymlinks(dir)
		if err == nil {
			real, err = filepath.Abs(real)
		}
		if err == nil && pool.Cache.Dir != "" && checkout.Contains(checkout.Top(real), pool.Cache.Dir) {
			return usagef("--cache %s is inside of what is checked, which could bring its own", dupcheck.QuoteAlways(x.flags.render.cache))
		}
	}
	x.resolver = newResolver(pool, helm)
	return nil
}

// dirs are the directories that the flags name.
func (f *ownersFlags) dirs() (all []string) {
	for _, s := range f.repos {
		all = append(all, s[strings.LastIndexByte(s, '=')+1:])
	}
	return append(all, f.trees...)
}

// open opens a directory, out of which nothing leads.
func (x *owners) open(dir string) (fs.FS, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, failf("%s cannot be read: %s", dupcheck.Quote(dir), systemReason(err))
	}
	x.opened = append(x.opened, root)
	return newKeptFS(root.FS()), nil
}

func (x *owners) close() {
	for _, root := range x.opened {
		_ = root.Close() // it was only read
	}
}

// side is a state with what else is known of its tree.
type ownersSide struct {
	impact.State
	files    int
	unread   []dupcheck.Unread
	problems []argocd.Problem
	hidden   []string // charts that may make owners and are not rendered
}

// side reads one tree. What has to be rendered first is noted by the resolver.
func (x *owners) side(name string, tree fs.FS) (s ownersSide, err error) {
	skip := func(p string) bool { return x.globs.Skip(p) != "" }
	var apps argocd.Declared
	var kustomizations flux.Declared
	links, err := x.resolver.plain(tree, skip, func(file string, data []byte) {
		s.files++
		if x.flags.tool == fluxCD {
			kustomizations.Merge(inSetFlux(flux.Parse(file, data), x.globs.Set(file)))
			return
		}
		apps.Merge(inSet(argocd.Parse(file, data), x.globs.Set(file)))
	})
	if err != nil {
		return s, failf("the checkout cannot be read: %s", systemReason(err))
	}
	if x.flags.tool == fluxCD {
		a := flux.Assembly{Checkout: tree, Disabled: x.flags.noRender, Render: x.resolver.flux(name)}
		s.State, s.unread, s.problems = a.State(&kustomizations), append(links, kustomizations.Unread...), kustomizations.Problems
		return s, nil
	}
	s.unread = append(links, x.byHand(&apps, x.resolver.roots(name, tree, skip))...)
	a := argocd.Assembly{
		Checkout: tree, Repositories: x.repositories, Namespace: x.flags.ns, Disabled: x.flags.noRender, Render: x.resolver.argo(name, x.flags.ns),
	}
	s.State = a.State(&apps)
	s.hidden = x.resolver.hidden(tree, apps, skip)
	s.unread, s.problems = append(s.unread, apps.Unread...), apps.Problems
	return s, nil
}

// byHand takes in the Applications of kustomizations that are applied by hand.
// What an Application deploys, with its own changes, is found with that one.
func (x *owners) byHand(apps *argocd.Declared, roots map[string]argocd.Rendered) (unread []dupcheck.Unread) {
	var found []argocd.Declared
	dirs := slices.Sorted(maps.Keys(roots))
	for _, dir := range dirs {
		if reason := roots[dir].Unresolved; reason != "" && reason != notYet {
			unread = append(unread, dupcheck.Unread{File: dir, Reason: "its Applications are not known: " + reason})
		}
		var d argocd.Declared
		for _, o := range roots[dir].Objects {
			d.Merge(inSet(argocd.FromObjects([]dupcheck.Object{o}), x.globs.Set(o.At.File)))
		}
		found = append(found, d)
	}
	deployed := map[string]bool{}
	for _, d := range append(slices.Clone(found), *apps) {
		for _, app := range d.Applications {
			for _, source := range app.Spec.All() {
				deployed[source.Dir()] = true
			}
		}
	}
	for i, dir := range dirs {
		if !deployed[dir] {
			apps.Merge(found[i])
		}
	}
	return unread
}

func inSet(d argocd.Declared, set string) argocd.Declared {
	for i := range d.Applications {
		d.Applications[i].Object.Set = set
	}
	for i := range d.ApplicationSets {
		d.ApplicationSets[i].Object.Set = set
	}
	for i := range d.AppProjects {
		d.AppProjects[i].Object.Set = set
	}
	return d
}

func inSetFlux(d flux.Declared, set string) flux.Declared {
	for i := range d.Kustomizations {
		d.Kustomizations[i].Object.Set = set
	}
	for i := range d.HelmReleases {
		d.HelmReleases[i].Object.Set = set
	}
	return d
}

// mostRounds is how often what was rendered may hold further owners.
const mostRounds = 10

const ownersCheckLong = `check fails when two %[1]s have one name in one instance, when two of them
deploy one object to one cluster, and when one of them deploys an object twice.

DIR is the top of the repository, the working directory by default. What cannot
be resolved is never taken for nothing: it is listed, and the exit code is 3
unless --allow-unresolved names it, such as with '*/ingress-*'.`

// ownersCheck is the subcommand "check".
func (c Command) ownersCheck(t tool) *cobra.Command {
	f := &ownersFlags{tool: t}
	var output reportFlags
	cmd := &cobra.Command{
		Use:   "check [flags] [DIR]",
		Short: "Fail when two of them are the same, or deploy the same",
		Long:  fmt.Sprintf(ownersCheckLong, t.owners),
		Args:  atMostOneDirectory,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.runOwnersCheck(cmd.Context(), f, &output, directoryOf(args))
		},
	}
	f.register(cmd)
	output.register(cmd)
	cmd.Flags().StringArrayVar(&f.render.allow, "allow-unresolved", nil, "owners, or directories of charts, that need not be resolved (repeatable)")
	value(cmd, "allow-unresolved", "GLOB", nil)
	cmd.SetHelpTemplate(helpTemplate(checkCodes))
	return cmd
}

func atMostOneDirectory(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usagef("name one directory at most: the top of the repository")
	}
	return nil
}

func directoryOf(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

func (c Command) runOwnersCheck(ctx context.Context, f *ownersFlags, output *reportFlags, dir string) error {
	if err := output.validate(); err != nil {
		return err
	}
	x, err := c.owners(f, dir)
	defer x.close()
	if err != nil {
		return err
	}
	tree, err := x.open(dir)
	if err != nil {
		return err
	}
	s, err := x.whole(ctx, tree)
	if err != nil {
		return err
	}
	r := impact.Check(s.State, x.options)
	if x.resolver.trace(r) {
		if s, err = x.whole(ctx, tree); err != nil {
			return err
		}
		r = impact.Check(s.State, x.options)
	}
	r.Files = s.files
	r.Unread = append(r.Unread, s.unread...)
	x.unresolved(&r, s.hidden)
	r.Diagnostics = append(r.Diagnostics, argocd.Diagnostics(s.problems)...)
	how := report.Options{Color: output.colored(c.Stdout), Version: releaseName(), Rules: allRules()}
	if err := report.Write(c.Stdout, output.output, r, how); err != nil {
		return failf("writing the report: %w", err)
	}
	x.warn(s)
	if len(s.Owners) == 0 && len(s.Patterns) == 0 && len(r.Unread) == 0 {
		return failf("no %s found in %s", f.tool.owners, dupcheck.Quote(dir))
	}
	return verdict(r, true)
}

// warn says what had no effect, and what was not seen.
func (x *owners) warn(s ownersSide) {
	for _, w := range x.globs.Unused() {
		x.c.warnf("%s", w)
	}
}

// mayMake is said of a chart that no Application deploys.
const mayMake = "it may make Applications, and no Application here deploys it"

// unresolved makes of what is not known something unread, unless a flag lets it
// pass.
func (x *owners) unresolved(r *dupcheck.Report, hidden []string) {
	used := make([]bool, len(x.flags.render.allow))
	allowed := func(name string) (flag string, ok bool) {
		for i, glob := range x.flags.render.allow {
			if match, _ := doublestar.Match(glob, name); match {
				used[i] = true
				return "let pass by --allow-unresolved " + glob + ": ", true
			}
		}
		return "", false
	}
	add := func(name, file string, line int, reason string) {
		if flag, ok := allowed(name); ok {
			r.Skipped = append(r.Skipped, dupcheck.Skipped{File: file, Reason: flag + reason})
		} else {
			r.Unread = append(r.Unread, dupcheck.Unread{File: file, Line: line, Reason: "unresolved: " + reason})
		}
	}
	if _, said := x.options.Rules.Severity[impact.UnresolvedOwner]; !said && !x.flags.noRender {
		r.Diagnostics = slices.DeleteFunc(r.Diagnostics, func(d dupcheck.Diagnostic) bool {
			if d.Rule != impact.UnresolvedOwner {
				return false
			}
			at := d.Declarations[0].Position
			add(strings.TrimPrefix(d.ID.Namespace+"/"+d.ID.Name, "/"), at.File, at.Line, d.Message)
			return true
		})
	}
	for _, dir := range hidden {
		add(dir, dir, 0, mayMake)
	}
	for i, glob := range x.flags.render.allow {
		if !used[i] {
			x.c.warnf("--allow-unresolved %s matched nothing that is unresolved", dupcheck.QuoteAlways(glob))
		}
	}
}

// whole reads a tree and renders everything.
func (x *owners) whole(ctx context.Context, tree fs.FS) (s ownersSide, err error) {
	progress := newProgress(x.c.Stderr)
	defer progress.done()
	for range mostRounds {
		x.resolver.begin()
		if s, err = x.side("", tree); err != nil || !x.resolver.run(ctx, nil, progress) {
			break
		}
		if ctx.Err() != nil {
			return s, errInterrupted
		}
	}
	return s, err
}

package cli

import (
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/policy"
)

// ruleFlags are the flags about identity and severity. They mean the same in
// every command that has them.
type ruleFlags struct {
	namespace     string
	identical     string
	severity      []string
	ignore        []string
	clusterScoped []string
	openshift     bool
	showValues    bool

	// Only where registerRendered or registerNamespaceEnv was called:
	namespaceEnv string
	helmHooks    bool
	cmd          *cobra.Command
}

// register adds the flags of commands that report findings.
func (f *ruleFlags) register(cmd *cobra.Command) {
	f.registerIdentity(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.identical, "identical", "", "level of declarations with identical contents: error, warn or allow")
	flags.StringArrayVar(&f.severity, "severity", nil, "set a rule to error, warning, info or off (repeatable)")
	flags.StringArrayVar(&f.ignore, "ignore", nil, "hide duplicates of these objects, with * for any characters (repeatable)")
	flags.BoolVar(&f.showValues, "show-values", false, "show the values that differ, except those of Secrets")
	value(cmd, "identical", "LEVEL", words("error", "warn", "allow"))
	value(cmd, "severity", "RULE=LEVEL", completeSeverity(dupcheck.AllRules()))
	value(cmd, "ignore", "'KIND[.GROUP] [NS/]NAME'", words())
}

// registerIdentity adds the flags that decide who an object is.
func (f *ruleFlags) registerIdentity(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.namespace, "namespace", "n", "", "namespace of namespaced objects whose manifest names none")
	flags.StringArrayVar(&f.clusterScoped, "cluster-scoped", nil, "a kind that is cluster-scoped (repeatable)")
	flags.BoolVar(&f.openshift, "openshift", false, "also the aliases of OpenShift's API server, such as v1 Route for route.openshift.io")
	value(cmd, "namespace", "NAMESPACE", words())
	value(cmd, "cluster-scoped", "KIND.GROUP", words())
}

// registerRendered adds the flags of commands that see what a renderer printed.
func (f *ruleFlags) registerRendered(cmd *cobra.Command) {
	f.registerNamespaceEnv(cmd)
	cmd.Flags().BoolVar(&f.helmHooks, "helm-hooks", false, "Helm applies this: hooks meet only hooks of the same phase")
}

// registerNamespaceEnv adds the other way to give the default namespace.
func (f *ruleFlags) registerNamespaceEnv(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.namespaceEnv, "namespace-env", "", "take the value of --namespace from an environment variable")
	value(cmd, "namespace-env", "VARIABLE", words())
	cmd.MarkFlagsMutuallyExclusive("namespace", "namespace-env")
	f.cmd = cmd
}

// defaultNamespace returns the namespace of objects that name none.
func (f *ruleFlags) defaultNamespace() (string, error) {
	if f.cmd == nil || !f.cmd.Flags().Changed("namespace-env") {
		return f.namespace, nil
	}
	namespace, ok := os.LookupEnv(f.namespaceEnv)
	if !ok {
		return "", usagef("--namespace-env %s: there is no such variable", dupcheck.QuoteAlways(f.namespaceEnv))
	}
	return namespace, nil
}

// policy returns what the flags say, in the words of kuniq.yaml.
func (f *ruleFlags) policy() (p policy.Policy, err error) {
	p = policy.Policy{
		Identical: f.identical, Severity: f.severity, Ignore: f.ignore, ClusterScoped: f.clusterScoped, OpenShift: f.openshift,
	}
	p.Namespace, err = f.defaultNamespace()
	return p, err
}

// parse understands the flags, for commands that read no kuniq.yaml.
func (f *ruleFlags) parse() (rules dupcheck.Rules, ignore []dupcheck.Ignore, err error) {
	p, err := f.policy()
	if err != nil {
		return rules, nil, err
	}
	if rules, ignore, err = p.Rules(); err != nil {
		return rules, nil, failure(err)
	}
	rules.ShowValues, rules.HelmHooks = f.showValues, f.helmHooks
	return rules, ignore, nil
}

// inputFlags are the flags about what is read.
type inputFlags struct {
	sets      []string
	skips     []string
	plain     bool
	stdinName string
}

func (f *inputFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.sets, "set", nil, "paths each of which is one deployable set, such as 'env/{cluster}' (repeatable; the first match counts)")
	flags.StringArrayVar(&f.skips, "skip", nil, "leave out files and directories; a pattern without a slash matches at any depth (repeatable)")
	flags.BoolVar(&f.plain, "plain", false, "read every file as a manifest file, also those of kustomizations and charts")
	flags.StringVar(&f.stdinName, "stdin-filename", "-", "what to call standard input in the report")
	value(cmd, "set", "GLOB", directories)
	value(cmd, "skip", "GLOB", nil)
	value(cmd, "stdin-filename", "NAME", nil)
}

// tree returns what to read, and the globs that decide about it.
func (f *inputFlags) tree(stdin io.Reader, args []string) (*manifest.Tree, *policy.Paths, error) {
	g, err := policy.NewPaths(f.sets, f.skips)
	if err != nil {
		return nil, nil, failure(err)
	}
	tree := &manifest.Tree{
		Args: args, Stdin: stdin, StdinName: f.stdinName, Plain: f.plain,
		Skip: g.Skip, Set: g.Set,
	}
	return tree, g, nil
}

func oneOf(flag, value string, allowed []string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return usagef("%s %s: use %s", flag, dupcheck.QuoteAlways(value), listOf(allowed))
}

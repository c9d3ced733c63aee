package cli

import (
	"io"
	"os"

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

	// These are set only if registerRendered or registerNamespaceEnv was called:
	namespaceEnv string
	helmHooks    bool
	cmd          *cobra.Command

	table dupcheck.RuleTable // of registerSeverity
}

// register adds the flags of commands that report findings.
func (f *ruleFlags) register(cmd *cobra.Command) {
	f.registerIdentity(cmd)
	textFlag(cmd, &f.identical, "identical", "LEVEL", words("error", "warn", "allow"), "level of declarations with identical contents: error, warn or allow")
	f.registerSeverity(cmd, dupcheck.AllRules())
	registerIgnore(cmd, &f.ignore, "duplicates of")
	cmd.Flags().BoolVar(&f.showValues, "show-values", false, "show the values that differ, except those of Secrets")
}

// registerSeverity adds the flag about the rules of a command.
func (f *ruleFlags) registerSeverity(cmd *cobra.Command, table dupcheck.RuleTable) {
	f.table = table
	listFlag(cmd, &f.severity, "severity", "RULE=LEVEL", completeSeverity(table), "set a rule to error, warning, info or off (repeatable)")
}

// registerIgnore adds the flag about objects whose findings are hidden.
func registerIgnore(cmd *cobra.Command, ignore *[]string, findings string) {
	listFlag(cmd, ignore, "ignore", patternForm, words(), "hide "+findings+" these objects, with * for any characters (repeatable)")
}

// registerIdentity adds the flags that decide the identity of an object.
func (f *ruleFlags) registerIdentity(cmd *cobra.Command) {
	textFlag(cmd, &f.namespace, "namespace,n", "NAMESPACE", words(), "namespace of namespaced objects that name none")
	listFlag(cmd, &f.clusterScoped, "cluster-scoped", "KIND.GROUP", words(), "treat this kind as cluster-scoped (repeatable)")
	cmd.Flags().BoolVar(&f.openshift, "openshift", false, "also use the aliases of OpenShift's API server, such as v1 Route for route.openshift.io")
}

// registerRendered adds the flags of commands that read the output of a renderer.
func (f *ruleFlags) registerRendered(cmd *cobra.Command) {
	f.registerNamespaceEnv(cmd)
	cmd.Flags().BoolVar(&f.helmHooks, "helm-hooks", false, "Helm applies the input: compare hooks only with hooks of the same phase")
}

// registerNamespaceEnv adds the other way to give the default namespace.
func (f *ruleFlags) registerNamespaceEnv(cmd *cobra.Command) {
	textFlag(cmd, &f.namespaceEnv, "namespace-env", "VARIABLE", words(), "take the value of --namespace from an environment variable")
	cmd.MarkFlagsMutuallyExclusive("namespace", "namespace-env")
	f.cmd = cmd
}

// defaultNamespace returns the namespace of objects without one.
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

// policy returns the flags as settings of kuniq.yaml.
func (f *ruleFlags) policy() (p policy.Policy, err error) {
	p = policy.Policy{
		Identical: f.identical, Severity: f.severity, Ignore: f.ignore, ClusterScoped: f.clusterScoped, OpenShift: f.openshift,
	}
	if _, err = policy.Severities(f.severity, f.table); err != nil {
		return p, failure(err)
	}
	p.Namespace, err = f.defaultNamespace()
	return p, err
}

// parse parses the flags, for commands that read no kuniq.yaml.
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

// inputFlags are the flags about the input.
type inputFlags struct {
	sets      []string
	skips     []string
	plain     bool
	stdinName string
}

func (f *inputFlags) register(cmd *cobra.Command) {
	listFlag(cmd, &f.sets, "set", "GLOB", directories, "make each matching path one deployable set, such as 'env/{cluster}' (repeatable; the first match counts)")
	registerSkip(cmd, &f.skips)
	cmd.Flags().BoolVar(&f.plain, "plain", false, "read every file as a manifest file, including those of kustomizations and charts")
	registerStdinName(cmd, &f.stdinName, "the report")
}

func registerSkip(cmd *cobra.Command, skips *[]string) {
	listFlag(cmd, skips, "skip", "GLOB", nil, "leave out files and directories; a pattern without a slash matches at any depth (repeatable)")
}

func registerStdinName(cmd *cobra.Command, name *string, where string) {
	*name = "-"
	textFlag(cmd, name, "stdin-filename", "NAME", nil, "name of standard input in "+where)
}

func registerAllowEmpty(cmd *cobra.Command, allow *bool) {
	cmd.Flags().BoolVar(allow, "allow-empty", false, "accept input without any object")
}

// patternForm stands for a pattern of objects.
const patternForm = "'KIND[.GROUP] [NS/]NAME'"

// tree returns the paths to read, and the globs that select files in them.
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

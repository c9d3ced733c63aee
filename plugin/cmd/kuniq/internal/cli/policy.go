package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
	"github.com/kuniq/kuniq/plugin/policy"
)

// policyFile is the file in the working directory that is read unasked.
const policyFile = "kuniq.yaml"

// mostBaseline is more than report.ReadBaseline takes.
const mostBaseline = 65 << 20

// policyFlags are the flags about what was decided before: the reviewed file,
// and old debts.
type policyFlags struct {
	file, from    string
	baseline      string
	writeBaseline string
	changedSince  string
	cmd           *cobra.Command
}

// registerPolicy adds the flags about the policy alone.
func (f *policyFlags) registerPolicy(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.file, "policy", "", "file with settings, in place of kuniq.yaml in the working directory")
	flags.StringVar(&f.from, "policy-from", "", "take the policy file and the baseline from this git revision")
	value(cmd, "policy", "FILE", nil)
	value(cmd, "policy-from", "REV", words())
	f.cmd = cmd
}

// register adds the flags of commands that report findings.
func (f *policyFlags) register(cmd *cobra.Command) {
	f.registerPolicy(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.baseline, "baseline", "", "accept the findings that this file lists")
	flags.StringVar(&f.writeBaseline, "write-baseline", "", "accept what is found now: write it to this file, which may only shrink if it exists")
	flags.StringVar(&f.changedSince, "changed-since", "", "leave out findings in files that have not changed since this git revision")
	value(cmd, "baseline", "FILE", nil)
	value(cmd, "write-baseline", "FILE", nil)
	value(cmd, "changed-since", "REV", words())
	for _, other := range []string{"baseline", "changed-since", "policy-from"} {
		cmd.MarkFlagsMutuallyExclusive("write-baseline", other)
	}
}

// debts is what was decided before about the findings of one run.
type debts struct {
	c        Command
	accepted dupcheck.Baseline
	since    *revision.Revision // nil if all findings count
	write    string             // where to write a baseline, or empty
	settings []string           // the policy and the baseline, if they are files of the working tree
}

// settle reads the policy, adds it to the flags, and reads the baseline.
func (c Command) settle(ctx context.Context, f *policyFlags, to settings, args []string) (debts, error) {
	d := debts{c: c, write: f.writeBaseline}
	p, from, err := c.adopt(ctx, f, to)
	if err != nil {
		return d, err
	}
	if d.accepted, err = f.accepted(ctx, p, from); err != nil || f.changedSince == "" {
		return d, err
	}
	if slices.Contains(args, "-") {
		return d, usagef("--changed-since is about files, and standard input is none")
	}
	if d.since, err = revision.Open(ctx, ".", f.changedSince); err != nil {
		return d, failf("--changed-since: %w", err)
	}
	if from.revision == nil {
		d.settings = []string{cmp.Or(f.file, policyFile)}
		if file := cmp.Or(f.baseline, p.Baseline); file != "" {
			d.settings = append(d.settings, file)
		}
	}
	return d, nil
}

// settings are the flags that a policy adds to.
type settings struct {
	rules  *ruleFlags
	input  *inputFlags
	render *renderFlags
}

// adopt reads the policy and adds it to the flags.
func (c Command) adopt(ctx context.Context, f *policyFlags, to settings) (policy.Policy, source, error) {
	for _, name := range []string{"policy", "policy-from", "baseline", "write-baseline", "changed-since"} {
		if flag := f.cmd.Flags().Lookup(name); flag != nil && flag.Changed && flag.Value.String() == "" {
			return policy.Policy{}, source{}, usagef("--%s is empty", name)
		}
	}
	from, err := c.source(ctx, f.from)
	if err != nil {
		return policy.Policy{}, from, err
	}
	p, err := c.policy(ctx, f, from)
	if err == nil {
		err = f.merge(p, to)
	}
	return p, from, err
}

// policy reads the policy, which is the zero one if there is none.
func (c Command) policy(ctx context.Context, f *policyFlags, from source) (policy.Policy, error) {
	file := f.file
	if file == "" {
		file = policyFile
	}
	data, ok, err := from.read(ctx, file, policy.MaxSize, f.file != "")
	switch {
	case err != nil:
		return policy.Policy{}, err
	case !ok && from.revision != nil:
		c.warnf("there is no %s: no policy applies", from.name(file))
		return policy.Policy{}, nil
	case !ok && f.file != "":
		return policy.Policy{}, failf("--policy: there is no %s", from.name(file))
	case !ok:
		c.warnPolicyAbove()
		return policy.Policy{}, nil
	}
	p, err := policy.Parse(data)
	if err == nil {
		err = validate(p)
	}
	if err != nil {
		return p, usagef("%s: %w", from.name(file), err)
	}
	c.sayf("with the policy of %s", from.name(file))
	return p, nil
}

// validate refuses what the flags would not take either.
func validate(p policy.Policy) error {
	rules := ruleFlags{severity: p.Severity, identical: p.Identical, ignore: p.Ignore, clusterScoped: p.ClusterScoped}
	if _, _, err := rules.parse(); err != nil {
		return err
	}
	if p.Baseline != "" && !filepath.IsLocal(p.Baseline) {
		return errors.New("baseline: the file must be below the working directory")
	}
	_, err := newGlobs(p.Set, p.Skip)
	return err
}

// warnPolicyAbove says that the policy of the repository does not apply, which
// is read only where its paths begin.
func (c Command) warnPolicyAbove() {
	dir, err := os.Getwd()
	found := ""
	for err == nil {
		if _, missing := os.Lstat(filepath.Join(dir, ".git")); missing == nil {
			if found != "" {
				c.warnf("%s is not read here: run kuniq in its directory", dupcheck.Quote(found))
			}
			return
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return
		}
		dir = parent
		if _, missing := os.Lstat(filepath.Join(dir, policyFile)); missing == nil {
			found = filepath.Join(dir, policyFile)
		}
	}
}

// merge adds the policy to the flags. Where both say something the flags win;
// lists are put together, for sets those of the flags first, for severities last.
func (f *policyFlags) merge(p policy.Policy, to settings) error {
	flags := f.cmd.Flags()
	if !flags.Changed("namespace") && !flags.Changed("namespace-env") {
		to.rules.namespace = p.Namespace
	}
	if !flags.Changed("openshift") {
		to.rules.openshift = p.OpenShift
	}
	if !flags.Changed("strict") {
		to.render.strict = p.Strict
	}
	to.rules.severity = slices.Concat(severity(p, to.rules.identical), to.rules.severity)
	to.rules.ignore = slices.Concat(to.rules.ignore, p.Ignore)
	to.rules.clusterScoped = slices.Concat(to.rules.clusterScoped, p.ClusterScoped)
	to.input.skips = slices.Concat(to.input.skips, p.Skip)
	to.render.allow = slices.Concat(to.render.allow, p.AllowUnresolved)
	to.render.helmValues = slices.Concat(p.HelmValues, to.render.helmValues)
	// --together and --set say opposite things: either flag is in place of
	// both fields.
	switch {
	case flags.Changed("together"):
	case len(to.input.sets) > 0 && p.Together:
	default:
		to.render.together = p.Together
		to.input.sets = slices.Concat(to.input.sets, p.Set)
	}
	if p.Together && len(p.Set) > 0 {
		return usagef("the policy has together and set, of which only one can be")
	}
	return nil
}

// severity returns what the policy says about severities. Where --identical is
// given that of identical-object is left out.
func severity(p policy.Policy, identical string) []string {
	about := string(dupcheck.IdenticalObject) + "="
	if identical != "" {
		return slices.DeleteFunc(slices.Clone(p.Severity), func(s string) bool { return strings.HasPrefix(s, about) })
	}
	if p.Identical == "" {
		return p.Severity
	}
	return append([]string{about + p.Identical}, p.Severity...)
}

// accepted reads the baseline that the flags or the policy name.
func (f *policyFlags) accepted(ctx context.Context, p policy.Policy, from source) (dupcheck.Baseline, error) {
	file, trusted := f.baseline, true
	if file == "" {
		file, trusted = p.Baseline, false
	}
	if file == "" || f.writeBaseline != "" {
		return nil, nil
	}
	data, ok, err := from.read(ctx, file, mostBaseline, trusted)
	switch {
	case err != nil:
		return nil, err
	case !ok && from.revision != nil:
		from.c.warnf("there is no %s: no finding is accepted", from.name(file))
		return nil, nil
	case !ok:
		return nil, failf("there is no baseline %s: --write-baseline makes one", from.name(file))
	}
	b, err := report.ReadBaseline(bytes.NewReader(data))
	if err != nil {
		return nil, usagef("%s: %w", from.name(file), err)
	}
	return b, nil
}

package cli

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/revision"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/policy"
)

// policyFlags are the flags about earlier decisions: the reviewed file, and old findings.
// They mean the same in every command that has them.
type policyFlags struct {
	file, from    string
	baseline      string
	writeBaseline string
	changedSince  string
	cmd           *cobra.Command
}

// policyNames are the names of these flags.
var policyNames = []string{"policy", "policy-from", "baseline", "write-baseline", "changed-since"}

// registerPolicy adds only the flags about the policy.
func (f *policyFlags) registerPolicy(cmd *cobra.Command) {
	textFlag(cmd, &f.file, "policy", "FILE", nil, "file with settings, instead of kuniq.yaml in the working directory")
	textFlag(cmd, &f.from, "policy-from", "REV", words(), "take the policy file and the baseline from this git revision")
	f.cmd = cmd
}

// register adds the flags of commands that report findings.
func (f *policyFlags) register(cmd *cobra.Command) {
	f.registerPolicy(cmd)
	textFlag(cmd, &f.baseline, "baseline", "FILE", nil, "accept the findings that this file lists")
	textFlag(cmd, &f.writeBaseline, "write-baseline", "FILE", nil, "accept the present findings: write them to this file, which may only shrink if it exists")
	textFlag(cmd, &f.changedSince, "changed-since", "REV", words(), "leave out findings in files that have not changed since this git revision")
	for _, other := range []string{"baseline", "changed-since", "policy-from"} {
		cmd.MarkFlagsMutuallyExclusive("write-baseline", other)
	}
}

// decided holds the settings of a command: its flags over the policy, and where the policy
// is from.
type decided struct {
	policy.Policy
	from policy.Source
}

// over puts the flags of a command over the policy, which it reads.
func (f *policyFlags) over(ctx context.Context, c Command, flags policy.Policy) (d decided, err error) {
	for _, name := range policyNames {
		if flag := f.cmd.Flags().Lookup(name); flag != nil && flag.Changed && flag.Value.String() == "" {
			return d, usagef("--%s is empty", name)
		}
	}
	d.from.Rules = allRules()
	if f.from != "" {
		if d.from.Revision, err = revision.Open(ctx, ".", f.from); err != nil {
			return d, failf("--policy-from: %w", err)
		}
	}
	base, err := f.read(ctx, c, d.from)
	if err != nil {
		return d, err
	}
	given := f.cmd.Flags()
	d.Policy, err = flags.Over(base, func(field string) bool {
		return given.Changed(field) || field == "namespace" && given.Changed("namespace-env")
	})
	return d, failure(err)
}

// read reads the policy. It returns the zero one if there is none.
func (f *policyFlags) read(ctx context.Context, c Command, from policy.Source) (policy.Policy, error) {
	p, err := from.Policy(ctx, f.file)
	name := from.Name(cmp.Or(f.file, policy.File))
	switch {
	case err == nil:
		c.notef("with the policy of %s", name)
	case !errors.Is(err, policy.ErrAbsent):
		return p, failure(err)
	case from.Revision != nil:
		c.warnf("there is no %s: no policy applies", name)
	case f.file != "":
		return p, failf("--policy: there is no %s", name)
	default:
		if above := policy.Above(); above != "" {
			c.warnf("%s is not read here: run kuniq in its directory", dupcheck.Quote(above))
		}
	}
	return p, nil
}

// settings are the flags of a command that a policy extends.
type settings struct {
	rules  *ruleFlags
	input  *inputFlags
	render *renderFlags
	policy *policyFlags
}

// options returns the flags and the policy as the options of a check of args. A missing helm
// command or variable matters only if something may be rendered.
func (s settings) options(ctx context.Context, c Command, args []string) (o gate.Options, d decided, err error) {
	flags, err := s.flags()
	if err != nil {
		return o, d, err
	}
	if d, err = s.policy.over(ctx, c, flags); err != nil {
		return o, d, err
	}
	o = gate.Options{
		Policy: d.Policy, Rules: allRules(),
		ShowValues: s.rules.showValues, HelmHooks: s.rules.helmHooks, Plain: s.input.plain, Files: s.render.files,
		Libraries: s.render.jpath, Stdin: c.Stdin, StdinName: s.input.stdinName,
	}
	if o.Pool, err = s.render.pool(c); err != nil || o.Plain || !gate.Renders(args) {
		return o, d, err
	}
	if o.Helm, o.Vendored, err = s.render.outside(ctx, d); err != nil {
		return o, d, err
	}
	o.Variables, err = s.render.variables()
	return o, d, err
}

// flags returns the flags as settings of kuniq.yaml.
func (s settings) flags() (policy.Policy, error) {
	p, err := s.rules.policy()
	p.Set, p.Skip, p.Baseline = s.input.sets, s.input.skips, s.policy.baseline
	p.HelmValues = s.render.helmValues
	for _, glob := range s.render.allow {
		p.AllowUnresolved = append(p.AllowUnresolved, policy.Allowance{Path: glob, Deployer: glob})
	}
	p.Together, p.Strict = s.render.together, s.render.strict
	return p, err
}

// decisions returns the earlier decisions about the findings of a command.
func (f *policyFlags) decisions(ctx context.Context, c Command, command string, d decided, args []string) (out policy.Decisions, err error) {
	out = policy.Decisions{Command: command, Write: f.writeBaseline}
	if out.Accepted, err = f.accepted(ctx, c, d); err != nil || f.changedSince == "" {
		return out, err
	}
	if slices.Contains(args, "-") {
		return out, usagef("--changed-since compares files, and standard input is not a file")
	}
	if out.Since, err = revision.Open(ctx, ".", f.changedSince); err != nil {
		return out, failf("--changed-since: %w", err)
	}
	if d.from.Revision == nil {
		out.Settings = []string{cmp.Or(f.file, policy.File)}
		if d.Baseline != "" {
			out.Settings = append(out.Settings, d.Baseline)
		}
	}
	return out, nil
}

// accepted reads the baseline that the flags or the policy name.
func (f *policyFlags) accepted(ctx context.Context, c Command, d decided) (dupcheck.Baseline, error) {
	if d.Baseline == "" || f.writeBaseline != "" {
		return nil, nil
	}
	b, err := d.from.Baseline(ctx, d.Baseline, f.baseline != "")
	switch {
	case !errors.Is(err, policy.ErrAbsent):
		return b, failure(err)
	case d.from.Revision != nil:
		c.warnf("there is no %s: no finding is accepted", d.from.Name(d.Baseline))
		return nil, nil
	}
	return nil, failf("there is no baseline %s: --write-baseline makes one", d.from.Name(d.Baseline))
}

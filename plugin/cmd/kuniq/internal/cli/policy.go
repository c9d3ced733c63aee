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
	textFlag(cmd, &f.file, "policy", "FILE", nil, "file with settings, in place of kuniq.yaml in the working directory")
	textFlag(cmd, &f.from, "policy-from", "REV", words(), "take the policy file and the baseline from this git revision")
	f.cmd = cmd
}

// register adds the flags of commands that report findings.
func (f *policyFlags) register(cmd *cobra.Command) {
	f.registerPolicy(cmd)
	textFlag(cmd, &f.baseline, "baseline", "FILE", nil, "accept the findings that this file lists")
	textFlag(cmd, &f.writeBaseline, "write-baseline", "FILE", nil, "accept what is found now: write it to this file, which may only shrink if it exists")
	textFlag(cmd, &f.changedSince, "changed-since", "REV", words(), "leave out findings in files that have not changed since this git revision")
	for _, other := range []string{"baseline", "changed-since", "policy-from"} {
		cmd.MarkFlagsMutuallyExclusive("write-baseline", other)
	}
}

// settings are the flags of a command that a policy adds to.
type settings struct {
	rules  *ruleFlags
	input  *inputFlags
	render *renderFlags
	policy *policyFlags
}

// options returns what the flags and the policy say about a check of args. A helm
// command or a variable that is not there matters only if something may be
// rendered.
func (s settings) options(ctx context.Context, c Command, args []string) (o gate.Options, from policy.Source, err error) {
	for _, name := range []string{"policy", "policy-from", "baseline", "write-baseline", "changed-since"} {
		if flag := s.policy.cmd.Flags().Lookup(name); flag != nil && flag.Changed && flag.Value.String() == "" {
			return o, from, usagef("--%s is empty", name)
		}
	}
	if s.policy.from != "" {
		if from.Revision, err = revision.Open(ctx, ".", s.policy.from); err != nil {
			return o, from, failf("--policy-from: %w", err)
		}
	}
	base, err := s.policy.read(ctx, c, from)
	if err != nil {
		return o, from, err
	}
	o = gate.Options{
		ShowValues: s.rules.showValues, HelmHooks: s.rules.helmHooks, Plain: s.input.plain, Files: s.render.files,
		Libraries: s.render.jpath, Stdin: c.Stdin, StdinName: s.input.stdinName,
	}
	if o.Policy, err = s.over(base); err != nil {
		return o, from, err
	}
	if o.Pool, err = s.render.pool(c); err != nil || o.Plain || !gate.Renders(args) {
		return o, from, err
	}
	if o.Helm, err = s.render.helmCommand(); err != nil {
		return o, from, err
	}
	o.Variables, err = s.render.variables()
	return o, from, err
}

// over puts the flags over a policy.
func (s settings) over(base policy.Policy) (policy.Policy, error) {
	p, err := s.rules.policy()
	if err != nil {
		return p, err
	}
	p.Set, p.Skip = s.input.sets, s.input.skips
	p.AllowUnresolved, p.HelmValues = s.render.allow, s.render.helmValues
	p.Together, p.Strict, p.Baseline = s.render.together, s.render.strict, s.policy.baseline
	flags := s.policy.cmd.Flags()
	p, err = p.Over(base, func(field string) bool {
		return flags.Changed(field) || field == "namespace" && flags.Changed("namespace-env")
	})
	return p, failure(err)
}

// read reads the policy, which is the zero one if there is none.
func (f *policyFlags) read(ctx context.Context, c Command, from policy.Source) (policy.Policy, error) {
	p, err := from.Policy(ctx, f.file)
	name := from.Name(cmp.Or(f.file, policy.File))
	switch {
	case err == nil:
		c.sayf("with the policy of %s", name)
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

// decided adds to options what was decided before about findings: the baseline, and
// the revision since which changes count.
func (f *policyFlags) decided(ctx context.Context, c Command, o *gate.Options, from policy.Source, args []string) error {
	accepted, err := f.accepted(ctx, c, o.Policy.Baseline, from)
	if err != nil {
		return err
	}
	o.Accept = acceptance(c, ctx, accepted, f.writeBaseline)
	if f.changedSince == "" {
		return nil
	}
	if slices.Contains(args, "-") {
		return usagef("--changed-since is about files, and standard input is none")
	}
	if o.Since, err = revision.Open(ctx, ".", f.changedSince); err != nil {
		return failf("--changed-since: %w", err)
	}
	if from.Revision == nil {
		o.Settings = []string{cmp.Or(f.file, policy.File)}
		if o.Policy.Baseline != "" {
			o.Settings = append(o.Settings, o.Policy.Baseline)
		}
	}
	return nil
}

// acceptance returns what takes the accepted findings out of a report, and writes a
// baseline if that was asked for.
func acceptance(c Command, ctx context.Context, accepted dupcheck.Baseline, write string) func(dupcheck.Report) (dupcheck.Report, error) {
	return func(r dupcheck.Report) (dupcheck.Report, error) {
		switch {
		case write == "":
			return r.Accept(accepted), nil
		case len(r.Unread) > 0 || r.Objects == 0: // the verdict will say so
			c.warnf("%s was not written", dupcheck.Quote(write))
			return r, nil
		}
		b, err := policy.WriteBaseline(ctx, write, r)
		if err != nil {
			return r.Accept(b), failf("%w", err)
		}
		c.sayf("%d accepted in %s", len(b), dupcheck.Quote(write))
		return r.Accept(b), nil
	}
}

// accepted reads the baseline that the flags or the policy name.
func (f *policyFlags) accepted(ctx context.Context, c Command, file string, from policy.Source) (dupcheck.Baseline, error) {
	if file == "" || f.writeBaseline != "" {
		return nil, nil
	}
	b, err := from.Baseline(ctx, file, f.baseline != "")
	switch {
	case !errors.Is(err, policy.ErrAbsent):
		return b, failure(err)
	case from.Revision != nil:
		c.warnf("there is no %s: no finding is accepted", from.Name(file))
		return nil, nil
	}
	return nil, failf("there is no baseline %s: --write-baseline makes one", from.Name(file))
}

package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/protect"
	"github.com/kuniq/kuniq/plugin/protect/admission"
	"github.com/kuniq/kuniq/split"
)

// admissionFlags are the flags of "guard policy", as given.
type admissionFlags struct {
	guard   guardFlags
	dir     string
	prune   bool
	from    []string
	actions []string
	exempt  []string
}

// guardCommand is "kuniq guard": the same as "kuniq argocd guard", and the policies.
func guardCommand(c Command) *cobra.Command {
	cmd := newGuard(c, argoCD)
	cmd.Example = strings.ReplaceAll(cmd.Example, "argocd guard", "guard")
	cmd.AddCommand(newGuardPolicy(c))
	return cmd
}

// newGuardPolicy is the subcommand "policy".
func newGuardPolicy(c Command) *cobra.Command {
	f := &admissionFlags{}
	cmd := newCommand("policy [flags] [NAME...]", "Print admission policies that make an API server refuse accidents", "guard-policy", nil,
		func(ctx context.Context, names []string) error { return f.run(ctx, c, names) })
	cmd.ValidArgsFunction = words(admission.Names()...)
	registerDir(cmd, &f.dir)
	cmd.Flags().BoolVar(&f.prune, "prune", false, "remove unchanged files of earlier runs whose guards are not chosen")
	listFlag(cmd, &f.actions, "action", "[NAME=]ACTION", words(admission.ActionNames()...), "action of all guards, or of the named guard, on a request that they refuse: "+listOf(admission.ActionNames())+" (repeatable)")
	listFlag(cmd, &f.exempt, "exempt", "USER", words(), "user or service account that the guards do not apply to (repeatable)")
	listFlag(cmd, &f.from, "from", "DIR", directories, "also guard the kinds in this directory that hold state (repeatable)")
	registerState(cmd, &f.guard.input, &f.guard.state)
	f.guard.render.registerRenderer(cmd)
	f.guard.render.registerAllowed(cmd)
	f.guard.policy.registerPolicy(cmd)
	return cmd
}

func (f *admissionFlags) run(ctx context.Context, c Command, names []string) error {
	o := admission.Options{Guards: names, Exempt: f.exempt}
	var err error
	if o.Actions, err = admission.ParseActions(f.actions); err != nil {
		return usagef("--action: %w", err)
	}
	if _, o.State, err = f.guard.protection(); err != nil {
		return err
	}
	if o.Kinds, err = f.kinds(ctx, c); err != nil {
		return err
	}
	policies, err := admission.Generate(o)
	switch {
	case err != nil:
		return usagef("%w", err)
	case f.dir != "":
		return f.write(ctx, c, policies)
	}
	_, _ = c.Stdout.Write(policies) // Main sees a failure
	return nil
}

// kinds returns the kinds of the trees. If a part of a tree is missing nothing is printed: a
// missing guard looks like a guard that has nothing to refuse.
func (f *admissionFlags) kinds(ctx context.Context, c Command) ([]dupcheck.GroupKind, error) {
	if len(f.from) == 0 {
		return nil, nil
	}
	_, tree, _, err := f.guard.options(ctx, c)
	if err != nil {
		return nil, err
	}
	kinds, report, err := protect.Kinds(ctx, f.from, tree)
	if err != nil {
		return nil, failure(err)
	}
	if n := len(report.Unread); n > 0 {
		c.sayUnread(report.Unread...)
		return nil, failf("not everything could be read: %d unread; nothing was printed", n)
	}
	return kinds, nil
}

// write writes each object into a file of its own, all or none.
func (f *admissionFlags) write(ctx context.Context, c Command, policies []byte) error {
	layout, err := split.ParseLayout("flat", nil)
	if err != nil {
		return failf("%w", err)
	}
	plan := split.New([]split.Input{{Name: "policies", Data: policies}}, split.Options{Layout: layout, Extension: ".yaml"})
	files := splitFlags{dir: f.dir, extension: ".yaml", prune: f.prune}
	done, err := files.carryOut(ctx, c, plan)
	if err != nil {
		return err
	}
	return files.show(c, done)
}

package cli

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/restore"
)

// restorePlanFlags are the flags of restore plan, as given.
type restorePlanFlags struct {
	rules  ruleFlags
	input  inputFlags
	render renderFlags
	policy policyFlags

	lost, dump, now         []string
	metadata, writes, state []string

	output outputs
}

func restorePlanCommand(c Command) *cobra.Command {
	var f restorePlanFlags
	cmd := newCommand("plan [flags] --now DUMP", "List the missing objects, in the order to bring them back", "restore-plan", noArguments,
		func(ctx context.Context, _ []string) error { return f.run(ctx, c) })
	f.rules.registerIdentity(cmd)
	f.input.register(cmd)
	f.render.register(cmd)
	f.policy.registerPolicy(cmd)
	listFlag(cmd, &f.lost, "lost", "FILE|DIR", nil, "directories or files of the objects that git can create again (repeatable)")
	listFlag(cmd, &f.dump, "dump", "DUMP", nil, "dump from before (repeatable)")
	listFlag(cmd, &f.now, "now", "DUMP", nil, "dump of the present cluster (repeatable)")
	listFlag(cmd, &f.metadata, "metadata", patternForm, words(), "objects that are metadata stores, with * for any characters (repeatable)")
	listFlag(cmd, &f.writes, "writes", patternForm, words(), "objects of the write path (repeatable)")
	listFlag(cmd, &f.state, "state", patternForm, words(), "other objects with state (repeatable)")
	f.output.register(cmd, "report", splitFormats)
	return cmd
}

// order parses the patterns.
func (f *restorePlanFlags) order() (o restore.Order, err error) {
	for _, p := range []struct {
		flag string
		from []string
		to   *[]dupcheck.Ignore
	}{{"metadata", f.metadata, &o.Metadata}, {"writes", f.writes, &o.Writes}, {"state", f.state, &o.Stateful}} {
		for _, s := range p.from {
			pattern, err := dupcheck.ParseIgnore(s)
			if err != nil {
				return o, usagef("--%s: %w", p.flag, err)
			}
			*p.to = append(*p.to, pattern)
		}
	}
	return o, nil
}

// validate refuses flags that contradict each other.
func (f *restorePlanFlags) validate() error {
	if len(f.now) == 0 {
		return usagef("name a dump of the cluster as it is with --now")
	}
	if len(f.lost)+len(f.dump) == 0 {
		return usagef("name what to compare with: --lost, --dump or both")
	}
	if stdins := slices.Concat(f.lost, f.dump, f.now); len(slices.DeleteFunc(stdins, func(s string) bool { return s != "-" })) > 1 {
		return usagef("standard input is one dump only")
	}
	return nil
}

func (f *restorePlanFlags) run(ctx context.Context, c Command) error {
	if err := f.validate(); err != nil {
		return err
	}
	order, err := f.order()
	if err != nil {
		return err
	}
	in := restore.Inventories{Order: order}
	r := inventoryReader{c: c, f: f}
	if len(f.lost) > 0 {
		if in.Git, err = r.git(ctx); err != nil {
			return err
		}
	}
	if in.Dump, err = r.dump(ctx, f.dump); err != nil {
		return err
	}
	if in.Now, err = r.dump(ctx, f.now); err != nil {
		return err
	}
	missing := restore.Compare(in)
	missing.Unread = append(r.unread, missing.Unread...)
	if kinds := in.Unasked(); len(kinds) > 0 {
		c.warnf("--now has nothing of these kinds; if it was not asked for them, they are not missing: %s", strings.Join(kinds, ", "))
	}
	err = f.output.write(c.Stdout, func(w io.Writer, format string) error {
		if format == "json" {
			return missing.WriteJSON(w)
		}
		return missing.WriteText(w)
	})
	if err != nil {
		return err
	}
	c.sayUnread(missing.Unread...)
	return missingVerdict(missing, in)
}

// inventoryReader reads inventories.
type inventoryReader struct {
	c      Command
	f      *restorePlanFlags
	unread []dupcheck.Unread
}

// dump reads dumps.
func (r *inventoryReader) dump(ctx context.Context, args []string) (restore.Inventory, error) {
	if len(args) == 0 {
		return nil, nil
	}
	p, err := r.f.rules.policy()
	if err != nil {
		return nil, err
	}
	p.Skip = r.f.input.skips
	return r.inventory(ctx, args, gate.Options{Policy: p, Plain: true, Stdin: r.c.Stdin, StdinName: "-"})
}

// git reads the objects that the directories of --lost deploy.
func (r *inventoryReader) git(ctx context.Context) (restore.Inventory, error) {
	o, _, err := settings{&r.f.rules, &r.f.input, &r.f.render, &r.f.policy}.options(ctx, r.c, r.f.lost)
	if err != nil {
		return nil, err
	}
	return r.inventory(ctx, r.f.lost, o)
}

// inventory returns the objects with an identity.
func (r *inventoryReader) inventory(ctx context.Context, args []string, o gate.Options) (restore.Inventory, error) {
	v, err := shown(r.c, &o, func() (*gate.Inventory, error) { return gate.ReadInventory(ctx, args, o, nil) })
	if err != nil {
		return nil, failure(err)
	}
	r.c.sayNotes(r.f.render.timings, v.Timings, v.Notes)
	r.unread = append(r.unread, v.Report.Unread...)
	return v.ByID(), nil
}

// missingVerdict turns a comparison into an exit code.
func missingVerdict(missing restore.Comparison, in restore.Inventories) error {
	switch {
	case len(missing.Unread) > 0:
		return failf("not everything could be read: more may be missing")
	case len(in.Git)+len(in.Dump) == 0:
		return failf("no objects found in --lost and --dump")
	case len(in.Now) == 0:
		return failf("no objects found in --now: not even a namespace")
	case len(missing.Missing)+len(missing.Unrecoverable) > 0:
		return &exitError{code: exitFindings}
	}
	return nil
}

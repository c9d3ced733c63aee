package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/gate"
)

// listFlags are the flags of list, as given.
type listFlags struct {
	rules         ruleFlags
	input         inputFlags
	render        renderFlags
	policy        policyFlags
	output        outputs
	allowEmpty    bool
	noDigest      bool
	digestSecrets bool
}

func listCommand(c Command) *cobra.Command {
	var f listFlags
	cmd := newCommand("list [flags] FILE|DIR|-...", "Print an inventory of all objects", "list", someInput,
		func(ctx context.Context, args []string) error { return f.run(ctx, c, args) })
	f.rules.registerIdentity(cmd)
	f.rules.registerNamespaceEnv(cmd)
	f.input.register(cmd)
	f.render.register(cmd)
	f.policy.registerPolicy(cmd)
	f.output.register(cmd, "inventory", report.ListFormats())
	registerAllowEmpty(cmd, &f.allowEmpty)
	flags := cmd.Flags()
	flags.BoolVar(&f.noDigest, "no-digest", false, "leave out the digests, which need all contents to be parsed")
	flags.BoolVar(&f.digestSecrets, "digest-secrets", false, "also digest Secrets, whose values a reader can then guess")
	cmd.MarkFlagsMutuallyExclusive("no-digest", "digest-secrets")
	return cmd
}

func (f *listFlags) run(ctx context.Context, c Command, args []string) error {
	o, _, err := settings{&f.rules, &f.input, &f.render, &f.policy}.options(ctx, c, args)
	if err != nil {
		return err
	}
	v, err := shown(c, &o, func() (*gate.Inventory, error) { return gate.ReadInventory(ctx, args, o, f.digest) })
	if err != nil {
		return failure(err)
	}
	r, err := f.print(ctx, c, v)
	if err != nil {
		return failure(err)
	}
	c.sayFew(r.Unread...)
	c.sayNotes(f.render.timings, v.Timings, v.Notes)
	return verdict(r, f.allowEmpty)
}

// print prints the inventory in all formats at once, so that contents are read only once.
func (f *listFlags) print(ctx context.Context, c Command, v *gate.Inventory) (r dupcheck.Report, err error) {
	to := f.output.open(c.Stdout)
	lists := make([]*report.List, len(to))
	for i := range to {
		if lists[i], err = report.NewList(to[i], to[i].Format); err != nil {
			return r, err
		}
	}
	r, err = v.List(ctx, func(e report.Entry) {
		for _, l := range lists {
			l.Add(e)
		}
	})
	for i := range to {
		lists[i].Unread(r.Unread)
		err = errors.Join(err, to[i].Close(lists[i].Close()))
	}
	return r, err
}

// digest returns the digest of a content, or "" if none was requested.
func (f *listFlags) digest(o dupcheck.Object) (string, error) {
	if f.noDigest {
		return "", nil
	}
	digest, err := dupcheck.Digester{Secrets: f.digestSecrets}.Digest(o)
	if err != nil && !errors.As(err, new(*dupcheck.Unread)) {
		err = fmt.Errorf("no digest (--no-digest lists it without): %w", err)
	}
	return digest, err
}

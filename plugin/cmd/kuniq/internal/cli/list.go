package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

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
	output        string
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
	choiceFlag(cmd, &f.output, "output,o", "FORMAT", report.ListFormats(), "format of the inventory: "+listOf(report.ListFormats()))
	registerAllowEmpty(cmd, &f.allowEmpty)
	flags := cmd.Flags()
	flags.BoolVar(&f.noDigest, "no-digest", false, "leave out the digests, for which contents have to be parsed")
	flags.BoolVar(&f.digestSecrets, "digest-secrets", false, "digests of Secrets, too, from which what they hold can be guessed")
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
	r, err := writeList(ctx, c.Stdout, v, f.output)
	if err != nil {
		return err
	}
	c.sayFew(r.Unread...)
	c.sayNotes(f.render.timings, v.Timings, v.Notes)
	return verdict(r, f.allowEmpty)
}

// writeList prints the inventory and returns how much of it there is.
func writeList(ctx context.Context, w io.Writer, v *gate.Inventory, format string) (dupcheck.Report, error) {
	list, err := report.NewList(w, format)
	if err != nil {
		return dupcheck.Report{}, failf("%w", err)
	}
	r := v.Report
	for l := range v.Objects() {
		if ctx.Err() != nil {
			return r, errInterrupted
		}
		o := l.Object
		if o.APIVersion == "" || o.Kind == "" { // check does not count it either
			continue
		}
		if l.Err != nil {
			r.Unread = append(r.Unread, *noDigest(&o, l.Err))
		}
		id := l.ID
		if id == (dupcheck.ID{}) {
			id = written(&o)
		}
		list.Add(report.Entry{Set: o.Set, ID: id, APIVersion: o.APIVersion, File: o.At.File, Line: o.At.Line, Root: l.Root, Digest: l.Digest})
		r.Objects++
	}
	return r, list.Close() // Main sees a failure to write
}

// written is what the manifest of an object without an identity says. It never
// has a name.
func written(o *dupcheck.Object) dupcheck.ID {
	return dupcheck.ID{Group: dupcheck.GroupOf(o.APIVersion), Kind: o.Kind, Namespace: o.Namespace}
}

// digest returns the digest of a content, or "" if there is to be none.
func (f *listFlags) digest(o dupcheck.Object) (string, error) {
	if f.noDigest {
		return "", nil
	}
	return dupcheck.Digester{Secrets: f.digestSecrets}.Digest(o)
}

// noDigest says that a content could not be had: the object is listed, but not
// all about it is known.
func noDigest(o *dupcheck.Object, err error) *dupcheck.Unread {
	var u *dupcheck.Unread
	if errors.As(err, &u) {
		return u
	}
	return &dupcheck.Unread{
		File: o.At.File, Line: o.At.Line, Reason: fmt.Sprintf("no digest (--no-digest lists it without): %v", err),
	}
}

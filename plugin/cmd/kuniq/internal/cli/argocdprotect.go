package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/protect"
	"github.com/kuniq/kuniq/plugin/render"
)

// newProtect is the subcommand "protect".
func newProtect(c Command, t tool) *cobra.Command {
	f := &guardFlags{deployerFlags: deployerFlags{tool: t}}
	cmd := newCommand("protect [flags] [FILE|DIR...]", "Add the annotation that keeps objects from being pruned", "protect", nil,
		func(ctx context.Context, args []string) error { return runProtect(ctx, c, f, args) })
	f.register(cmd)
	f.policy.registerPolicy(cmd)
	listFlag(cmd, &f.only, "kind", "KIND.GROUP", words(), "only objects of this kind, with * for any characters (repeatable)")
	cmd.Flags().BoolVarP(&f.write, "write", "w", false, "change the files")
	return cmd
}

func runProtect(ctx context.Context, c Command, f *guardFlags, args []string) error {
	f.render.timeout = render.DefaultTimeout // nothing is rendered
	o, tree, _, err := f.options(ctx, c)
	if err != nil {
		return err
	}
	if o.Only, err = stateKinds("kind", f.only); err != nil {
		return err
	}
	var read, added, refused, unread int
	skipped, err := protect.Files(ctx, hereIfNone(args), tree, o, func(u dupcheck.Unread) {
		unread++
		c.sayUnread(u)
	}, func(file protect.File) error {
		read, refused, added = read+file.Objects, refused+len(file.Refused), added+len(file.Added)
		return protectFile(c, file, f.write)
	})
	if err != nil {
		return failure(err)
	}
	if skipped > 0 {
		c.sayf("%d skipped; kuniq check -o json lists them", skipped)
	}
	switch {
	case unread > 0:
		return failf("not everything could be read: %d unread", unread)
	case refused > 0 || added > 0 && !f.write:
		return &exitError{code: exitFindings}
	case read == 0:
		return failf("no objects found")
	}
	return nil
}

// protectFile lists the additions of an edit, and writes it.
func protectFile(c Command, file protect.File, write bool) error {
	for _, d := range file.Refused {
		c.warnf("%s:%d: %s", dupcheck.Quote(file.Name), d.Declarations[0].Line, d.Message)
	}
	does := "would be protected"
	if write && len(file.Added) > 0 {
		if err := file.Write(); err != nil {
			return failf("%w", err)
		}
		does = "protected"
	}
	for _, o := range file.Added {
		id := dupcheck.ID{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
		fmt.Fprintf(c.Stdout, "%s:%d: %s: %s\n", dupcheck.Quote(o.At.File), o.At.Line, does, id)
	}
	return nil
}

package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/render"
)

const protectLong = `protect adds to every object that holds state the annotation that keeps it
from being pruned: Prune=confirm, or Prune=false for an Argo CD before 2.14, or
that of Flux. What is in the annotation stays, and so does every other byte.
Without --write it only says what it would do.

It looks at the files that check looks at: plain manifests, and the resources of
kustomizations. It edits no chart and no jsonnet program, and reports them as
unread; leave them out with --skip.

The annotation counts once it is in the cluster: apply it before a change that
might delete something, not with it.`

const protectCodes = `
Exit codes:
  0  everything that holds state is protected
  1  something is not: without --write it would be, or an edit cannot do it
  2  wrong usage
  3  something could not be read or written, or there was nothing to read
`

// argocdProtect is the subcommand "protect".
func (c Command) argocdProtect() *cobra.Command {
	f := &guardFlags{}
	cmd := &cobra.Command{
		Use:   "protect [flags] [FILE|DIR...]",
		Short: "Add the annotation that keeps objects from being pruned",
		Long:  protectLong,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.runProtect(cmd.Context(), f, args)
		},
	}
	f.register(cmd)
	cmd.Flags().BoolVarP(&f.write, "write", "w", false, "change the files")
	cmd.Flags().BoolVar(&f.plain, "plain", false, "read every file as a manifest, also those of kustomizations and charts")
	cmd.SetHelpTemplate(helpTemplate(protectCodes))
	return cmd
}

// protecting counts what protect meets.
type protecting struct {
	read, added, refused, unread, skipped int
}

func (c Command) runProtect(ctx context.Context, f *guardFlags, args []string) error {
	o, err := f.options()
	if err != nil {
		return err
	}
	f.render.timeout = render.DefaultTimeout // nothing is rendered
	options, err := c.guardOptions(f)
	if err != nil {
		return err
	}
	sources, err := gate.FindSources(hereIfNone(args), options)
	if err != nil {
		return failure(err)
	}
	defer sources.Close()
	n := protecting{skipped: len(sources.Skipped)}
	for _, u := range sources.Unread {
		n.say(c, u)
	}
	for file := range sources.Tree.Bytes(ctx) {
		if err := c.protectFile(file, o, f.write, &n); err != nil {
			return err
		}
	}
	if n.skipped > 0 {
		c.sayf("%d skipped; kuniq check -o json lists them", n.skipped)
	}
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case n.unread > 0:
		return failf("not everything could be read: %d unread", n.unread)
	case n.refused > 0 || n.added > 0 && !f.write:
		return &exitError{code: exitFindings}
	case n.read == 0:
		return failf("no objects found")
	}
	return nil
}

// protectFile adds the annotations to one file.
func (c Command) protectFile(file manifest.FileBytes, o argocd.ProtectOptions, write bool, n *protecting) error {
	for _, u := range file.Unread {
		n.say(c, u)
	}
	if file.Skipped != "" {
		n.skipped++
	}
	if file.Data == nil {
		return nil
	}
	if _, changed, err := manifest.Decode(file.Data); err != nil || changed {
		n.say(c, dupcheck.Unread{File: file.Name, Reason: "it is not UTF-8"})
		return nil
	}
	p := argocd.Protect(file.Name, file.Data, o)
	if len(p.Unread) > 0 && p.Objects == 0 && !file.LooksLikeManifest() {
		n.skipped++
		return nil
	}
	for _, u := range p.Unread {
		n.say(c, u)
	}
	for _, d := range p.Refused {
		c.warnf("%s:%d: %s", dupcheck.Quote(file.Name), d.Declarations[0].Line, d.Message)
	}
	n.read, n.refused, n.added = n.read+p.Objects, n.refused+len(p.Refused), n.added+len(p.Added)
	if write && len(p.Added) > 0 {
		if err := overwrite(file.Name, file.Data, p.Data); err != nil {
			return err
		}
	}
	c.sayProtected(p.Added, write)
	return nil
}

// say tells that something is unread.
func (n *protecting) say(c Command, u dupcheck.Unread) {
	n.unread++
	c.sayf("%s", u.Error())
}

func (c Command) sayProtected(objects []dupcheck.Object, written bool) {
	does := "would be protected"
	if written {
		does = "protected"
	}
	for _, o := range objects {
		id := dupcheck.ID{Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
		fmt.Fprintf(c.Stdout, "%s:%d: %s: %s\n", dupcheck.Quote(o.At.File), o.At.Line, does, id)
	}
}

// overwrite replaces a file that is still what was read. It is written anew and
// renamed, so that a failure leaves the old one.
func overwrite(name string, was, is []byte) error {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return failf("%s is no regular file", dupcheck.Quote(name))
	}
	now, err := os.ReadFile(name)
	if err != nil || string(now) != string(was) {
		return failf("%s has changed meanwhile", dupcheck.Quote(name))
	}
	temp := name + ".kuniq-new"
	out, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return failf("%s cannot be written: %s", dupcheck.Quote(name), systemReason(err))
	}
	_, err = out.Write(is)
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(temp, info.Mode().Perm())
	}
	if err == nil {
		err = os.Rename(temp, name)
	}
	if err != nil {
		_ = os.Remove(temp)
		return failf("%s cannot be written: %s", dupcheck.Quote(name), systemReason(err))
	}
	return nil
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/argocd"
	"github.com/kuniq/kuniq/plugin/argocd/fleet"
	"github.com/kuniq/kuniq/plugin/krmfn"
	"github.com/kuniq/kuniq/plugin/render"
)

const guardLong = `guard fails when an object that holds state can be pruned, when a sync option
is misspelt and so ignored, and when a volume is deleted with what asks for it.

It looks at what is deployed, as check does: files as they are, and what comes
out of kustomizations and, with --helm, of charts. What an Application changes
in them by itself is not seen. With --plain it looks at files only. The cluster
is not asked: an object is protected there once this has been applied.`

// guardFlags are the flags of guard and protect, as given.
type guardFlags struct {
	input      inputFlags
	version    string
	state      []string
	flux       bool
	severity   []string
	production []string
	write      bool
	plain      bool
	render     renderFlags
}

func (f *guardFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.version, "argocd-version", "", "version of Argo CD, such as 3.1")
	flags.StringArrayVar(&f.state, "state", nil, "a further kind that holds state, with * for any characters (repeatable)")
	flags.StringArrayVar(&f.input.skips, "skip", nil, "leave out files and directories; a pattern without a slash matches at any depth (repeatable)")
	flags.BoolVar(&f.flux, "flux", false, "Flux deploys this: its annotation protects, and that of Argo CD does not")
	value(cmd, "argocd-version", "VERSION", words())
	value(cmd, "state", "KIND.GROUP", words())
	value(cmd, "skip", "GLOB", nil)
}

// options are what both commands take from the flags.
func (f *guardFlags) options() (o argocd.ProtectOptions, err error) {
	o = argocd.ProtectOptions{Version: fleet.Version(f.version), Flux: f.flux}
	if !o.Version.Valid() {
		return o, usagef("--argocd-version %s is not of the form MAJOR.MINOR", dupcheck.QuoteAlways(f.version))
	}
	for _, s := range f.state {
		kind, err := fleet.ParseStateKind(s)
		if err != nil {
			return o, usagef("--state: %w", err)
		}
		o.State = append(o.State, kind)
	}
	return o, nil
}

// argocdGuard is the subcommand "guard".
func (c Command) argocdGuard() *cobra.Command {
	f := &guardFlags{}
	var output reportFlags
	cmd := &cobra.Command{
		Use:   "guard [flags] [FILE|DIR...]",
		Short: "Find objects with state that nothing protects",
		Long:  guardLong,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.runGuard(cmd.Context(), f, &output, args)
		},
	}
	f.register(cmd)
	flags := cmd.Flags()
	flags.StringArrayVar(&f.input.sets, "set", nil, "paths each of which is one instance, such as 'clusters/{name}' (repeatable; the first match counts)")
	flags.StringArrayVar(&f.production, "production", nil, "sets whose Applications must not be deleted with their objects (repeatable)")
	flags.StringArrayVar(&f.severity, "severity", nil, "set a rule to error, warning, info or off (repeatable)")
	flags.BoolVar(&f.plain, "plain", false, "read every file as a manifest, also those of kustomizations and charts")
	flags.StringVar(&f.render.helm, "helm", "", "render Helm charts with this command, version 3 or 4")
	flags.StringArrayVar(&f.render.allow, "allow-unresolved", nil, "directories of what need not be rendered (repeatable)")
	flags.DurationVar(&f.render.timeout, "timeout", render.DefaultTimeout, "how long rendering one directory may take")
	flags.IntVar(&f.render.jobs, "jobs", 0, "how many directories are rendered at once; 0 is one for each CPU")
	value(cmd, "helm", "COMMAND", nil)
	value(cmd, "allow-unresolved", "GLOB", directories)
	value(cmd, "timeout", "DURATION", words())
	value(cmd, "jobs", "N", words())
	value(cmd, "set", "GLOB", directories)
	value(cmd, "production", "GLOB", words())
	value(cmd, "severity", "RULE=LEVEL", words())
	output.register(cmd)
	cmd.SetHelpTemplate(helpTemplate(checkCodes))
	return cmd
}

func (c Command) runGuard(ctx context.Context, f *guardFlags, output *reportFlags, args []string) error {
	if err := output.validate(); err != nil {
		return err
	}
	protect, err := f.options()
	if err != nil {
		return err
	}
	options := argocd.GuardOptions{Version: protect.Version, State: protect.State, Flux: protect.Flux, Production: f.isProduction}
	if options.Severity, err = ownerSeverities(f.severity); err != nil {
		return err
	}
	for _, glob := range f.production {
		if !doublestar.ValidatePattern(glob) {
			return usagef("--production %s is not a valid glob", dupcheck.QuoteAlways(glob))
		}
	}
	tree, chosen, err := f.tree(args)
	if err != nil {
		return err
	}
	tree.Plain = f.plain
	in, err := c.guarded(ctx, f, tree, chosen)
	if err != nil {
		return err
	}
	found := argocd.Guard(in.objects, in.declared, options)
	found.Files, found.Unread, found.Skipped = in.report.Files, append(in.report.Unread, found.Unread...), in.report.Skipped
	how := report.Options{Color: output.colored(c.Stdout), Source: tree.Line, Version: releaseName(), Clean: "nothing is unprotected", Rules: ownerRules()}
	if err := report.Write(c.Stdout, output.output, found, how); err != nil {
		return failf("writing the report: %w", err)
	}
	if in.rendered > 0 {
		c.sayf("files read as they are: %d; directories rendered: %d", in.plain, in.rendered)
	}
	return verdict(found, false)
}

// objectsOf reads a file. One that was found by walking and does not parse is
// no manifest if it names no kind.
func objectsOf(file manifest.FileBytes, set string, r *dupcheck.Report) (objects []dupcheck.Object) {
	text, _, err := manifest.Decode(file.Data)
	if err != nil {
		r.Unread = append(r.Unread, dupcheck.Unread{File: file.Name, Reason: "it is not UTF-8"})
	}
	for o, err := range manifest.Parse(file.Name, text) {
		if err != nil {
			r.Unread = append(r.Unread, dupcheck.Unread{File: file.Name, Reason: "part of it cannot be understood"})
			continue
		}
		o.Set = set
		objects = append(objects, o)
	}
	return objects
}

func (f *guardFlags) isProduction(set string) bool {
	for _, glob := range f.production {
		if ok, err := doublestar.Match(glob, set); ok && err == nil {
			return true
		}
	}
	return false
}

// tree returns what to read: files as they are.
func (f *guardFlags) tree(args []string) (*manifest.Tree, *globs, error) {
	g, err := newGlobs(f.input.sets, f.input.skips)
	if err != nil {
		return nil, nil, err
	}
	if len(args) == 0 {
		args = []string{"."}
	}
	return &manifest.Tree{Args: args, Plain: true, Skip: g.skip, Set: g.set}, g, nil
}

const protectLong = `protect adds to every object that holds state the annotation that keeps it
from being pruned: Prune=confirm, or Prune=false for an Argo CD before 2.14, or
that of Flux. What is in the annotation stays, and so does every other byte.
Without --write it only says what it would do.

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
	cmd.SetHelpTemplate(helpTemplate(protectCodes))
	return cmd
}

func (c Command) runProtect(ctx context.Context, f *guardFlags, args []string) error {
	o, err := f.options()
	if err != nil {
		return err
	}
	tree, _, err := f.tree(args)
	if err != nil {
		return err
	}
	var read, added, refused, unread int
	for file := range tree.Bytes(ctx) {
		for _, u := range file.Unread {
			c.sayf("%s", u.Error())
		}
		unread += len(file.Unread)
		if file.Data == nil {
			continue
		}
		if _, changed, err := manifest.Decode(file.Data); err != nil || changed {
			c.sayf("%s: it is not UTF-8", dupcheck.Quote(file.Name))
			unread++
			continue
		}
		p := argocd.Protect(file.Name, file.Data, o)
		read += p.Objects
		for _, u := range p.Unread {
			c.sayf("%s", u.Error())
		}
		for _, d := range p.Refused {
			c.warnf("%s:%d: %s", dupcheck.Quote(file.Name), d.Declarations[0].Line, d.Message)
		}
		unread, refused, added = unread+len(p.Unread), refused+len(p.Refused), added+len(p.Added)
		if f.write && len(p.Added) > 0 {
			if err := overwrite(file.Name, file.Data, p.Data); err != nil {
				return err
			}
		}
		c.sayProtected(p.Added, f.write)
	}
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case unread > 0:
		return failf("not everything could be read: %d unread", unread)
	case refused > 0 || added > 0 && !f.write:
		return &exitError{code: exitFindings}
	case read == 0:
		return failf("no objects found")
	}
	return nil
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

// runProtectState is the function ProtectState of kustomize and kpt.
func (c Command) runProtectState(input []byte) error {
	if len(input) > krmfn.MostBytes {
		return failf("the input has more than %d MiB", krmfn.MostBytes>>20)
	}
	output, err := argocd.ProtectState(input)
	switch {
	case errors.Is(err, argocd.ErrConfig):
		return usagef("%w", err)
	case err != nil:
		return failf("%w", err)
	}
	_, _ = c.Stdout.Write(output) // Main sees a failure
	return nil
}

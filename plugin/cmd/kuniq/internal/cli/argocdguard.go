package cli

import (
	"context"
	"errors"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/impact"
	"github.com/kuniq/kuniq/plugin/krmfn"
	"github.com/kuniq/kuniq/plugin/policy"
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
	o = argocd.ProtectOptions{Version: impact.Version(f.version), Flux: f.flux}
	if !o.Version.Valid() {
		return o, usagef("--argocd-version %s is not of the form MAJOR.MINOR", dupcheck.QuoteAlways(f.version))
	}
	for _, s := range f.state {
		kind, err := impact.ParseStateKind(s)
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
	value(cmd, "severity", "RULE=LEVEL", completeSeverity(ownerRules()))
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
	if options.Severity, err = policy.Severities(f.severity, ownerRules()); err != nil {
		return err
	}
	for _, glob := range f.production {
		if !doublestar.ValidatePattern(glob) {
			return usagef("--production %s is not a valid glob", dupcheck.QuoteAlways(glob))
		}
	}
	in, err := c.guarded(ctx, f, hereIfNone(args))
	if err != nil {
		return err
	}
	found := argocd.Guard(in.objects, in.declared, options)
	found.Files, found.Unread, found.Skipped = in.report.Files, append(in.report.Unread, found.Unread...), in.report.Skipped
	how := report.Options{Color: output.colored(c.Stdout), Source: in.line, Version: releaseName(), Clean: "nothing is unprotected", Rules: allRules()}
	if err := report.Write(c.Stdout, output.output, found, how); err != nil {
		return failf("writing the report: %w", err)
	}
	if in.rendered > 0 {
		c.sayf("files read as they are: %d; directories rendered: %d", in.plain, in.rendered)
	}
	return verdict(found, false)
}

// objectsOf reads a file. One that does not parse is skipped if it is no manifest.
func objectsOf(file manifest.FileBytes, set string, r *dupcheck.Report) (objects []dupcheck.Object, ok bool) {
	var unread []dupcheck.Unread
	for o, err := range manifest.Parse(file.Name, file.Data) {
		if u, ok := errors.AsType[*dupcheck.Unread](err); ok {
			unread = append(unread, *u)
			continue
		}
		o.Set = set
		objects = append(objects, o)
	}
	if len(unread) > 0 && len(objects) == 0 && !file.LooksLikeManifest() {
		r.Skipped = append(r.Skipped, dupcheck.Skipped{File: file.Name, Reason: notManifest + unread[0].Reason})
		return nil, false
	}
	r.Unread = append(r.Unread, unread...)
	return objects, true
}

// notManifest is said of a file that cannot be understood and need not be.
const notManifest = "not a manifest: "

func (f *guardFlags) isProduction(set string) bool {
	for _, glob := range f.production {
		if ok, err := doublestar.Match(glob, set); ok && err == nil {
			return true
		}
	}
	return false
}

// hereIfNone returns the working directory where no argument names another.
func hereIfNone(args []string) []string {
	if len(args) == 0 {
		return []string{"."}
	}
	return args
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

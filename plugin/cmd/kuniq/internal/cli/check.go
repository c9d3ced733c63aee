package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/policy"
)

const checkLong = `check fails when two manifests among its inputs are the same object: equal
group, kind, namespace and name, whatever their apiVersion's version. It says
where both are, what differs between them and which one would win.

Files are .yaml, .yml and .json; directories are read recursively, in lexical
order. Hidden directories and node_modules are left out unless Argo CD or Flux
deploys them, jsonnet is skipped. "-" is standard input, which is held in memory
as a whole. Every file is compared, an input of a target, not a manifest, left out
or unread: --files lists them.

Of a directory, what is deployed is checked. Every kustomization that no other
one refers to, or that Argo CD or Flux deploys, is rendered, and so are Tanka
environments, jsonnet programs that are named as arguments, and with --helm
Helm charts. Each is a deployable set of its own, since overlays are
alternatives; what is found is reported in the source files. All other manifests
are one set, also those beside a kustomization or a chart. With --set whatever is
below a match is one set, and with --together everything is. A directory testdata
is skipped unless something deploys it.

Collisions are not counted if the tree shows that the manifests are not deployed
together: one is among the documentation, demos, examples or tests of a Go
program, a kustomization leaves one out, or both are in files that are rendered
from kustomizations there and are alternatives. --strict counts them, and reads
testdata. So they are with --set, --together, or if the file or directory is named.

Nothing is fetched and nothing is executed but the helm command: what needs
something remote, a plugin or a missing variable is reported as unresolved, and
the exit code is 3. What is read has to be in the git repository that the
directory is in, or else in the working directory, or below a --jpath.
Rendering takes place in other processes, with at most 2 GiB each.

kuniq.yaml in the working directory is a reviewed file with what the flags
namespace, identical, severity, ignore, cluster-scoped, openshift, set, together,
strict, skip, allow-unresolved, helm-values and baseline would say. A gate takes
it from the base of a pull request, with --policy-from, so that the change cannot
loosen it. Findings that are left out are counted in the last line and listed by
-o json.`

const checkExample = `  # Everything under a directory goes to one cluster
  kuniq check deploy/

  # What a renderer prints; -n is the namespace of objects that name none
  kustomize build overlays/prod | kuniq check -n shop -

  # A repository of kustomizations and charts, one of which needs the network
  kuniq check --helm helm --allow-unresolved infra/remote .

  # One directory for each cluster: the same object in two of them is no collision
  kuniq check --set 'env/{cluster}' env/

  # Accept what is there today, then fail on what is new
  kuniq check --write-baseline kuniq-baseline.json deploy/
  kuniq check --baseline kuniq-baseline.json deploy/

  # The gate of a pull request against main
  kuniq check --policy-from origin/main --changed-since origin/main deploy/`

const checkCodes = `
Exit codes:
  0  no finding is an error
  1  at least one finding is an error
  2  wrong usage
  3  something could not be read or rendered, or there were no objects at all
`

// checkFlags are the flags of check, as given.
type checkFlags struct {
	rules      ruleFlags
	input      inputFlags
	render     renderFlags
	report     reportFlags
	policy     policyFlags
	allowEmpty bool
}

func checkCommand(c Command) *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:     "check [flags] FILE|DIR|-...",
		Short:   "Fail when two manifests are the same object",
		Long:    checkLong,
		Example: checkExample,
		Args:    someInput,
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), c, args)
		},
	}
	f.rules.register(cmd)
	f.rules.registerRendered(cmd)
	f.input.register(cmd)
	f.render.register(cmd)
	f.render.registerStrict(cmd)
	f.report.register(cmd)
	f.policy.register(cmd)
	cmd.Flags().BoolVar(&f.allowEmpty, "allow-empty", false, "no objects at all are no error")
	cmd.SetHelpTemplate(helpTemplate(checkCodes))
	return cmd
}

// someInput refuses a command line that names nothing to read.
func someInput(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usagef("name the files or directories to %s, or - for standard input", cmd.Name())
	}
	if slices.Contains(args, "") {
		return usagef("one of the arguments is empty")
	}
	return nil
}

func (f *checkFlags) run(ctx context.Context, c Command, args []string) error {
	if err := f.report.validate(); err != nil {
		return err
	}
	o, from, err := settings{&f.rules, &f.input, &f.render, &f.policy}.options(ctx, c)
	if err != nil {
		return err
	}
	if err := f.policy.decided(ctx, c, &o, from, args); err != nil {
		return err
	}
	var done func()
	o.Progress, done = c.progress()
	res, failed := gate.Check(ctx, args, o)
	done()
	if res == nil {
		return failure(failed)
	}
	how := report.Options{Color: f.report.colored(c.Stdout), Source: res.Line, Version: releaseName(), Rules: allRules(), Files: f.render.files}
	if err := report.Write(c.Stdout, f.report.output, res.Report, how); err != nil {
		return failf("writing the report: %w", err)
	}
	c.sayNotes(f.render.timings, res.Timings, res.Notes)
	if failed != nil {
		return failure(failed)
	}
	return verdict(res.Report, f.allowEmpty)
}

// sayNotes prints what was noted about a run, and if asked how long each target
// took to render.
func (c Command) sayNotes(timings bool, took []gate.Timing, notes []gate.Note) {
	for _, t := range took {
		if timings {
			c.sayf("%8.3fs %s", t.Took.Seconds(), dupcheck.Quote(t.Target))
		}
	}
	for _, n := range notes {
		if n.Warning {
			c.warnf("%s", n.Text)
		} else {
			c.sayf("%s", n.Text)
		}
	}
}

// warnUnused says which flags had no effect: they may be misspelt.
func (c Command) warnUnused(ignore []dupcheck.Ignore, chosen *policy.Paths) {
	for _, i := range ignore {
		c.warnf("--ignore %s matched nothing", dupcheck.QuoteAlways(i.String()))
	}
	if chosen == nil {
		return
	}
	for _, w := range chosen.Unused() {
		c.warnf("%s", w)
	}
}

// verdict turns a report into an exit code.
func verdict(r dupcheck.Report, allowEmpty bool) error {
	switch {
	case len(r.Unread) > 0:
		return &exitError{exitNoWork, fmt.Errorf("not everything could be read: %d unread", len(r.Unread))}
	case r.Count(dupcheck.Error) > 0:
		return &exitError{code: exitFindings}
	case r.Objects == 0 && !allowEmpty:
		return failf("no objects found (--allow-empty if that is as it should be)")
	}
	return nil
}

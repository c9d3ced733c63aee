package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/setup"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/propose"
)

// initFlags are the flags of init, as given.
type initFlags struct {
	render renderFlags
	write  bool
}

func initCommand(c Command) *cobra.Command {
	var f initFlags
	cmd := newCommand("init [flags] [DIR]", "Propose kuniq.yaml, a baseline and a file for CI", "init", atMostOneDirectory,
		func(ctx context.Context, args []string) error { return f.run(ctx, c, hereIfNone(args)[0]) })
	f.render.registerRenderer(cmd)
	cmd.Flags().BoolVar(&f.write, "write", false, "write the files; none that is there is replaced")
	return cmd
}

func (f *initFlags) run(ctx context.Context, c Command, dir string) error {
	cache, err := os.MkdirTemp("", "kuniq-init-") // the repository is checked several times
	if err != nil {
		return failf("%w", err)
	}
	defer func() { _ = os.RemoveAll(cache) }()
	f.render.cache = cache
	o, err := f.options(ctx, c)
	if err != nil {
		return err
	}
	if err := os.Chdir(dir); err != nil { // which the paths of kuniq.yaml are relative to
		return failf("%w", err)
	}
	p, err := shown(c, &o.Gate, func() (*propose.Proposal, error) { return propose.Make(ctx, o) })
	if err != nil {
		return failure(err)
	}
	files, err := p.Files()
	if err != nil {
		return failf("%w", err)
	}
	writeProposal(c.Stdout, p, files)
	if f.write {
		if err := propose.Write(ctx, files); err != nil {
			return failf("nothing was written: %w", err)
		}
	}
	return f.conclude(c, p, files)
}

// options are what the flags say, with paths that do not depend on the working directory.
func (f *initFlags) options(ctx context.Context, c Command) (o propose.Options, err error) {
	o = propose.Options{Helm: f.render.helm, Vendor: f.render.vendor}
	if o.Gate.Pool, err = f.render.pool(c); err != nil {
		return o, err
	}
	if o.Gate.Helm, o.Gate.Vendored, err = f.render.outside(ctx, policy.Policy{}); err != nil {
		return o, err
	}
	for _, t := range []tool{argoCD, fluxCD} {
		o.More = append(o.More, propose.Check{Command: "kuniq " + t.name + " check --no-render .", Run: deployerNames(t, o.Gate)})
	}
	return o, nil
}

// deployerNames returns a check that no two deployers have one name. It resolves
// nothing, so that it can be switched on in any repository.
func deployerNames(t tool, o gate.Options) func(context.Context, policy.Policy) (dupcheck.Report, bool, error) {
	return func(ctx context.Context, p policy.Policy) (r dupcheck.Report, found bool, err error) {
		of := setup.Options{Policy: p, Rules: allRules(), NoRender: true}
		of.Tool, of.Pool, of.Helm, of.Vendored = t.Tool, o.Pool, o.Helm, o.Vendored
		x, err := setup.Open(ctx, of)
		if err != nil {
			return r, false, err
		}
		defer x.Close()
		tree, err := x.Tree()
		if err != nil {
			return r, false, err
		}
		x.Check.UnresolvedAsFindings = true
		checked, err := deploy.NewResolver(x.Resolve).Check(ctx, tree, x.Check)
		s := checked.Snapshot
		return checked.Report, len(s.Deployers)+len(s.Named)+len(s.Unexpanded) > 0, err
	}
}

// writeProposal prints the files, and before them what a person has to look at first.
func writeProposal(w io.Writer, p *propose.Proposal, files []propose.File) {
	if n := len(p.Deployers); n > 0 {
		fmt.Fprintf(w, "Look at this first: %s declared more than once. The last one wins, and the objects of the other are deleted.\n", report.Count(n, "deployer is", "deployers are"))
		for _, d := range p.Deployers {
			fmt.Fprintf(w, "  %s\n", report.Sentence(d.ID.String()))
			for _, at := range d.Places {
				fmt.Fprintf(w, "    in %s:%d\n", report.Sentence(at.File), at.Line)
			}
			fmt.Fprintf(w, "    -> %s\n", report.Sentence(d.Told))
		}
		fmt.Fprintln(w)
	}
	for _, file := range files {
		fmt.Fprintf(w, "--- %s\n", file.Name)
		if file.Name == propose.BaselineFile {
			for _, a := range p.Baseline {
				fmt.Fprintf(w, "%s\n", report.Sentence(a.String()))
			}
		} else {
			fmt.Fprintf(w, "%s", file.Content)
		}
		fmt.Fprintln(w)
	}
}

// conclude says what to do with the files, and what the gate finds. The exit code is
// that of the gate.
func (f *initFlags) conclude(c Command, p *propose.Proposal, files []propose.File) error {
	if f.write {
		c.sayf("written: %s", names(files))
	} else {
		c.sayf("nothing was written: --write writes %s", names(files))
	}
	for _, file := range files {
		if file.Note != "" {
			c.sayf("%s: %s", dupcheck.Quote(file.Name), file.Note)
		}
	}
	if p.Platform == propose.Other {
		c.sayf("for CI: run the commands below; each exit code but 0 fails the job")
	}
	var failed error
	for _, ran := range p.Later {
		c.sayf("once these are gone, add to the gate: %s", ran.Command)
		c.sayFew(ran.Report.Unread...)
	}
	for _, ran := range p.Gate {
		if err := writeRan(c.Stdout, ran); err != nil {
			return failf("%w", err)
		}
		code := exitOf(verdict(ran.Report, ran.Names)).code
		fmt.Fprintf(c.Stdout, "exit code %d\n", code)
		if code != exitClean && failed == nil {
			failed = &exitError{code: code}
		}
	}
	return failed
}

// writeRan prints a command of the gate and what fails it.
func writeRan(w io.Writer, ran propose.Ran) error {
	r := ran.Report
	r.Diagnostics = slices.DeleteFunc(slices.Clone(r.Diagnostics), func(d dupcheck.Diagnostic) bool { return d.Severity != dupcheck.Error })
	fmt.Fprintf(w, "%s\n", ran.Command)
	if ran.Names && len(r.Diagnostics) == 0 {
		fmt.Fprintln(w, "no two deployers have one name")
		return nil
	}
	err := report.Text(w, r, report.Options{Ways: ways, Clean: "no error"})
	if n := ran.Report.Count(dupcheck.Warning); n > 0 && err == nil {
		fmt.Fprintf(w, "%s not shown\n", report.Count(n, "warning is", "warnings are"))
	}
	return err
}

func names(files []propose.File) string {
	var all []string
	for _, f := range files {
		all = append(all, dupcheck.Quote(f.Name))
	}
	return strings.Join(all, ", ")
}

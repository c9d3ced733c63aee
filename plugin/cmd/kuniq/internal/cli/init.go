package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/advice"
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
	cmd.Flags().BoolVar(&f.write, "write", false, "write the files; existing files are not replaced")
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
	if err := os.Chdir(dir); err != nil { // the paths of kuniq.yaml are relative to it
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
	p.WriteText(c.Stdout, files)
	if f.write {
		if err := propose.Write(ctx, files); err != nil {
			return failf("nothing was written in %s: %w", dupcheck.Quote(dir), err)
		}
	}
	return f.conclude(c, p, files, dir)
}

// options turns the flags into options, with paths that do not depend on the working
// directory.
func (f *initFlags) options(ctx context.Context, c Command) (o propose.Options, err error) {
	o = propose.Options{Helm: f.render.helm, Vendor: f.render.vendor}
	if o.Gate.Pool, err = f.render.pool(c); err != nil {
		return o, err
	}
	o.Gate.Rules = allRules()
	o.Gate.Helm, o.Gate.Vendored, err = f.render.outside(ctx, decided{})
	return o, err
}

// conclude tells the user how to use the files, and the findings of the gate. The exit code
// is that of the gate.
func (f *initFlags) conclude(c Command, p *propose.Proposal, files []propose.File, dir string) error {
	if f.write {
		c.notef("written: %s", names(dir, files))
	} else {
		c.notef("nothing was written: --write writes %s", names(dir, files))
	}
	for _, file := range files {
		if file.Note != "" {
			c.notef("%s: %s", names(dir, []propose.File{file}), file.Note)
		}
	}
	if filepath.Clean(dir) != "." {
		c.notef("run the commands below in %s: they name files from there", dupcheck.Quote(dir))
	}
	if p.Platform == propose.Other {
		c.notef("for CI: run the commands below; any exit code except 0 fails the job")
	}
	if command := p.VendorCommand(); command != "" {
		c.notef("%s from elsewhere: %s", report.Count(len(p.Missing), "thing is needed", "things are needed"), command)
	}
	var failed error
	for _, ran := range p.Later {
		c.notef("once these are gone, add to the gate: %s", ran.Command)
		c.sayFew(ran.Report.Unread...)
	}
	for _, ran := range p.Gate {
		if err := ran.WriteText(c.Stdout, advice.Ways); err != nil {
			return failf("%w", err)
		}
		code := exitOf(verdict(ran.Report, ran.Names)).code
		fmt.Fprintf(c.Stdout, "exit code %d\n", code)
		if code != exitClean && failed == nil {
			failed = &exitError{code: code}
		}
	}
	for _, command := range p.Impact {
		c.notef("for each pull request, in its merge: %s", command)
	}
	return failed
}

// names are the files of a directory, as reached from the working directory.
func names(dir string, files []propose.File) string {
	var all []string
	for _, f := range files {
		all = append(all, dupcheck.Quote(filepath.Join(dir, f.Name)))
	}
	return strings.Join(all, ", ")
}

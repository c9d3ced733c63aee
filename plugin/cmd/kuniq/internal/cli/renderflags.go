package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/checkout/revision"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/render"
	"github.com/kuniq/kuniq/plugin/vendored"
)

// renderFlags are the flags about rendering.
type renderFlags struct {
	together bool
	strict   bool
	files    bool
	allow    []string
	timeout  time.Duration
	timings  bool
	jobs     int
	cache    string

	helm       string
	vendor     string
	helmValues []string
	jpath      []string
	vars       []jsonnetVariable
}

func (f *renderFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.together, "together", false, "everything goes to one cluster, including rendered objects")
	f.registerAllowed(cmd)
	flags.BoolVar(&f.timings, "timings", false, "print how long each directory took to render")
	textFlag(cmd, &f.cache, "cache", "DIR", directories, "cache rendered output for the next run in this directory, outside of what is checked")
	cmd.MarkFlagsMutuallyExclusive("together", "set")
	f.registerRenderer(cmd)
	listFlag(cmd, &f.helmValues, "helm-values", "FILE", nil, "values file: one beside a Chart.yaml is for that chart, any other for all charts (repeatable)")
	listFlag(cmd, &f.jpath, "jpath,J", "DIR", directories, "search the imports of jsonnet here, too; the last one first (repeatable)")
	for _, kind := range variableKinds {
		if !kind.file {
			kind.register(cmd, &f.vars, "for jsonnet: ")
		}
	}
}

func (f *renderFlags) registerAllowed(cmd *cobra.Command) {
	listFlag(cmd, &f.allow, "allow-unresolved", "GLOB", directories, "accept unresolved targets in these directories (repeatable)")
}

// registerRenderer adds the flags of every command that renders.
func (f *renderFlags) registerRenderer(cmd *cobra.Command) {
	textFlag(cmd, &f.helm, "helm", "COMMAND", nil, "render Helm charts with this command, version 3 or 4")
	textFlag(cmd, &f.vendor, "vendor", "DIR", directories, "read charts, bases and other remote sources from this directory: see kuniq vendor")
	flags := cmd.Flags()
	registerTimeout(cmd, &f.timeout, "time limit for rendering one directory")
	flags.IntVar(&f.jobs, "jobs", 0, "number of directories to render at once; 0 is one for each CPU")
	value(cmd, "jobs", "N", words())
}

// registerStrict adds the flag of the commands that report collisions.
func (f *renderFlags) registerStrict(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.files, "files", false, "list the state of every file")
	cmd.Flags().BoolVar(&f.strict, "strict", false, "also count collisions with tests, examples or alternatives that nothing deploys together")
}

// validate refuses values before the command reads anything.
func (f *renderFlags) validate() error {
	if f.timeout <= 0 || f.jobs < 0 {
		return usagef("--timeout has to be positive, and --jobs must not be negative")
	}
	return nil
}

// pool returns the renderer.
func (f *renderFlags) pool(c Command) (p render.Pool, err error) {
	p = render.Pool{Workers: f.jobs, Timeout: f.timeout}
	if err = f.validate(); err != nil {
		return p, err
	}
	if p.Command, err = c.workerCommand(workerName); err != nil || f.cache == "" {
		return p, err
	}
	version := releaseName()
	if self, err := os.Executable(); err == nil {
		if info, err := os.Stat(self); err == nil {
			version += fmt.Sprintf(" %d %d", info.Size(), info.ModTime().UnixNano())
		}
	}
	if p.Cache, err = render.OpenCache(f.cache, version); err != nil {
		return p, failf("--cache: %w", err)
	}
	return p, nil
}

// outside returns the things from outside of the tree: the helm command, and the vendor
// directory.
func (f *renderFlags) outside(ctx context.Context, d decided) (helm string, from render.Vendored, err error) {
	if helm, err = f.helmCommand(); err == nil {
		from, err = f.vendored(ctx, d)
	}
	return helm, from, err
}

// helmCommand returns the path of the command that --helm names.
func (f *renderFlags) helmCommand() (string, error) {
	if f.helm == "" {
		return "", nil
	}
	name, err := exec.LookPath(f.helm)
	if err == nil {
		name, err = filepath.Abs(name)
	}
	if err != nil {
		return "", failf("--helm: %w", err)
	}
	return name, nil
}

// vendored opens the directory of --vendor, or of the policy. It returns nil if there is
// none. If the policy is from a revision and the directory is in git, only those entries of
// its lock count that it also has at that revision.
func (f *renderFlags) vendored(ctx context.Context, d decided) (render.Vendored, error) {
	dir, err := f.vendorDir(ctx, d.Policy)
	switch {
	case dir == nil:
		return nil, err
	case d.from.Revision == nil:
		return dir, nil
	}
	head, err := revision.Open(ctx, ".", "HEAD")
	if err == nil {
		err = dir.Trust(ctx, d.from.Revision, head)
	}
	if err != nil {
		return nil, failf("--vendor: %w", err)
	}
	return dir, nil
}

func (f *renderFlags) vendorDir(ctx context.Context, p policy.Policy) (*vendored.Dir, error) {
	name, of, err := f.vendor, "--vendor", error(nil)
	if name == "" && p.Vendor != "" {
		of = "vendor of the policy"
		name, err = p.VendorDir()
	}
	if name == "" || err != nil {
		return nil, failure(err)
	}
	dir, err := vendored.Open(ctx, name)
	if err != nil {
		return nil, failf("%s: %w", of, err)
	}
	return dir, nil
}

// variables returns the jsonnet variables of the flags.
func (f *renderFlags) variables() (all []render.Variable, err error) {
	for _, v := range f.vars {
		variable, err := v.parse()
		if err != nil {
			return nil, err
		}
		all = append(all, variable.Variable)
	}
	return all, nil
}

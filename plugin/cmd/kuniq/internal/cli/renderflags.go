package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/render"
)

// renderFlags are the flags about what is rendered.
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
	helmValues []string
	jpath      []string
	vars       []jsonnetVariable
}

func (f *renderFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.together, "together", false, "everything goes to one cluster, also what is rendered")
	flags.StringArrayVar(&f.allow, "allow-unresolved", nil, "directories of what need not be rendered (repeatable)")
	flags.DurationVar(&f.timeout, "timeout", render.DefaultTimeout, "how long rendering one directory may take")
	flags.BoolVar(&f.timings, "timings", false, "say how long rendering each directory took")
	flags.IntVar(&f.jobs, "jobs", 0, "how many directories are rendered at once; 0 is one for each CPU")
	flags.StringVar(&f.cache, "cache", "", "keep what was rendered in a directory outside of what is checked, for the next run")
	value(cmd, "cache", "DIR", directories)
	value(cmd, "allow-unresolved", "GLOB", directories)
	value(cmd, "timeout", "DURATION", words())
	value(cmd, "jobs", "N", words())
	cmd.MarkFlagsMutuallyExclusive("together", "set")
	flags.StringVar(&f.helm, "helm", "", "render Helm charts with this command, version 3 or 4")
	flags.StringArrayVar(&f.helmValues, "helm-values", nil, "values for the charts: a file beside a Chart.yaml for that chart, any other for all (repeatable)")
	flags.StringArrayVarP(&f.jpath, "jpath", "J", nil, "search the imports of jsonnet here, too; the last one first (repeatable)")
	value(cmd, "helm", "COMMAND", nil)
	value(cmd, "helm-values", "FILE", nil)
	value(cmd, "jpath", "DIR", directories)
	for _, kind := range variableKinds {
		if !kind.file {
			flags.VarP(&variableValue{kind, &f.vars}, kind.flag, kind.short, "for jsonnet: "+kind.usage+" (repeatable)")
			value(cmd, kind.flag, "NAME[=VALUE]", nil)
		}
	}
}

// registerStrict adds the flag of commands that report what collides.
func (f *renderFlags) registerStrict(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.files, "files", false, "list what became of every file")
	cmd.Flags().BoolVar(&f.strict, "strict", false, "count also what collides with tests, examples or alternatives that nothing deploys together")
}

// store returns where results are kept. A repository must not bring its own.
func (f *renderFlags) store(all []*repository) (render.Cache, error) {
	if f.cache == "" {
		return render.Cache{}, nil
	}
	if err := os.MkdirAll(f.cache, 0o700); err != nil {
		return render.Cache{}, failf("--cache: %w", err)
	}
	dir, err := filepath.EvalSymlinks(f.cache)
	if err == nil {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		return render.Cache{}, failf("--cache: %w", err)
	}
	for _, c := range all {
		if _, inside := rest(filepath.ToSlash(dir), filepath.ToSlash(c.top)); inside {
			return render.Cache{}, usagef("--cache %s is inside of what is checked, which could bring its own", dupcheck.QuoteAlways(f.cache))
		}
	}
	version := releaseName()
	if self, err := os.Executable(); err == nil {
		if info, err := os.Stat(self); err == nil {
			version += fmt.Sprintf(" %d %d", info.Size(), info.ModTime().UnixNano())
		}
	}
	return render.Cache{Dir: dir, Version: version}, nil
}

// allowed are the globs of --allow-unresolved.
type allowed struct {
	base *globs

	mu    sync.Mutex // files are listed while others are taken in
	globs []*skipGlob
}

func (f *renderFlags) parse(base *globs) (*allowed, error) {
	if f.timeout <= 0 || f.jobs < 0 {
		return nil, usagef("--timeout has to be positive, and --jobs must not be negative")
	}
	a := &allowed{base: base}
	for _, pattern := range f.allow {
		clean := base.canonical(pattern)
		if pattern == "" || !doublestar.ValidatePattern(clean) {
			return nil, usagef("--allow-unresolved %s is not a valid glob", dupcheck.QuoteAlways(pattern))
		}
		a.globs = append(a.globs, &skipGlob{pattern: pattern, glob: clean})
	}
	return a, nil
}

// matches returns the flag that lets a directory pass.
func (a *allowed) matches(dir string) (flag string, ok bool) {
	dir = a.base.canonical(dir)
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, g := range a.globs {
		if g.matchesOne(dir) {
			g.used = true
			return "--allow-unresolved " + g.pattern, true
		}
	}
	return "", false
}

// warnUnused says which globs let nothing pass.
func (a *allowed) warnUnused(c Command) {
	for _, g := range a.globs {
		if !g.used {
			c.warnf("--allow-unresolved %s matched nothing that is unresolved", dupcheck.QuoteAlways(g.pattern))
		}
	}
}

package cli

import (
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/render"
)

// renderFlags are the flags about what is rendered.
type renderFlags struct {
	together bool
	allow    []string
	timeout  time.Duration
	timings  bool
	jobs     int
}

func (f *renderFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.together, "together", false, "everything goes to one cluster, also what is rendered")
	flags.StringArrayVar(&f.allow, "allow-unresolved", nil, "directories of what need not be rendered (repeatable)")
	flags.DurationVar(&f.timeout, "timeout", render.DefaultTimeout, "how long rendering one directory may take")
	flags.BoolVar(&f.timings, "timings", false, "say how long rendering each directory took")
	flags.IntVar(&f.jobs, "jobs", 0, "how many directories are rendered at once; 0 is one for each CPU")
	value(cmd, "allow-unresolved", "GLOB", directories)
	value(cmd, "timeout", "DURATION", words())
	value(cmd, "jobs", "N", words())
	cmd.MarkFlagsMutuallyExclusive("together", "set")
}

// allowed are the globs of --allow-unresolved.
type allowed struct {
	globs []*skipGlob
	base  *globs
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

package policy

import (
	"fmt"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/kuniq/kuniq/dupcheck"
)

// Allowances are the globs of --allow-unresolved: the parts of a tree that need not
// be rendered. They are safe for concurrent use.
type Allowances struct {
	paths *Paths

	mu    sync.Mutex
	globs []*skipGlob
}

// NewAllowances reads globs, which are relative to what those of paths are. A glob
// that means nothing is an *OptionError.
func NewAllowances(paths *Paths, patterns []string) (*Allowances, error) {
	a := &Allowances{paths: paths}
	for _, pattern := range patterns {
		clean := paths.canonical(pattern)
		if pattern == "" || !doublestar.ValidatePattern(clean) {
			return nil, &OptionError{Option: "allow-unresolved", Value: pattern, Reason: notAGlob}
		}
		a.globs = append(a.globs, &skipGlob{pattern: pattern, glob: clean})
	}
	return a, nil
}

// Match returns the setting that allows a directory or a file to be unresolved.
func (a *Allowances) Match(name string) (setting string, ok bool) {
	name = a.paths.canonical(name)
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, g := range a.globs {
		if g.matchesOne(name) {
			g.used = true
			return "--allow-unresolved " + g.pattern, true
		}
	}
	return "", false
}

// Unused says which globs allowed nothing: they may be misspelt or out of date.
func (a *Allowances) Unused() []string {
	var out []string
	for _, g := range a.globs {
		if !g.used {
			out = append(out, fmt.Sprintf("--allow-unresolved %s matched nothing that is unresolved", dupcheck.QuoteAlways(g.pattern)))
		}
	}
	return out
}

package policy

// Allowances are the globs of allow-unresolved: the parts of a tree that need not
// be rendered. They are safe for concurrent use.
type Allowances struct {
	paths *Paths
	globs []*glob
}

// NewAllowances reads globs, which are relative to what those of paths are. A glob
// that means nothing is an *OptionError.
func NewAllowances(paths *Paths, patterns []string) (*Allowances, error) {
	a := &Allowances{paths: paths}
	for _, pattern := range patterns {
		g, err := newGlob("allow-unresolved", pattern, paths.canonical(pattern))
		if err != nil {
			return nil, err
		}
		a.globs = append(a.globs, g)
	}
	return a, nil
}

// Match returns the setting that allows a directory or a file to be unresolved.
func (a *Allowances) Match(name string) (setting string, ok bool) {
	name = a.paths.canonical(name)
	for _, g := range a.globs {
		if g.matches(name) {
			g.used.Store(true)
			return g.option + " " + g.given, true
		}
	}
	return "", false
}

// Unused says which globs allowed nothing.
func (a *Allowances) Unused() (out []*OptionError) {
	for _, g := range a.globs {
		out = append(out, g.unused("matched nothing that is unresolved")...)
	}
	return out
}

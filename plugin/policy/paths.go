package policy

import (
	"iter"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Paths decides by path which files are left out and to which deployable set
// each of the others belongs. It is safe for concurrent use. The zero value
// leaves nothing out, and everything is in the set "".
type Paths struct {
	base  string // the working directory, with a final slash
	sets  []*setGlob
	skips []*glob
}

// NewPaths reads the globs of set and skip, which are relative to the working
// directory. A glob that means nothing is an *OptionError.
func NewPaths(sets, skips []string) (*Paths, error) {
	cwd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	p := &Paths{base: strings.TrimSuffix(filepath.ToSlash(cwd), "/") + "/"}
	for _, pattern := range sets {
		s, err := newSetGlob(pattern, p.canonical(pattern))
		if err != nil {
			return nil, err
		}
		p.sets = append(p.sets, s)
	}
	for _, pattern := range skips {
		g, err := newGlob("skip", pattern, p.canonical(pattern))
		if err != nil {
			return nil, err
		}
		g.deep = !strings.Contains(strings.TrimRight(pattern, "/"), "/")
		p.skips = append(p.skips, g)
	}
	return p, nil
}

// canonical returns a path or a glob in the form in which they are compared:
// relative to the working directory if they are below it.
func (g *Paths) canonical(name string) string {
	name = path.Clean(name)
	full := name
	if strings.HasPrefix(name, "../") {
		full = path.Join(g.base, name)
	}
	if rest, ok := strings.CutPrefix(full, g.base); ok {
		return rest
	}
	return name
}

// Skip says why a path is left out, or returns "". It fits manifest.Tree.Skip.
func (g *Paths) Skip(name string) string {
	name = g.canonical(name)
	for _, s := range g.skips {
		if s.matchesBelow(name) {
			s.used.Store(true)
			return "left out by skip " + s.given
		}
	}
	return ""
}

// Set returns the deployable set of a path, or "". The first glob with a match
// counts, and of the directories that lead to the path the topmost. It fits
// manifest.Tree.Set.
func (g *Paths) Set(name string) string {
	name = g.canonical(name)
	for _, s := range g.sets {
		if set, ok := s.match(name); ok {
			s.used.Store(true)
			return set
		}
	}
	return ""
}

// Unused says which globs matched nothing.
func (g *Paths) Unused() (out []*OptionError) {
	if g == nil {
		return nil
	}
	for _, s := range g.sets {
		out = append(out, s.unused("matched nothing")...)
	}
	for _, s := range g.skips {
		out = append(out, s.unused("matched nothing")...)
	}
	return out
}

// beginnings yields the directories that lead to a path, and the path itself.
func beginnings(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 1; i < len(name); i++ {
			if name[i] == '/' && !yield(name[:i]) {
				return
			}
		}
		if name != "" {
			yield(name)
		}
	}
}

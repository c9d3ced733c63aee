package policy

import (
	"fmt"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/kuniq/kuniq/dupcheck"
)

// Paths decides by path which files are left out and to which deployable set
// each of the others belongs. It is safe for concurrent use. The zero value
// leaves nothing out, and everything is in the set "".
type Paths struct {
	base string // the working directory, with a final slash

	mu    sync.Mutex // files are read in parallel
	sets  []*setGlob
	skips []*skipGlob
}

// NewPaths reads the globs of --set and --skip, which are relative to the
// working directory. A glob that means nothing is an *OptionError.
func NewPaths(sets, skips []string) (*Paths, error) {
	cwd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	g := &Paths{base: strings.TrimSuffix(filepath.ToSlash(cwd), "/") + "/"}
	for _, pattern := range sets {
		s, err := newSetGlob(pattern, g.canonical(pattern))
		if err != nil {
			return nil, err
		}
		g.sets = append(g.sets, s)
	}
	for _, pattern := range skips {
		s, err := newSkipGlob(pattern, g.canonical(pattern))
		if err != nil {
			return nil, err
		}
		g.skips = append(g.skips, s)
	}
	return g, nil
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
		if s.matches(name) {
			g.mu.Lock()
			s.used = true
			g.mu.Unlock()
			return "left out by --skip " + s.pattern
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
			g.mu.Lock()
			s.used = true
			g.mu.Unlock()
			return set
		}
	}
	return ""
}

// Unused says which globs matched nothing: they may be misspelt.
func (g *Paths) Unused() []string {
	var out []string
	for _, s := range g.sets {
		if !s.used {
			out = append(out, fmt.Sprintf("--set %s matched nothing", dupcheck.QuoteAlways(s.pattern)))
		}
	}
	for _, s := range g.skips {
		if !s.used {
			out = append(out, fmt.Sprintf("--skip %s matched nothing", dupcheck.QuoteAlways(s.pattern)))
		}
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

// skipGlob is a glob whose matches are left out, with all that is below them.
type skipGlob struct {
	pattern string // as given
	glob    string
	deep    bool // matches names at any depth
	used    bool
}

func newSkipGlob(pattern, clean string) (*skipGlob, error) {
	if pattern == "" || !doublestar.ValidatePattern(clean) {
		return nil, &OptionError{Option: "skip", Value: pattern, Reason: notAGlob}
	}
	return &skipGlob{
		pattern: pattern, glob: clean,
		deep: !strings.Contains(strings.TrimRight(pattern, "/"), "/"),
	}, nil
}

// matches says whether a path is left out. Of the directories that lead to it
// those above the working directory do not count.
func (s *skipGlob) matches(name string) bool {
	if path.IsAbs(name) || strings.HasPrefix(name, "../") {
		return s.matchesOne(name)
	}
	for beginning := range beginnings(name) {
		if s.matchesOne(beginning) {
			return true
		}
	}
	return false
}

func (s *skipGlob) matchesOne(name string) bool {
	if s.deep {
		name = path.Base(name)
	}
	// The pattern was validated, so that matching cannot fail.
	match, _ := doublestar.Match(s.glob, name)
	return match
}

package policy

import (
	"cmp"
	"iter"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/kuniq/kuniq/dupcheck"
)

// Paths decides by path which files are left out, and to which deployable set each of the
// others belongs. It is safe for concurrent use. The zero value leaves nothing out, and
// everything is in the set "".
type Paths struct {
	base  string // the working directory, with a final slash
	sets  []*setGlob
	skips []*glob

	namespace  string // may have placeholders of the sets
	namespaces map[string]*setNamespace
	known      sync.Map // what Namespace has returned, by path
}

// setNamespace is the default namespace of a set.
type setNamespace struct {
	name string
	used atomic.Bool
}

// Paths reads the globs of the policy and its default namespaces. The error for a
// meaningless setting is an *OptionError.
func (p Policy) Paths() (*Paths, error) {
	out, err := NewPaths(p.Set, p.Skip)
	if err != nil {
		return nil, err
	}
	out.namespaces = map[string]*setNamespace{}
	for set, namespace := range p.Namespaces {
		out.namespaces[set] = &setNamespace{name: namespace}
	}
	apart := map[string]bool{}
	for _, name := range variable.FindAllString(p.Namespace, -1) {
		apart[name] = true
		if !slices.ContainsFunc(out.sets, func(s *setGlob) bool { return slices.Contains(s.names, name) }) {
			return nil, &OptionError{Option: "namespace", Value: p.Namespace, Reason: "has the placeholder " + name + ", which no set has"}
		}
	}
	if len(apart) > 0 {
		out.namespace = p.Namespace
	}
	for _, s := range out.sets {
		s.apart = apart
	}
	return out, nil
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

// canonical returns a path or a glob in the form for comparisons: relative to the working
// directory if it is below it.
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

// Set returns the deployable set of a path, or "". The first glob with a match counts,
// and of the directories that lead to the path the topmost. Use it as manifest.Tree.Set.
func (g *Paths) Set(name string) string {
	name = g.canonical(name)
	for _, s := range g.sets {
		if set, ok := s.match(name); ok {
			s.used.Store(true)
			if own := g.namespaces[set]; own != nil {
				own.used.Store(true)
			}
			return set
		}
	}
	return ""
}

// Namespace returns the default namespace of the objects in a path, if it differs from
// the general one: that of its set, or the one in its path.
func (g *Paths) Namespace(name string) string {
	if g.namespace == "" && len(g.namespaces) == 0 {
		return ""
	}
	if known, ok := g.known.Load(name); ok {
		return known.(string)
	}
	out := g.namespaceOf(g.canonical(name))
	g.known.Store(name, out)
	return out
}

func (g *Paths) namespaceOf(name string) string {
	for _, s := range g.sets {
		set, values, ok := s.values(name)
		if !ok {
			continue
		}
		if own := g.namespaces[set]; own != nil {
			return own.name
		}
		known := true
		out := variable.ReplaceAllStringFunc(g.namespace, func(name string) string {
			known = known && values[name] != ""
			return values[name]
		})
		if known {
			return out
		}
		break
	}
	return ""
}

// NamespaceOf is Namespace for an object, for dupcheck.Rules. It is nil if there is
// nothing to say.
func (g *Paths) NamespaceOf() func(*dupcheck.Object) string {
	if g.namespace == "" && len(g.namespaces) == 0 {
		return nil
	}
	return func(o *dupcheck.Object) string { return g.Namespace(cmp.Or(o.At.Origin, o.At.File)) }
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
	for _, set := range slices.Sorted(maps.Keys(g.namespaces)) {
		if !g.namespaces[set].used.Load() {
			out = append(out, &OptionError{Option: "namespaces", Value: set, Reason: "is not a set"})
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

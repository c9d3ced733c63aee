package policy

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/bmatcuk/doublestar/v4"
)

// glob is a glob of a setting. It may be used concurrently.
type glob struct {
	option, given string
	clean         string // as it is compared with paths
	deep          bool   // matches names at any depth
	used          *atomic.Bool
}

// wildcards are the characters that mean something in a glob.
const wildcards = `*?[]{}\`

var escaped = regexp.MustCompile(`(?s)\\.`)

// isName says whether a glob matches one name alone.
func isName(pattern string) bool {
	return !strings.ContainsAny(escaped.ReplaceAllString(pattern, ""), wildcards)
}

// Literal is a path as a glob that matches nothing else.
func Literal(name string) string {
	var b strings.Builder
	for _, c := range name {
		if strings.ContainsRune(wildcards, c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// Globs returns a function that says whether one of some globs matches a name. A glob that
// means nothing is an *OptionError about the option.
func Globs(option string, patterns []string) (matches func(name string) bool, err error) {
	var all []*glob
	for _, pattern := range patterns {
		g, err := newGlob(option, pattern, pattern)
		if err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return func(name string) bool {
		return slices.ContainsFunc(all, func(g *glob) bool { return g.matches(name) })
	}, nil
}

// newGlob returns a glob, or an *OptionError if it means nothing.
func newGlob(option, given, clean string) (*glob, error) {
	g := &glob{option: option, given: given, clean: clean, used: new(atomic.Bool)}
	if given == "" || !doublestar.ValidatePattern(clean) {
		return nil, g.wrong("is not a valid glob")
	}
	return g, nil
}

func (g *glob) wrong(reason string) *OptionError {
	return &OptionError{Option: g.option, Value: g.given, Reason: reason}
}

// matches says whether the glob matches a path itself.
func (g *glob) matches(name string) bool {
	if g.deep {
		name = path.Base(name)
	}
	return doublestar.MatchUnvalidated(g.clean, name)
}

// matchesBelow says whether the glob matches a path or a directory that leads to
// it. Of these those above the working directory do not count.
func (g *glob) matchesBelow(name string) bool {
	if path.IsAbs(name) || strings.HasPrefix(name, "../") {
		return g.matches(name)
	}
	for beginning := range beginnings(name) {
		if g.matches(beginning) {
			return true
		}
	}
	return false
}

// unused reports a glob that matched nothing: it may be misspelt or out of date.
func (g *glob) unused(reason string) []*OptionError {
	if g.used.Load() {
		return nil
	}
	return []*OptionError{g.wrong(reason)}
}

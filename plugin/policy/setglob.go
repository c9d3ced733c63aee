package policy

import (
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// setGlob is a glob whose matches are deployable sets. Placeholders such as
// {cluster} match what * matches, and their values name the set.
type setGlob struct {
	*glob    // with * for the placeholders
	captures []capture
	names    []string        // of the placeholders, in their order
	apart    map[string]bool // those that are no part of the name of a set
}

var variable = regexp.MustCompile(`\{[A-Za-z_][A-Za-z0-9_-]*\}`)

// capture takes the values of the placeholders from one segment of a path.
type capture struct {
	at      int // index of the segment, from the right if negative
	pattern *regexp.Regexp
}

func newSetGlob(pattern, clean string) (*setGlob, error) {
	g, err := newGlob("set", pattern, variable.ReplaceAllString(clean, "*"))
	if err == nil && !utf8.ValidString(pattern) {
		err = g.wrong("is not UTF-8")
	}
	if err != nil {
		return nil, err
	}
	s := &setGlob{glob: g}
	if wrong := s.capture(strings.Split(clean, "/")); wrong != nil {
		return nil, &OptionError{Option: g.option, Value: pattern, Err: wrong}
	}
	return s, nil
}

// capture finds the placeholders, or says why their values would not be clear.
func (s *setGlob) capture(segments []string) error {
	for i, segment := range segments {
		names := variable.FindAllString(segment, -1)
		if len(names) == 0 {
			continue
		}
		for _, name := range names {
			if slices.Contains(s.names, name) {
				return errors.New("the placeholder " + name + " appears twice")
			}
			s.names = append(s.names, name)
		}
		if strings.ContainsAny(variable.ReplaceAllString(segment, ""), wildcards) || spansSegments(segments) {
			return errors.New("a placeholder cannot be combined with a wildcard or alternatives in its path segment, nor with alternatives that hold a slash")
		}
		at, ok := index(segments, i)
		if !ok {
			return errors.New("a placeholder between two ** could mean several things")
		}
		s.captures = append(s.captures, capture{at, segmentPattern(segment)})
	}
	return nil
}

// index counts a segment from the side on which no ** is, from the right with
// negative numbers. It returns false if there is one on both sides.
func index(segments []string, i int) (int, bool) {
	switch {
	case !slices.Contains(segments[:i], "**"):
		return i, true
	case !slices.Contains(segments[i:], "**"):
		return i - len(segments), true
	}
	return 0, false
}

// spansSegments says whether some {a/b,c} or [a/b] reaches across segments, so
// that counting them means nothing.
func spansSegments(segments []string) bool {
	return slices.ContainsFunc(segments, func(segment string) bool {
		rest := variable.ReplaceAllString(segment, "")
		return strings.Count(rest, "{") != strings.Count(rest, "}") || strings.Count(rest, "[") != strings.Count(rest, "]")
	})
}

// segmentPattern matches one path segment and captures its placeholders.
func segmentPattern(segment string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("(?s)^")
	last := 0
	for _, at := range variable.FindAllStringIndex(segment, -1) {
		b.WriteString(regexp.QuoteMeta(segment[last:at[0]]) + "(.+?)")
		last = at[1]
	}
	b.WriteString(regexp.QuoteMeta(segment[last:]) + "$")
	return regexp.MustCompile(b.String())
}

// match tries the path and every directory it lies in.
func (s *setGlob) match(name string) (set string, ok bool) {
	set, _, ok = s.values(name)
	return set, ok
}

// values is match, and returns the values of the placeholders.
func (s *setGlob) values(name string) (set string, values map[string]string, ok bool) {
	for beginning := range beginnings(name) {
		if values, ok := s.capturesOf(beginning); ok && s.matches(beginning) {
			return s.name(beginning, values), values, true
		}
	}
	return "", nil, false
}

// name names the set of a match by the values of the placeholders. If all of these have
// another use, it is the directory of the first one.
func (s *setGlob) name(match string, values map[string]string) string {
	if len(s.names) == 0 {
		return match
	}
	var own []string
	for _, name := range s.names {
		if !s.apart[name] {
			own = append(own, values[name])
		}
	}
	if len(own) > 0 {
		return strings.Join(own, "/")
	}
	segments, first := strings.Split(match, "/"), s.captures[0].at
	if first < 0 {
		first += len(segments)
	}
	return path.Join(append([]string{"."}, segments[:first]...)...)
}

// capturesOf returns the values of the placeholders in a match.
func (s *setGlob) capturesOf(match string) (map[string]string, bool) {
	segments := strings.Split(match, "/")
	values := map[string]string{}
	for _, c := range s.captures {
		i := c.at
		if i < 0 {
			i += len(segments)
		}
		if i < 0 || i >= len(segments) {
			return nil, false
		}
		found := c.pattern.FindStringSubmatch(segments[i])
		if found == nil {
			return nil, false
		}
		for _, value := range found[1:] {
			values[s.names[len(values)]] = value
		}
	}
	return values, true
}

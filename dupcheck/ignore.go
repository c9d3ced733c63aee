package dupcheck

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Ignore hides the diagnostics of the duplicate rules about some objects. The
// zero value matches nothing; ParseIgnore makes one.
type Ignore struct {
	kind, group, name string
	anyGroup          bool
	text              string
}

// ParseIgnore reads "KIND[.GROUP] [NAMESPACE/]NAME", such as "CustomResourceDefinition *"
// or "Secret.* prod/*-tls".
//
// All parts are globs, in which "*" matches any characters including "/", and "?" matches
// one. Without a GROUP any group matches; an empty one, as in "Service. web", is the core
// group. The part after the blank is compared with "namespace/name", or with the name of
// an object without a namespace. If it has no "/", it is also compared with the name of
// any object.
func ParseIgnore(s string) (Ignore, error) {
	kind, name, ok := strings.Cut(strings.TrimSpace(s), " ")
	name = strings.TrimSpace(name)
	if !ok || kind == "" || name == "" {
		return Ignore{}, fmt.Errorf("%s is not of the form KIND[.GROUP] [NAMESPACE/]NAME", QuoteAlways(s))
	}
	out := Ignore{name: name, text: s}
	out.kind, out.group, ok = strings.Cut(kind, ".")
	out.anyGroup = !ok
	return out, nil
}

// String returns the pattern as it was parsed.
func (i Ignore) String() string { return i.text }

// Matches says whether the pattern is about the object.
func (i Ignore) Matches(id ID) bool {
	if i.name == "" || !wildcard(i.kind, id.Kind) || !i.anyGroup && !wildcard(i.group, id.Group) {
		return false
	}
	full := id.Name
	if id.Namespace != "" {
		full = id.Namespace + "/" + id.Name
	}
	return wildcard(i.name, full) || !strings.Contains(i.name, "/") && wildcard(i.name, id.Name)
}

// Without returns the report without the duplicates that the patterns ignore, which
// become Suppressed, and the patterns that matched nothing. Diagnostics of other rules
// stay, except for the rules in also. A pattern is compared with the ID of a diagnostic:
// for a possible duplicate the one without a namespace, for near duplicates the one that
// the message names first.
func (r Report) Without(patterns []Ignore, also ...Rule) (Report, []Ignore) {
	used := make([]bool, len(patterns))
	r = r.hide(func(d Diagnostic) (s Suppressed, hidden bool) {
		for i, p := range patterns {
			if !d.Rule.duplicate() && !slices.Contains(also, d.Rule) || !p.Matches(d.ID) {
				continue
			}
			used[i] = true
			if !hidden {
				s, hidden = Suppressed{Diagnostic: d, By: ByIgnore, Pattern: p.text}, true
			}
		}
		return s, hidden
	})
	var unused []Ignore
	for i, p := range patterns {
		if !used[i] {
			unused = append(unused, p)
		}
	}
	return r, unused
}

// wildcard matches in time proportional to the product of the lengths.
func wildcard(pattern, s string) bool {
	star, mark := -1, 0
	p, i := 0, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && pattern[p] == '?':
			p++
			i += width(s[i:])
		case p < len(pattern) && pattern[p] == s[i]:
			p++
			i++
		case star >= 0:
			mark += width(s[mark:])
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// width is the length of the first character.
func width(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

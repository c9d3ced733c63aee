package deploy

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

//go:embed data/state.tsv
var stateTSV string

// StateKind says that objects of some kinds hold state, or that state is lost
// when they are deleted.
type StateKind struct {
	// Pattern is a glob over "Kind.group" in which "*" stands for any
	// characters. The core group is empty, so that its kinds end in a dot.
	Pattern string
	// Reason is a clause that says what is lost.
	Reason string
}

// builtIn is the table in data/state.tsv. A row that does not parse is a bug.
var builtIn = func() (kinds []StateKind) {
	for line := range strings.Lines(stateTSV) {
		pattern, reason, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if ok && !strings.HasPrefix(line, "#") {
			kinds = append(kinds, StateKind{pattern, reason})
		}
	}
	return kinds
}()

// ParseStateKind reads a glob over "Kind.group" from the user, such as
// "Database.*". Without a dot the core group is meant.
func ParseStateKind(s string) (StateKind, error) {
	kind, _, dotted := strings.Cut(s, ".")
	if kind == "" {
		return StateKind{}, fmt.Errorf("%s is not of the form KIND.GROUP", dupcheck.QuoteAlways(s))
	}
	if !dotted {
		s += "."
	}
	return StateKind{s, "it is said to hold state"}, nil
}

// StateRank says why state is lost with an object of a kind, and how early in
// a report that comes. It returns -1 and "" if no state is known to be lost.
// more are the user's own kinds.
func StateRank(more []StateKind, gk dupcheck.GroupKind) (int, string) {
	name := gk.Kind + "." + gk.Group
	for i, k := range slices.Concat(builtIn, more) {
		if globsMeet(k.Pattern, name) {
			return i, k.Reason
		}
	}
	return -1, ""
}

package protect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// mostTold is how many objects of one kind have separate findings.
const mostTold = 3

// kindOf is the key by which findings are grouped.
type kindOf struct {
	rule     dupcheck.Rule
	severity dupcheck.Severity
	set      string
	kind     dupcheck.GroupKind
}

// Sum combines findings that say the same about more than three objects of a kind into one.
// It has the declarations of all of them, names the first three and counts the others. Call
// it after everything that decides about single findings, such as a baseline.
func Sum(r dupcheck.Report) dupcheck.Report {
	groups := map[kindOf][]dupcheck.Diagnostic{}
	of := func(d dupcheck.Diagnostic) kindOf { return kindOf{d.Rule, d.Severity, d.Set, d.ID.GroupKind()} }
	for _, d := range r.Diagnostics {
		groups[of(d)] = append(groups[of(d)], d)
	}
	var all []dupcheck.Diagnostic
	for _, d := range r.Diagnostics {
		switch group := groups[of(d)]; {
		case len(group) > mostTold:
			all = append(all, sum(group))
			groups[of(d)] = nil
		case len(group) > 0:
			all = append(all, d)
		}
	}
	r.Diagnostics = all
	return r
}

// sum combines several findings into one.
func sum(group []dupcheck.Diagnostic) dupcheck.Diagnostic {
	first := group[0]
	out := dupcheck.Diagnostic{
		Rule: first.Rule, Severity: first.Severity, Set: first.Set, Several: true,
		ID:     dupcheck.ID{Group: first.ID.Group, Kind: first.ID.Kind},
		Effect: first.Effect, Advice: first.Advice,
	}
	clause := clauseOf(first)
	var names []string
	for i, d := range group {
		out.Declarations = append(out.Declarations, d.Declarations...)
		if i < mostTold {
			names = append(names, strings.TrimPrefix(d.ID.String(), out.ID.GroupKind().String()+" "))
		}
		if clauseOf(d) != clause {
			info, _ := slices.Concat(rules, deploy.Rules()).Info(first.Rule)
			clause = info.Summary
		}
		if d.Effect != out.Effect {
			out.Effect = ""
		}
		if d.Advice != out.Advice {
			out.Advice = ""
		}
	}
	out.Message = fmt.Sprintf("%d of %s: %s (%s and %d more)", len(group), out.ID.GroupKind(), clause, strings.Join(names, ", "), len(group)-mostTold)
	return out
}

// clauseOf returns the part of a finding's message about its object.
func clauseOf(d dupcheck.Diagnostic) string {
	clause, _, _ := strings.Cut(strings.TrimPrefix(d.Message, d.ID.String()+" "), suchAs)
	return clause
}

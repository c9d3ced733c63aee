package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// mostRules is how many rules the verdict names.
const mostRules = 3

// group are the diagnostics of one rule that have one severity.
type group struct {
	rule     dupcheck.Rule
	severity dupcheck.Severity
	all      []dupcheck.Diagnostic
}

// groupsOf returns the groups of diagnostics: the most severe first, and of equally
// severe ones the largest.
func groupsOf(all []dupcheck.Diagnostic) (groups []group) {
	type key struct {
		rule     dupcheck.Rule
		severity dupcheck.Severity
	}
	at := map[key]int{}
	for _, d := range all {
		k := key{d.Rule, severity(d)}
		i, ok := at[k]
		if !ok {
			i = len(groups)
			at[k], groups = i, append(groups, group{rule: k.rule, severity: k.severity})
		}
		groups[i].all = append(groups[i].all, d)
	}
	slices.SortStableFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(len(b.all), len(a.all)))
	})
	return groups
}

// verdict says in one line how many findings there are, and of which rules.
func verdict(r dupcheck.Report, o Options) string {
	if len(r.Diagnostics) == 0 && len(r.Unread) == 0 {
		return clean(r, o)
	}
	groups := groupsOf(r.Diagnostics)
	counts := levelCounts(r)
	if len(r.Unread) > 0 {
		counts = append(counts, Count(len(r.Unread), "part")+" not read")
	}
	line := strings.Join(counts, ", ")
	if names := ruleCounts(groups); len(names) > 0 {
		line += ": " + Few(names, mostRules)
	}
	return line
}

// levelCounts are the numbers of diagnostics of each severity, the worst first.
func levelCounts(r dupcheck.Report) (parts []string) {
	counts := map[dupcheck.Severity]int{}
	for _, d := range r.Diagnostics {
		counts[severity(d)]++
	}
	for _, level := range []dupcheck.Severity{dupcheck.Error, dupcheck.Warning, dupcheck.Info} {
		if n := counts[level]; n > 0 {
			parts = append(parts, Count(n, level.String()))
		}
	}
	return parts
}

// ruleCounts are the numbers of findings of each rule, those of objects that are
// declared twice in words.
func ruleCounts(groups []group) (parts []string) {
	n, first, times := 0, -1, "twice"
	for _, g := range groups {
		if g.rule == dupcheck.DuplicateObject || g.rule == dupcheck.IdenticalObject {
			n += len(g.all)
			if slices.ContainsFunc(g.all, func(d dupcheck.Diagnostic) bool { return len(d.Declarations) > 2 }) {
				times = "more than once"
			}
			if first < 0 {
				first = len(parts)
				parts = append(parts, "")
			}
			continue
		}
		part := show(string(g.rule))
		if len(groups) > 1 {
			part = fmt.Sprintf("%d %s", len(g.all), part)
		}
		parts = append(parts, part)
	}
	if first >= 0 {
		parts[first] = Count(n, "object is", "objects are") + " declared " + times
	}
	return parts
}

package report

import (
	"cmp"
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
	all      []*dupcheck.Diagnostic
}

// groupsOf returns the groups of diagnostics: the most severe first, and of equally
// severe ones the largest.
func groupsOf(all []dupcheck.Diagnostic) (groups []group) {
	type key struct {
		rule     dupcheck.Rule
		severity dupcheck.Severity
	}
	at := map[key]int{}
	for i := range all {
		d := &all[i]
		k := key{d.Rule, severity(d)}
		n, ok := at[k]
		if !ok {
			n = len(groups)
			at[k], groups = n, append(groups, group{rule: k.rule, severity: k.severity})
		}
		groups[n].all = append(groups[n].all, d)
	}
	slices.SortStableFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(b.severity, a.severity), cmp.Compare(len(b.all), len(a.all)))
	})
	return groups
}

// verdict says in one line how many findings there are, and of which rules.
func verdict(r dupcheck.Report, o Options) string { return verdictOf(r, groupsOf(r.Diagnostics), o) }

// verdictOf is verdict of a report with these groups.
func verdictOf(r dupcheck.Report, groups []group, o Options) string {
	if len(r.Diagnostics) == 0 && len(r.Unread) == 0 {
		return clean(r, o)
	}
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
	for i := range r.Diagnostics {
		counts[severity(&r.Diagnostics[i])]++
	}
	for _, level := range []dupcheck.Severity{dupcheck.Error, dupcheck.Warning, dupcheck.Info} {
		if n := counts[level]; n > 0 {
			parts = append(parts, Count(n, level.String()))
		}
	}
	return parts
}

// ruleCounts says how many objects are declared twice, and how many findings each other
// rule has.
func ruleCounts(groups []group) (parts []string) {
	var rules []dupcheck.Rule
	counts, times := map[dupcheck.Rule]int{}, "twice"
	for _, g := range groups {
		rule := g.rule
		if rule == dupcheck.IdenticalObject {
			rule = dupcheck.DuplicateObject
		}
		if rule == dupcheck.DuplicateObject && slices.ContainsFunc(g.all, func(d *dupcheck.Diagnostic) bool { return len(d.Declarations) > 2 }) {
			times = "more than once"
		}
		if counts[rule] == 0 {
			rules = append(rules, rule)
		}
		counts[rule] += len(g.all)
	}
	for _, rule := range rules {
		switch {
		case rule == dupcheck.DuplicateObject:
			parts = append(parts, Count(counts[rule], "object is", "objects are")+" declared "+times)
		case len(rules) == 1:
			parts = append(parts, show(string(rule)))
		default:
			parts = append(parts, Count(counts[rule], "finding", "findings")+" of "+show(string(rule)))
		}
	}
	return parts
}

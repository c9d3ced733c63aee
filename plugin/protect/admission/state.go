package admission

import (
	"cmp"
	_ "embed"
	"regexp"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/tsv"
	"github.com/kuniq/kuniq/plugin/deploy"
)

//go:embed data/apart.tsv
var apartTSV string

//go:embed data/known.tsv
var knownTSV string

// apart are kinds that no-delete-state leaves alone unless the user names them, and known
// are the kinds that match patterns of the table of state.
var apart, known = patterns(apartTSV), patterns(knownTSV)

// patterns returns the kinds of a table.
func patterns(table string) (all []deploy.StateKind) {
	for _, row := range tsv.Rows(table) {
		all = append(all, deploy.StateKind{Pattern: row["kind"]})
	}
	return all
}

// kindsOf returns the kinds that no-delete-state covers: those that lose data and whose
// group is known, those that the user spells out, and those of a tree that lose data or
// match a pattern of the user.
func kindsOf(more []deploy.StateKind, tree ...dupcheck.GroupKind) (kinds []dupcheck.GroupKind) {
	for _, k := range slices.Concat(deploy.StateKinds(), known, more) {
		kind, group, _ := strings.Cut(k.Pattern, ".") // it may be a pattern and no kind
		tree = append(tree, dupcheck.GroupKind{Group: group, Kind: kind})
	}
	for _, gk := range tree {
		if holdsState(more, gk) {
			kinds = append(kinds, gk)
		}
	}
	slices.SortFunc(kinds, func(a, b dupcheck.GroupKind) int {
		return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Kind, b.Kind))
	})
	return slices.Compact(kinds)
}

// holdsState says whether no-delete-state may cover a kind: it loses data, or the user names
// it.
func holdsState(more []deploy.StateKind, gk dupcheck.GroupKind) bool {
	_, kind := deploy.StateOf(nil, gk)
	return speakable.MatchString(name(gk)) && (kind.Loss == deploy.DataLoss && !matches(apart, gk) || matches(more, gk))
}

func matches(patterns []deploy.StateKind, gk dupcheck.GroupKind) bool {
	return slices.ContainsFunc(patterns, func(k deploy.StateKind) bool { return k.Matches(gk) })
}

// speakable matches the names that an API server accepts for a kind and its group: nothing
// else can get into an expression.
var speakable = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*\.[a-z0-9.-]*$`)

func name(gk dupcheck.GroupKind) string { return gk.Kind + "." + gk.Group }

// states is the guard of kinds whose operators delete the data with the object. It does not
// cover objects that a controller keeps: operators rebuild theirs.
func states(kinds []dupcheck.GroupKind) Guard {
	var groups, names []string
	for _, gk := range kinds {
		groups, names = append(groups, gk.Group), append(names, name(gk))
	}
	return deletion{
		name: "no-delete-state", action: Warn, // the list has to fit the cluster first
		refuses: "the deletion of a database or another object that holds data: " + strings.Join(names, ", "),
		// By kind, since plurals are not in a manifest.
		rule: rule([]string{"DELETE"}, slices.Compact(groups), "*"), selects: protected(),
		when: []expression{
			{"holds-state", "(request.kind.kind + '.' + request.kind.group) in [\n  '" + strings.Join(names, "',\n  '") + "']"},
			{"not-controlled", notControlled},
		},
		says: `' holds data'`,
	}.guard()
}

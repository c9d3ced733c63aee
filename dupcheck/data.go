package dupcheck

import (
	"embed"
	"strings"
	"sync"

	"github.com/kuniq/kuniq/internal/tsv"
)

// The tables of facts. Each begins with comment lines that say where its rows
// come from, then a line of column names.
//
//go:embed data/*.tsv
var tables embed.FS

// rows returns the rows of a table. Every name used here has a table.
func rows(name string) []map[string]string {
	text, _ := tables.ReadFile("data/" + name + ".tsv")
	return tsv.Rows(string(text))
}

// facts are the tables, read once and only when they are needed.
type facts struct {
	core      map[GroupKind]GroupKind // aliases on every cluster
	openshift map[GroupKind]GroupKind // aliases on OpenShift only
	builtin   map[GroupKind]builtinType
	groups    map[string]bool       // groups of built-in types
	folded    map[string]GroupKind  // built-in types by lower-cased group and kind
	elsewhere map[string]GroupKind  // stored types by kind: none is in two groups, but for aliases
	names     map[GroupKind]nameRow // measured name rules
	config    configKinds
	successor map[string]string       // old group to new group
	effects   map[GroupKind][2]string // of two declarations that differ, and of more than two
}

// builtinType is a row of scopes.tsv.
type builtinType struct {
	plural string
	scope  scope
	stored bool // whether an API server keeps objects of the type
}

var theFacts = sync.OnceValue(func() *facts {
	f := &facts{
		core:      map[GroupKind]GroupKind{},
		openshift: map[GroupKind]GroupKind{},
		builtin:   map[GroupKind]builtinType{},
		groups:    map[string]bool{},
		folded:    map[string]GroupKind{},
		elsewhere: map[string]GroupKind{},
		names:     map[GroupKind]nameRow{},
		config:    configKinds{groups: map[string]bool{}, kinds: map[GroupKind]bool{}, apiVersions: map[string]bool{}},
		successor: map[string]string{},
		effects:   map[GroupKind][2]string{},
	}
	f.readAliases()
	f.readScopes()
	for _, row := range rows("names") {
		f.names[kindIn(row)] = newNameRow(row)
	}
	for _, row := range rows("configkinds") {
		f.config.add(row["match"], row["group_or_apiversion"], row["kind"])
	}
	for _, row := range rows("successors") {
		f.successor[row["old_group"]] = row["new_group"]
	}
	for _, row := range rows("effects") {
		f.effects[kindIn(row)] = [2]string{row["of_two"], row["of_more"]}
	}
	return f
})

// kindIn returns the kind of a row.
func kindIn(row map[string]string) GroupKind {
	return GroupKind{Group: row["group"], Kind: row["kind"]}
}

func (f *facts) readAliases() {
	for _, row := range rows("aliases") {
		if row["verdict"] != "SAME" {
			continue
		}
		table := f.core
		if strings.HasPrefix(row["note"], "opt-in") {
			table = f.openshift
		}
		table[kindIn(row)] = GroupKind{Group: row["canonical_group"], Kind: row["canonical_kind"]}
	}
}

func (f *facts) readScopes() {
	for _, row := range rows("scopes") {
		gk, stored := kindIn(row), row["persistence"] == "persisted"
		f.builtin[gk] = builtinType{plural: row["plural"], scope: parseScope(row["scope"]), stored: stored}
		f.groups[gk.Group] = true
		f.folded[foldType(gk)] = gk
		if _, alias := f.core[gk]; !alias && stored {
			f.elsewhere[gk.Kind] = gk
		}
	}
}

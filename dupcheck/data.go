package dupcheck

import (
	_ "embed"
	"strings"
	"sync"
)

// The tables of facts. Each begins with comment lines that say where its rows
// come from, then a line of column names.
var (
	//go:embed data/aliases.tsv
	aliasesTSV string
	//go:embed data/scopes.tsv
	scopesTSV string
	//go:embed data/names.tsv
	namesTSV string
	//go:embed data/configkinds.tsv
	configKindsTSV string
	//go:embed data/successors.tsv
	successorsTSV string
)

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
	successor map[string]string // old group to new group
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
	}
	f.readAliases()
	f.readScopes()
	for _, row := range rows(namesTSV) {
		gk := GroupKind{Group: row["group"], Kind: row["kind"]}
		f.names[gk] = newNameRow(row)
	}
	for _, row := range rows(configKindsTSV) {
		f.config.add(row["match"], row["group_or_apiversion"], row["kind"])
	}
	for _, row := range rows(successorsTSV) {
		f.successor[row["old_group"]] = row["new_group"]
	}
	return f
})

func (f *facts) readAliases() {
	for _, row := range rows(aliasesTSV) {
		if row["verdict"] != "SAME" {
			continue
		}
		table := f.core
		if strings.HasPrefix(row["note"], "opt-in") {
			table = f.openshift
		}
		from := GroupKind{Group: row["group"], Kind: row["kind"]}
		table[from] = GroupKind{Group: row["canonical_group"], Kind: row["canonical_kind"]}
	}
}

func (f *facts) readScopes() {
	for _, row := range rows(scopesTSV) {
		gk := GroupKind{Group: row["group"], Kind: row["kind"]}
		f.builtin[gk] = builtinType{
			plural: row["plural"],
			scope:  parseScope(row["scope"]),
			stored: row["persistence"] == "persisted",
		}
		f.groups[gk.Group] = true
		f.folded[foldType(gk)] = gk
		if _, alias := f.core[gk]; !alias && row["persistence"] == "persisted" {
			f.elsewhere[gk.Kind] = gk
		}
	}
}

// rows reads a table into one map from column name to value for each row.
func rows(tsv string) []map[string]string {
	var header []string
	var out []map[string]string
	for line := range strings.Lines(tsv) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if header == nil {
			header = cells
			continue
		}
		row := make(map[string]string, len(header))
		for i, cell := range cells {
			row[header[i]] = cell
		}
		out = append(out, row)
	}
	return out
}

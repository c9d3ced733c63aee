package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/internal/tsv"
)

// tables are the facts in the form in which the library looks them up: types
// are GROUP/KIND.
type tables struct {
	aliases, openshift map[string]string
	scopes             map[string]string // of stored types: Namespaced or Cluster
	unstored           map[string]string // types that no server stores; the value is true
	config             config
}

// config are the types that a tool reads from a file.
type config struct {
	groups, kinds, apiVersions map[string]string // the value is true
	suffixes                   []string
}

func readTables(read func(name string) ([]byte, error)) (tables, error) {
	t := tables{
		aliases: map[string]string{}, openshift: map[string]string{},
		scopes: map[string]string{}, unstored: map[string]string{},
		config: config{groups: map[string]string{}, kinds: map[string]string{}, apiVersions: map[string]string{}},
	}
	for _, from := range []struct {
		name    string
		columns []string
		add     func(row map[string]string)
	}{
		{"aliases.tsv", []string{"group", "kind", "canonical_group", "canonical_kind", "verdict"}, t.addAlias},
		{"scopes.tsv", []string{"group", "kind", "scope", "persistence"}, t.addScope},
		{"configkinds.tsv", []string{"match", "group_or_apiversion"}, t.config.add},
	} {
		data, err := read(from.name)
		if err != nil {
			return tables{}, err
		}
		table := tsv.Rows(string(data))
		if err := wants(from.name, table, from.columns...); err != nil {
			return tables{}, err
		}
		for _, row := range table {
			from.add(row)
		}
	}
	return t, t.resolve()
}

// addAlias and those after it read their rows as package dupcheck does.
func (t *tables) addAlias(row map[string]string) {
	if row["verdict"] != "SAME" {
		return
	}
	table := t.aliases
	if strings.HasPrefix(row["note"], "opt-in") {
		table = t.openshift
	}
	table[row["group"]+"/"+row["kind"]] = row["canonical_group"] + "/" + row["canonical_kind"]
}

func (t *tables) addScope(row map[string]string) {
	gk := row["group"] + "/" + row["kind"]
	if row["persistence"] != "persisted" {
		t.unstored[gk] = "true"
		return
	}
	t.scopes[gk] = row["scope"]
}

func (c *config) add(row map[string]string) {
	group := row["group_or_apiversion"]
	switch suffix, ok := strings.CutPrefix(group, "*"); {
	case row["match"] == "apiVersion":
		c.apiVersions[group] = "true"
	case row["match"] == "kind":
		c.kinds[group+"/"+row["kind"]] = "true"
	case ok:
		c.suffixes = append(c.suffixes, suffix)
	default:
		c.groups[group] = "true"
	}
}

// resolve follows chains of aliases, so that the library need not.
func (t *tables) resolve() error {
	for _, table := range []map[string]string{t.aliases, t.openshift} {
		for from, to := range table {
			for hops := 0; ; hops++ {
				next, ok := table[to]
				if !ok {
					next, ok = t.aliases[to]
				}
				if !ok {
					break
				}
				if hops > len(t.aliases)+len(t.openshift) {
					return fmt.Errorf("the aliases of %s go round in a circle", from)
				}
				to = next
			}
			table[from] = to
		}
	}
	return nil
}

// jsonnet returns the tables as local variables.
func (t *tables) jsonnet() string {
	var b strings.Builder
	object(&b, "aliases", t.aliases)
	object(&b, "openshiftAliases", t.openshift)
	object(&b, "scopes", t.scopes)
	byLength(&b, "delicateKinds", t.delicateKinds())
	object(&b, "unstored", t.unstored)
	object(&b, "configGroups", t.config.groups)
	object(&b, "configKinds", t.config.kinds)
	object(&b, "configVersions", t.config.apiVersions)
	fmt.Fprintf(&b, "local configSuffixes = [%s];\n", quote(strings.Join(t.config.suffixes, "', '")))
	return b.String()
}

// delicateKinds returns the kinds that in some group are cluster-scoped
// ("Cluster") or an alias of another kind ("Renamed"), and the Environment of
// Tanka, which holds objects. All others are what they seem.
func (t *tables) delicateKinds() map[string]string {
	kinds := map[string]string{"Environment": "Environment"}
	for gk, scope := range t.scopes {
		if scope == "Cluster" {
			kinds[kindOf(gk)] = scope
		}
	}
	for _, table := range []map[string]string{t.aliases, t.openshift} {
		for from, to := range table {
			if kindOf(from) != kindOf(to) {
				kinds[kindOf(from)] = "Renamed"
			}
		}
	}
	return kinds
}

func kindOf(gk string) string {
	_, kind, _ := strings.Cut(gk, "/")
	return kind
}

// byLength writes a table as an array of small ones, by the length of the key:
// jsonnet makes a set of all fields whenever it is asked for one.
func byLength(b *strings.Builder, name string, table map[string]string) {
	longest := 0
	for key := range table {
		longest = max(longest, len(key))
	}
	fmt.Fprintf(b, "local %s = [\n", name)
	for length := range longest + 1 {
		var row []string
		for _, key := range slices.Sorted(maps.Keys(table)) {
			if len(key) == length {
				row = append(row, quote(key)+": "+quote(table[key]))
			}
		}
		fmt.Fprintf(b, "  {%s},\n", strings.Join(row, ", "))
	}
	b.WriteString("];\n")
}

// object writes a table, one row a line.
func object(b *strings.Builder, name string, table map[string]string) {
	fmt.Fprintf(b, "local %s = {\n", name)
	for _, key := range slices.Sorted(maps.Keys(table)) {
		value := table[key]
		if value != "true" {
			value = quote(value)
		}
		fmt.Fprintf(b, "  %s: %s,\n", quote(key), value)
	}
	b.WriteString("};\n")
}

// quote is enough for groups and kinds: the test compares what jsonnet reads
// with the tables themselves.
func quote(s string) string { return "'" + s + "'" }

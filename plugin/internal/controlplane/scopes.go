package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// factsDir holds the tables of facts, seen from this directory.
var factsDir = filepath.Join("..", "..", "..", "dupcheck", "data")

// readTable reads a table of facts as rows by column.
func readTable(name string) ([]map[string]string, error) {
	data, err := os.ReadFile(filepath.Join(factsDir, name))
	if err != nil {
		return nil, err
	}
	var header []string
	var out []map[string]string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if header == nil {
			header = cells
			continue
		}
		row := map[string]string{}
		for i, cell := range cells[:min(len(cells), len(header))] {
			row[header[i]] = cell
		}
		out = append(out, row)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s has no rows", name)
	}
	return out, nil
}

// scopeRow is a row of scopes.tsv as far as one release can know it: group,
// kind, plural, scope, persistence and the versions that are served.
func scopeRow(group, kind, plural, scope, persistence string, versions []string) string {
	slices.Sort(versions)
	return strings.Join([]string{group, kind, plural, scope, persistence, strings.Join(versions, " ")}, "\t")
}

// liveScopes are the rows as the server has them.
func liveScopes(kinds []served) []string {
	type key struct{ group, kind, plural, scope, persistence string }
	rows := map[key][]string{}
	for _, s := range kinds {
		scope := "Cluster"
		if s.Namespaced {
			scope = "Namespaced"
		}
		k := key{s.Group, s.Kind, s.Plural, scope, s.persistence()}
		rows[k] = append(rows[k], s.Version)
	}
	var out []string
	for k, versions := range rows {
		out = append(out, scopeRow(k.group, k.kind, k.plural, k.scope, k.persistence, versions))
	}
	slices.Sort(out)
	return out
}

// tableScopes are the rows of the table that are about a release: a version
// such as "v1[1.16-]" is served from 1.16 on, and "v1[1.16-1.22]" until 1.22.
func tableScopes(table []map[string]string, release string) []string {
	var out []string
	for _, row := range table {
		var versions []string
		for v := range strings.FieldsSeq(row["versions"]) {
			name, span, _ := strings.Cut(strings.TrimSuffix(v, "]"), "[")
			if _, last, _ := strings.Cut(span, "-"); last == "" || last == release {
				versions = append(versions, name)
			}
		}
		if len(versions) > 0 {
			out = append(out, scopeRow(row["group"], row["kind"], row["plural"], row["scope"], row["persistence"], versions))
		}
	}
	slices.Sort(out)
	return out
}

// difference returns the rows that only one side has, with a sign before each.
func difference(table, live []string) []string {
	both := map[string]string{}
	for _, row := range table {
		both[row] = "-"
	}
	for _, row := range live {
		if both[row] == "-" {
			delete(both, row)
		} else {
			both[row] = "+"
		}
	}
	return slices.SortedFunc(func(yield func(string) bool) {
		for row, sign := range maps.All(both) {
			if !yield(sign + row) {
				return
			}
		}
	}, func(a, b string) int { return cmp.Or(cmp.Compare(a[1:], b[1:]), cmp.Compare(a, b)) })
}

// release is the minor release, such as 1.37, of the pinned version.
func release() string {
	part := strings.Split(strings.TrimPrefix(version("k8s.io/kubernetes"), "v"), ".")
	return part[0] + "." + part[1]
}

// compareScopes prints the table of scopes as the server has it, and fails with
// what differs from the one that is checked in.
func compareScopes(ctx context.Context, p *Plane, stdout io.Writer) error {
	kinds, err := p.discover(ctx)
	if err != nil {
		return err
	}
	table, err := readTable("scopes.tsv")
	if err != nil {
		return err
	}
	live := liveScopes(kinds)
	fmt.Fprintln(stdout, strings.Join(live, "\n"))
	if d := difference(tableScopes(table, release()), live); len(d) > 0 {
		return fmt.Errorf("%w (- table, + server):\n%s", errDiffer, strings.Join(d, "\n"))
	}
	return nil
}

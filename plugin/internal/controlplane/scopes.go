package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
	semantic "k8s.io/apimachinery/pkg/util/version"

	"github.com/kuniq/kuniq/internal/tsv"
)

// factsDir holds the tables of facts, seen from this directory.
var factsDir = filepath.Join("..", "..", "..", "dupcheck", "data")

// readTable reads a table of facts as rows by column.
func readTable(name string) (out []map[string]string, err error) {
	text, err := os.ReadFile(filepath.Join(factsDir, name))
	if out = tsv.Rows(string(text)); err == nil && len(out) == 0 {
		err = fmt.Errorf("%s has no rows", name)
	}
	return out, err
}

// scopeRow is a row of scopes.tsv as far as one release can know it: group,
// kind, plural, scope, persistence and the versions that are served.
func scopeRow(cells string, versions []string) string {
	slices.Sort(versions)
	return cells + "\t" + strings.Join(versions, " ")
}

// liveScopes are the rows as the server has them.
func liveScopes(kinds []served) (out []string) {
	rows := map[string][]string{}
	for _, s := range kinds {
		scope := "Cluster"
		if s.Namespaced {
			scope = "Namespaced"
		}
		cells := strings.Join([]string{s.Group, s.Kind, s.Plural, scope, s.persistence()}, "\t")
		rows[cells] = append(rows[cells], s.Version)
	}
	for cells, versions := range rows {
		out = append(out, scopeRow(cells, versions))
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
			out = append(out, scopeRow(strings.Join([]string{row["group"], row["kind"], row["plural"], row["scope"], row["persistence"]}, "\t"), versions))
		}
	}
	slices.Sort(out)
	return out
}

// difference returns the rows that only one side has, with a sign before each.
func difference(table, live []string) (out []string) {
	left, right := sets.New(table...), sets.New(live...)
	for row := range left.SymmetricDifference(right) {
		sign := "+"
		if left.Has(row) {
			sign = "-"
		}
		out = append(out, sign+row)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Compare(a[1:], b[1:]) })
	return out
}

// release is the minor release, such as 1.37, of the pinned version.
func release() string {
	v := semantic.MustParseSemantic(version("k8s.io/kubernetes"))
	return fmt.Sprintf("%d.%d", v.Major(), v.Minor())
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

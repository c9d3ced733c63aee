package dupcheck_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/assertion"
)

var assert, require = assertion.Continue, assertion.Stop

// row is a line of a table of facts, by column.
type row map[string]string

// table reads a table of facts.
func table(t testing.TB, path string) []row {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var header []string
	var out []row
	for line := range strings.SplitSeq(strings.TrimSuffix(string(data), "\n"), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if header == nil {
			header = cells
			continue
		}
		require.Len(t, cells, len(header), "%s: %s", path, line)
		r := row{}
		for i, cell := range cells {
			r[header[i]] = cell
		}
		out = append(out, r)
	}
	require.NotEmpty(t, out)
	return out
}

// apiVersion is one that a row's group may have.
func apiVersion(group string) string {
	if group == "" {
		return "v1"
	}
	return group + "/v1"
}

// read returns the objects of a manifest.
func read(t testing.TB, yaml string) []dupcheck.Object {
	t.Helper()
	var out []dupcheck.Object
	for o, err := range manifest.Parse("test.yaml", []byte(yaml)) {
		require.NoError(t, err)
		out = append(out, o)
	}
	return out
}

// check reads manifests and reports on them.
func check(t testing.TB, rules dupcheck.Rules, yaml string) dupcheck.Report {
	t.Helper()
	return dupcheck.Check(rules, read(t, yaml))
}

// identities returns the different identities of objects.
func identities(rules dupcheck.Rules, objects []dupcheck.Object) []dupcheck.ID {
	c := dupcheck.Checker{Rules: rules}
	for _, o := range objects {
		c.Add(o)
	}
	ids := map[dupcheck.ID]bool{}
	for _, id := range c.IDs() {
		if id.Name != "" {
			ids[id] = true
		}
	}
	return slices.SortedFunc(maps.Keys(ids), dupcheck.ID.Compare)
}

// rulesOf lists the diagnostics of a report as "rule level", sorted.
func rulesOf(r dupcheck.Report) []string {
	out := []string{}
	for _, d := range r.Diagnostics {
		out = append(out, string(d.Rule)+" "+d.Severity.String())
	}
	slices.Sort(out)
	return out
}

// only returns the one diagnostic of a report.
func only(t testing.TB, r dupcheck.Report) dupcheck.Diagnostic {
	t.Helper()
	require.Len(t, r.Diagnostics, 1, "%v", rulesOf(r))
	return r.Diagnostics[0]
}

// body is a content that is at hand.
type body struct {
	value any
	err   error
}

func (b body) Value() (any, error) { return b.value, b.err }

// object makes an object whose content has its identity and nothing else.
func object(apiVersion, kind, namespace, name string) dupcheck.Object {
	metadata := map[string]any{"name": name}
	if namespace != "" {
		metadata["namespace"] = namespace
	}
	return dupcheck.Object{
		APIVersion: apiVersion, Kind: kind, Namespace: namespace, Name: name,
		Body: body{value: map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": metadata}},
	}
}

type groupKind = dupcheck.GroupKind

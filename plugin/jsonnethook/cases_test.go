package jsonnethook_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-jsonnet"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/assertion"
	"github.com/kuniq/kuniq/plugin/jsonnethook"
)

var assert, require = assertion.Continue, assertion.Stop

const casesDir = "testdata/cases"

// evaluate returns what a host has at hand.
func evaluate(t testing.TB, file string) any {
	t.Helper()
	text, err := jsonnet.MakeVM().EvaluateFile(file)
	require.NoError(t, err)
	return decode(t, text)
}

func decode(t testing.TB, text string) any {
	t.Helper()
	var tree any
	require.NoError(t, json.Unmarshal([]byte(text), &tree))
	return tree
}

// answer is what a row of cases.tsv says.
type answer struct{ name, namespace, outcome, identities, rules string }

func answers(t testing.TB) []answer {
	t.Helper()
	table, err := os.ReadFile(filepath.Join(casesDir, "cases.tsv"))
	require.NoError(t, err)
	var all []answer
	for line := range strings.Lines(string(table)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		require.Len(t, f, 5, line)
		all = append(all, answer{f[0], f[1], f[2], f[3], f[4]})
	}
	return all
}

// TestCases gives the right answer in every case in which some tool does not.
func TestCases(t *testing.T) {
	unused := map[string]bool{}
	files, err := filepath.Glob(casesDir + "/*.jsonnet")
	require.NoError(t, err)
	for _, f := range files {
		unused[f] = true
	}
	for _, want := range answers(t) {
		file := casesDir + "/" + want.name + ".jsonnet"
		delete(unused, file)
		t.Run(strings.TrimSuffix(want.name+" "+want.namespace, " "), func(t *testing.T) {
			got := answer{name: want.name, namespace: want.namespace}
			c := jsonnethook.Collector{AllRules: true, Rules: dupcheck.Rules{DefaultNamespace: want.namespace}}
			if err := c.Add(file, evaluate(t, file)); err != nil {
				got.outcome = "error"
			} else {
				got.outcome, got.identities, got.rules = outcome(c.Report())
				assert.Equal(t, got.outcome == "clean", c.Err() == nil)
			}
			assert.Equal(t, want, got)
		})
	}
	assert.Empty(t, unused, "cases without a row in cases.tsv")
}

func outcome(r dupcheck.Report) (outcome, identities, rules string) {
	var ids, names []string
	for _, d := range r.Diagnostics {
		if d.Severity != dupcheck.Error {
			continue
		}
		names = append(names, string(d.Rule))
		if d.Rule == dupcheck.DuplicateObject || d.Rule == dupcheck.IdenticalObject {
			ids = append(ids, d.ID.String())
		}
	}
	if len(names) == 0 {
		return "clean", "", ""
	}
	slices.Sort(ids)
	slices.Sort(names)
	return "findings", strings.Join(ids, "; "), strings.Join(slices.Compact(names), "; ")
}

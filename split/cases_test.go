package split_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/internal/assertion"
	"github.com/kuniq/kuniq/split"
)

var require = assertion.Stop

// hardCases are the inputs on which thirteen other splitters were tried; each
// says what must come out.
const hardCases = "../dupcheck/manifest/testdata/cases"

type hardCase struct {
	Name, File, Expect, Note string
	Objs                     []string
}

func readHardCases(t *testing.T) []hardCase {
	index, err := os.ReadFile(filepath.Join(hardCases, "index.json"))
	require.NoError(t, err)
	var cases []hardCase
	require.NoError(t, json.Unmarshal(index, &cases))
	require.NotEmpty(t, cases)
	return cases
}

// TestHardCases counts as the table of splitters in docs/comparison.md does: 30 inputs right
// with their bytes kept, 7 refused, and none silently wrong.
func TestHardCases(t *testing.T) {
	right, refused := 0, 0
	for _, c := range readHardCases(t) {
		t.Run(c.Name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(hardCases, c.File))
			require.NoError(t, err)
			plan := split.New([]split.Input{{Name: c.File, Data: data}}, split.Options{})
			switch c.Expect {
			case "error", "dup", "report":
				require.NotEmpty(t, plan.Refusals)
				refused++
				return
			}
			require.Empty(t, plan.Refusals)
			requireSplit(t, data, plan, c)
			right++
		})
	}
	require.Equal(t, 30, right)
	require.Equal(t, 7, refused)
}

// requireSplit makes sure that every object has a file of its own, with the
// bytes of the input, and that no comment was lost.
func requireSplit(t *testing.T, data []byte, plan split.Plan, c hardCase) {
	require.Len(t, plan.Files, len(c.Objs))
	for _, want := range c.Objs {
		found := 0
		for _, f := range plan.Files {
			if sameObject(t, []byte(want), f.Bytes()) {
				found++
				if f.How == split.Sliced {
					require.Contains(t, string(f.Bytes()), want)
				}
			}
		}
		require.Equal(t, 1, found, want)
	}
	var all bytes.Buffer
	for _, f := range plan.Files {
		all.Write(f.Bytes())
	}
	for line := range strings.Lines(string(data)) {
		if _, comment, ok := strings.Cut(line, "# "); ok {
			require.Contains(t, all.String(), strings.TrimSpace(comment))
		}
	}
}

func sameObject(t *testing.T, a, b []byte) bool {
	return objectValue(t, a) == objectValue(t, b)
}

func objectValue(t *testing.T, text []byte) string {
	var values []any
	for o, err := range manifest.Parse("", text) {
		require.NoError(t, err)
		value, err := o.Body.Value()
		require.NoError(t, err)
		values = append(values, value)
	}
	require.Len(t, values, 1)
	out, err := json.Marshal(values[0])
	require.NoError(t, err)
	return string(out)
}

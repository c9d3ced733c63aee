package dupcheck_test

import (
	"cmp"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// A writtenTruth is a measured case as plugin/internal/controlplane reads it,
// which puts the question to a server again. Undecided and Silent say why we
// have no answer, or none that differs from silence.
type writtenTruth struct {
	ID, Case, Command, Exit, YAML, Namespace, Silent, Undecided string
}

// TestWriteTruths writes all cases of release 1.37.2 into the file that
// KUNIQ_TRUTHS names, in the order in which they were measured.
func TestWriteTruths(t *testing.T) {
	name := os.Getenv("KUNIQ_TRUTHS")
	if name == "" {
		t.Skip("for the tests of plugin/internal/controlplane")
	}
	byID := map[string]truth{}
	for _, tt := range truths {
		for id := range strings.SplitSeq(tt.id, " ") {
			byID[id] = tt
		}
	}
	var out []writtenTruth
	for _, r := range table(t, "testdata/groundtruth.tsv") {
		if r["server"] != "1.37.2" {
			continue
		}
		tt := byID[r["id"]] // or none, of a case that has no manifest of its own
		out = append(out, writtenTruth{
			ID: r["id"], Case: r["case"], Command: r["command"], Exit: r["exit_or_http"], YAML: tt.yaml,
			Namespace: cmp.Or(tt.namespace, "default"), Silent: silent[r["id"]], Undecided: undecided[r["id"]],
		})
	}
	data, err := json.Marshal(out)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(name, data, 0o600))
}

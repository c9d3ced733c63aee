package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck/report"
)

// TestNothingListedIsObeyed puts every evil string into every place of a
// manifest, and lists it in every format.
func TestNothingListedIsObeyed(t *testing.T) {
	for place, manifest := range evilPlaces {
		t.Run(place, func(t *testing.T) {
			var all []string
			for _, s := range evil {
				all = append(all, manifest(s))
			}
			for _, format := range report.ListFormats() {
				got := run(t, strings.Join(all, "\n---\n"), "list", "-o", format, "-")
				requireHarmless(t, format, got.stdout)
				requireHarmless(t, "standard error", got.stderr)
			}
		})
	}
}

// TestListedSecretsStaySecret: what holds a Secret has no digest, and nothing
// shows a value.
func TestListedSecretsStaySecret(t *testing.T) {
	for name, input := range secrets {
		for _, format := range report.ListFormats() {
			got := run(t, input, "list", "-o", format, "-")
			assert.NotContains(t, got.stdout+got.stderr, secretValue, "%s as %s", name, format)
			for line := range strings.Lines(got.stdout) {
				if !strings.Contains(line, "ConfigMap") {
					assert.NotContains(t, line, "sha256", "%s as %s", name, format)
				}
			}
		}
	}
}

// TestListCountsAsCheckDoes: no object of a report is missing in the inventory.
func TestListCountsAsCheckDoes(t *testing.T) {
	for name, input := range secrets {
		objects := decodeContract(t, run(t, input, "check", "-o", "json", "-").stdout).Objects
		lines := strings.Count(run(t, input, "list", "-o", "jsonl", "--no-digest", "-").stdout, "\n")
		assert.Equal(t, objects, lines, name)
	}
}

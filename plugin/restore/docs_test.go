package restore

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDocs: docs/restore.md has a row for every rule, and every field that is
// stripped.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/restore.md")
	require.NoError(t, err)
	source, err := os.ReadFile("finding.go")
	require.NoError(t, err)
	rules := regexp.MustCompile(`Rule = "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1)
	require.Len(t, rules, 29)
	for _, r := range rules {
		assert.Contains(t, string(page), "\n| `"+r[1]+"` | ")
	}
	assert.Equal(t, len(rules), strings.Count(string(page), "\n| `")-6, "a row that is no rule") // five phases, and claimRef
	for _, s := range slices.Concat(strippedMetadata, strippedAnnotations, strippedFinalizers) {
		assert.Contains(t, string(page), "`"+s+"`")
	}
}

// TestSources: every row of what is stripped says where that is written down.
func TestSources(t *testing.T) {
	source, err := os.ReadFile("strip.go")
	require.NoError(t, err)
	for _, s := range slices.Concat(strippedMetadata, strippedAnnotations, strippedFinalizers) {
		assert.Regexp(t, `(?m)^\t\t"`+regexp.QuoteMeta(s)+`", +// \S+, \S+`, string(source))
	}
}

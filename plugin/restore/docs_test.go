package restore

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/tsv"
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
	for _, r := range tsv.Rows(strippedTSV) {
		assert.Contains(t, string(page), "`"+r["name"]+"`")
	}
}

// TestSources: every row of a table is there once and says where it comes from,
// and each of its values is one that the program knows.
func TestSources(t *testing.T) {
	for name, table := range map[string]string{
		"kinds": kindsTSV, "words": wordsTSV, "references": referencesTSV, "creators": creatorsTSV, "sources": sourcesTSV, "stripped": strippedTSV,
	} {
		require.True(t, strings.HasPrefix(table, "# "), name)
		seen := map[string]bool{}
		lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(table), "\n"), func(line string) bool { return strings.HasPrefix(line, "#") })
		columns := strings.Count(lines[0], "\t")
		for _, line := range lines[1:] {
			assert.Equal(t, columns, strings.Count(line, "\t"), line)
			last := strings.LastIndex(line, "\t")
			key, source := line[:last], line[last+1:]
			assert.False(t, seen[key], "%s: %s is there twice", name, key)
			seen[key] = true
			assert.Regexp(t, `^\S+ \S+|^\S+[./]\S+$`, source, "%s: %s", name, key)
		}
		assert.Greater(t, len(seen), 2, name)
	}
	for _, r := range tsv.Rows(kindsTSV) {
		assert.GreaterOrEqual(t, int(phaseOf(r["phase"])), 0, r)
		assert.Contains(t, []string{"", "yes"}, r["by_name"], r)
		assert.Contains(t, []string{"", "claims", "objects"}, r["makes"], r)
	}
	for _, r := range tsv.Rows(wordsTSV) {
		assert.GreaterOrEqual(t, int(phaseOf(r["phase"])), 0, r)
	}
	for _, r := range tsv.Rows(strippedTSV) {
		assert.Contains(t, []string{"metadata", "annotation", "finalizer"}, r["where"], r)
	}
	for _, r := range tsv.Rows(referencesTSV) {
		_, err := dupcheck.NewID(dupcheck.Rules{}, r["to_apiversion"], r["to_kind"], "shop", "a")
		assert.NoError(t, err, r)
	}
}

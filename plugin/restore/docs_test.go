package restore

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
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
	for _, r := range rows(strippedTSV) {
		assert.Contains(t, string(page), "`"+r[1]+"`")
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
		for _, r := range rows(table) {
			key, source := strings.Join(r[:len(r)-1], "\t"), r[len(r)-1]
			assert.False(t, seen[key], "%s: %s is there twice", name, key)
			seen[key] = true
			assert.Regexp(t, `^\S+ \S+|^\S+[./]\S+$`, source, "%s: %s", name, key)
		}
		assert.Greater(t, len(seen), 2, name)
	}
	for _, r := range rows(kindsTSV) {
		assert.GreaterOrEqual(t, int(phaseOf(r[2])), 0, r)
		assert.Contains(t, []string{"", "yes"}, r[3], r)
		assert.Contains(t, []string{"", "claims", "objects"}, r[4], r)
	}
	for _, r := range rows(wordsTSV) {
		assert.GreaterOrEqual(t, int(phaseOf(r[1])), 0, r)
	}
	for _, r := range rows(strippedTSV) {
		assert.Contains(t, []string{"metadata", "annotation", "finalizer"}, r[0], r)
	}
	for _, r := range rows(referencesTSV) {
		_, err := dupcheck.NewID(dupcheck.Rules{}, r[3], r[4], "shop", "a")
		assert.NoError(t, err, r)
	}
}

package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/impact"
)

// sarifRules returns the levels, the summaries and the addresses of the rules in
// a SARIF document, and checks that the levels of its results are in keeping.
func sarifRules(t *testing.T, document string) map[string][3]string {
	t.Helper()
	type text struct{ Text string }
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Rules []struct {
						ID                   string
						ShortDescription     text
						HelpURI              string
						DefaultConfiguration struct{ Level string }
					}
				}
			}
			Results []struct {
				RuleID    string
				RuleIndex int
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(document), &log), document)
	require.Len(t, log.Runs, 1)
	rules := map[string][3]string{}
	all := log.Runs[0].Tool.Driver.Rules
	for _, r := range all {
		require.NotContains(t, rules, r.ID, "a rule is listed once")
		rules[r.ID] = [3]string{r.DefaultConfiguration.Level, r.ShortDescription.Text, r.HelpURI}
	}
	for _, r := range log.Runs[0].Results {
		assert.Equal(t, r.RuleID, all[r.RuleIndex].ID)
	}
	return rules
}

// TestSARIFListsEveryRule: a viewer takes the level and the description of a
// finding from the list of rules, also that of a rule without a finding.
func TestSARIFListsEveryRule(t *testing.T) {
	const (
		config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
		claim  = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\n"
		app    = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: argocd}\nspec: {source: {path: x}}\n"
		flux   = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a, namespace: f}\nspec: {path: ./x, prune: true, sourceRef: {kind: GitRepository, name: f}}\n"
	)
	levels := map[dupcheck.Severity]string{dupcheck.Error: "error", dupcheck.Warning: "warning", dupcheck.Info: "note"}
	for _, tt := range []struct {
		args  []string
		files map[string]string
		want  dupcheck.RuleTable
	}{
		{[]string{"check", "-o", "sarif", "."}, map[string]string{"a.yaml": config}, allRules()},
		{[]string{"argocd", "guard", "-o", "sarif", "--plain", "."}, map[string]string{"a.yaml": claim}, allRules()},
		{[]string{"argocd", "check", "-o", "sarif", "."}, map[string]string{"a.yaml": app, "x/a.yaml": config}, allRules()},
		{[]string{"flux", "check", "-o", "sarif", "."}, map[string]string{"a.yaml": flux, "x/kustomization.yaml": "resources: [a.yaml]\n", "x/a.yaml": config}, allRules()},
		{[]string{"argocd", "impact", "-o", "sarif", "--base", "old", "--head", "new"}, map[string]string{"old/a.yaml": app, "old/x/a.yaml": claim, "new/b.yaml": app}, slices.Concat(impact.Rules(), deploy.Rules())},
		{[]string{"split", "--check", "-o", "sarif", "a.yaml"}, map[string]string{"a.yaml": config + "---\n" + claim}, allRules()},
	} {
		t.Run(tt.args[0]+" "+tt.args[1], func(t *testing.T) {
			t.Chdir(t.TempDir())
			for name, text := range tt.files {
				require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
				require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
			}
			got := run(t, "", tt.args...)
			rules := sarifRules(t, got.stdout)
			for _, r := range tt.want {
				assert.NotEmpty(t, r.Summary)
				assert.Equal(t, [3]string{levels[r.Severity], r.Summary, r.Help}, rules[string(r.Rule)], r.Rule)
			}
			assert.Len(t, rules, len(tt.want))
		})
	}
}

// TestRulesAreDocumented: every rule has a heading on the page that its address
// names, with an example, how to mend it and how to change it, and explain prints that.
// No two rules have one name.
func TestRulesAreDocumented(t *testing.T) {
	names := map[dupcheck.Rule]bool{}
	for _, r := range allRules() {
		assert.False(t, names[r.Rule], r.Rule)
		names[r.Rule] = true
		page, anchor, _ := strings.Cut(strings.TrimPrefix(r.Help, "https://github.com/kuniq/kuniq/blob/main/"), "#")
		text, err := os.ReadFile(filepath.Join("../../../../..", filepath.FromSlash(page)))
		require.NoError(t, err, r.Rule)
		assert.Contains(t, string(text), "\n## "+anchor+"\n\n**"+r.Severity.String(), r.Rule)
		assert.True(t, strings.Contains(r.Text, "\n\n**Example:** ") || strings.Contains(r.Text, "```console\n$ kuniq check"), r.Rule)
		for _, part := range []string{"\n\n**Mend it:** ", "\n\n**Change it:** "} {
			assert.Equal(t, 1, strings.Count(r.Text, part), "%s%s", r.Rule, part)
		}
		fixed := strings.Contains(r.Text, "The level is fixed.")
		assert.Equal(t, r.Fixed, fixed, r.Rule)
		explained := run(t, "", "explain", string(r.Rule))
		assert.Equal(t, "# "+string(r.Rule)+"\n\n"+r.Text+"\n\n"+r.Help+"\n", explained.stdout)
		assert.NotContains(t, r.Text, "](identity.md", "links are addresses")
	}
}

package report_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// gitlabIssue has the fields that GitLab documents as required
// (docs.gitlab.com/ci/testing/code_quality, "Import Code Quality results from a CI/CD
// job").
type gitlabIssue struct {
	Description *string `json:"description"`
	CheckName   *string `json:"check_name"`
	Fingerprint *string `json:"fingerprint"`
	Severity    *string `json:"severity"`
	Location    *struct {
		Path  *string `json:"path"`
		Lines *struct {
			Begin *int `json:"begin"`
		} `json:"lines"`
	} `json:"location"`
}

// parseGitLab reads a report as GitLab documents it, and nothing but that.
func parseGitLab(t *testing.T, out string) (issues []gitlabIssue) {
	t.Helper()
	require.False(t, strings.HasPrefix(out, "\ufeff"), "GitLab takes no byte order mark")
	require.True(t, strings.HasPrefix(out, "["), "the report is one array")
	dec := json.NewDecoder(strings.NewReader(out))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&issues))
	prints := map[string]bool{}
	for _, i := range issues {
		require.True(t, i.Description != nil && i.CheckName != nil && i.Fingerprint != nil && i.Severity != nil)
		require.True(t, i.Location != nil && i.Location.Path != nil && i.Location.Lines != nil && i.Location.Lines.Begin != nil)
		require.Contains(t, []string{"info", "minor", "major", "critical", "blocker"}, *i.Severity)
		require.False(t, strings.HasPrefix(*i.Location.Path, "./"))
		require.NotEmpty(t, *i.Location.Path)
		require.True(t, *i.Location.Lines.Begin > 0)
		require.False(t, prints[*i.Fingerprint], "GitLab shows one of two issues with a fingerprint")
		prints[*i.Fingerprint] = true
	}
	return issues
}

func TestGitLab(t *testing.T) {
	r := incident()
	r.Diagnostics = append(r.Diagnostics, r.Diagnostics[0],
		dupcheck.Diagnostic{Rule: dupcheck.NearDuplicate, Message: "m"}, dupcheck.Diagnostic{Rule: dupcheck.NearDuplicate, Severity: dupcheck.Info, Message: "m"})
	r.Unread = []dupcheck.Unread{{File: "x.yaml", Line: 3, Reason: "not UTF-8"}, {File: "./x.yaml", Line: 4, Reason: "not UTF-8"}}
	issues := parseGitLab(t, render(t, "gitlab", r, report.Options{}))
	var got []string
	for _, i := range issues {
		got = append(got, *i.Severity+" "+*i.CheckName+" "+*i.Location.Path)
	}
	assert.Equal(t, []string{
		"major duplicate-object env/prod/apps.yaml", "major duplicate-object env/prod/apps.yaml",
		"minor near-duplicate <input>", "info near-duplicate <input>", "blocker unread x.yaml", "blocker unread x.yaml",
	}, got)
	assert.Equal(t, 24, *issues[0].Location.Lines.Begin)
	assert.True(t, strings.HasPrefix(*issues[0].Description, "Application.argoproj.io argocd/idpe-cd is declared twice"))
	assert.True(t, regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(*issues[0].Fingerprint))
	again := parseGitLab(t, render(t, "gitlab", incident(), report.Options{}))
	assert.Equal(t, *again[0].Fingerprint, *issues[0].Fingerprint, "it is that of the finding in every report")
	assert.Equal(t, "[]\n", render(t, "gitlab", dupcheck.Report{}, report.Options{}))
}

func FuzzGitLab(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, file, name, kind, set, message, reason string) {
		issues := parseGitLab(t, strs{file, name, kind, set, message, reason}.check(t, "gitlab"))
		require.Len(t, issues, 3)
		assert.Equal(t, []string{"duplicate-object", "major", "minor", "blocker"}, []string{*issues[0].CheckName, *issues[0].Severity, *issues[1].Severity, *issues[2].Severity})
		if shown := dupcheck.Quote(message); !strings.Contains(shown, "##") {
			assert.Contains(t, *issues[0].Description, shown)
		}
	})
}

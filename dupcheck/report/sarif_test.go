package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// sarifRun is the part of a run in SARIF 2.1.0 that is looked at. Package oracle
// of the tool holds whole documents against the schema.
type sarifRun struct {
	Tool struct {
		Driver struct {
			Version string
			Rules   []struct {
				ID, HelpURI      string
				ShortDescription struct{ Text string }
			}
		}
	}
	Invocations []struct {
		ExecutionSuccessful bool
		Notifications       []struct {
			Message   struct{ Text string }
			Locations []any
		} `json:"toolExecutionNotifications"`
	}
	Results []struct {
		RuleID                      string
		RuleIndex                   int
		Message                     struct{ Text string }
		Locations, RelatedLocations []struct {
			PhysicalLocation struct {
				ArtifactLocation struct{ URI string }
			}
		}
		PartialFingerprints map[string]string
	}
}

// parseSARIF returns the run of a document.
func parseSARIF(t *testing.T, document string) sarifRun {
	t.Helper()
	var log struct {
		Version string
		Runs    []sarifRun
	}
	require.NoError(t, json.Unmarshal([]byte(document), &log))
	require.Equal(t, "2.1.0", log.Version)
	require.Len(t, log.Runs, 1)
	return log.Runs[0]
}

func everything() dupcheck.Report {
	r := incident()
	for i, rule := range append(dupcheck.AllRules(), dupcheck.RuleInfo{Rule: "argocd-prune"}) {
		d := collision("x", "a.yaml", "b.yaml", "c.yaml")
		d.Rule, d.Severity = rule.Rule, dupcheck.Severity(i%5)
		r.Diagnostics = append(r.Diagnostics, d)
	}
	r.Diagnostics = append(r.Diagnostics, dupcheck.Diagnostic{Rule: dupcheck.NoName, Message: "m"})
	r.Unread = []dupcheck.Unread{{File: "x.yaml", Line: 3, Reason: "not UTF-8"}, {File: "dir", Reason: "a chart"}, {Reason: "r"}}
	return r
}

func TestSARIFIncident(t *testing.T) {
	document := render(t, "sarif", incident(), report.Options{Version: "v0.1.0"})
	assert.True(t, strings.HasPrefix(document, "{\n  \"$schema\": "))
	assert.Contains(t, document, `      "invocations": [
        {
          "executionSuccessful": true
        }
      ],
      "columnKind": "unicodeCodePoints",
      "results": [
        {
          "ruleId": "duplicate-object",
          "ruleIndex": 0,
          "level": "error",
          "message": {
            "text": "Application.argoproj.io argocd/idpe-cd is declared twice; the declarations differ at spec.destination.namespace, spec.source.path; first declared at env/prod/apps.yaml:4:9; the last one wins; Argo CD would prune what the other deployed. Help: rename or remove one"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "env/prod/apps.yaml"
                },
                "region": {
                  "startLine": 24,
                  "startColumn": 9
                }
              }
            }
          ],
          "relatedLocations": [
            {
              "id": 1,
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "env/prod/apps.yaml"
                },
                "region": {
                  "startLine": 4,
                  "startColumn": 9
                }
              },
              "message": {
                "text": "first declared here"
              }
            }
          ],
`)
	driver := parseSARIF(t, document).Tool.Driver
	assert.Equal(t, "v0.1.0", driver.Version)
	for i, rule := range dupcheck.AllRules() {
		assert.Equal(t, string(rule.Rule), driver.Rules[i].ID)
		assert.Equal(t, rule.Summary, driver.Rules[i].ShortDescription.Text)
		assert.Equal(t, rule.Help, driver.Rules[i].HelpURI)
	}
}

func TestSARIFUnread(t *testing.T) {
	run := parseSARIF(t, render(t, "sarif", everything(), report.Options{}))
	inv := run.Invocations[0]
	assert.False(t, inv.ExecutionSuccessful)
	require.Len(t, inv.Notifications, 3)
	assert.Equal(t, "x.yaml:3: unread: not UTF-8", inv.Notifications[0].Message.Text)
	assert.Empty(t, inv.Notifications[2].Locations)
}

func TestSARIFRuleIndexes(t *testing.T) {
	run := parseSARIF(t, render(t, "sarif", everything(), report.Options{}))
	for _, result := range run.Results {
		assert.Equal(t, result.RuleID, run.Tool.Driver.Rules[result.RuleIndex].ID)
	}
	last := run.Tool.Driver.Rules[len(run.Tool.Driver.Rules)-1]
	assert.Equal(t, "argocd-prune", last.ShortDescription.Text)
}

func TestSARIFFingerprints(t *testing.T) {
	fingerprint := func(change func(*dupcheck.Diagnostic)) string {
		d := collision("x", "a.yaml", "b.yaml")
		change(&d)
		run := parseSARIF(t, render(t, "sarif", dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{d}}, report.Options{}))
		return run.Results[0].PartialFingerprints["kuniqObject/v1"]
	}
	usual := fingerprint(func(*dupcheck.Diagnostic) {})
	assert.Len(t, usual, 64)
	assert.Equal(t, usual, fingerprint(func(d *dupcheck.Diagnostic) { d.Declarations[1].Line, d.Message = 99, "other" }))
	assert.NotEqual(t, usual, fingerprint(func(d *dupcheck.Diagnostic) { d.Rule = dupcheck.IdenticalObject }))
	assert.NotEqual(t, usual, fingerprint(func(d *dupcheck.Diagnostic) { d.Set = "prod" }))
	assert.NotEqual(t, usual, fingerprint(func(d *dupcheck.Diagnostic) { d.ID.Name = "y" }))
	assert.NotEqual(t, usual, fingerprint(func(d *dupcheck.Diagnostic) { d.ID.Kind, d.ID.Namespace = "", "ConfigMap" }))
	none := fingerprint(func(d *dupcheck.Diagnostic) { d.ID = dupcheck.ID{} })
	assert.NotEqual(t, none, fingerprint(func(d *dupcheck.Diagnostic) { d.ID, d.Declarations[1].File = dupcheck.ID{}, "c.yaml" }))
}

func TestSARIFURIs(t *testing.T) {
	for file, uri := range map[string]string{
		"a b/ä#x?%.yaml": "a%20b/%C3%A4%23x%3F%25.yaml",
		"a:b.yaml":       "./a:b.yaml",
		"../x.yaml":      "../x.yaml",
		"/tmp/a b.yaml":  "file:///tmp/a%20b.yaml",
		"C:/x.yaml":      "file:///C:/x.yaml",
		"a\n\xff":        "a%0A%FF",
		"-":              "-",
	} {
		r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{collision("x", file)}}
		run := parseSARIF(t, render(t, "sarif", r, report.Options{}))
		assert.Equal(t, uri, run.Results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI, file)
	}
}

func TestSARIFMessagesHaveNoSyntax(t *testing.T) {
	r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{{Rule: dupcheck.NoName, Message: "{0} [x](javascript:y)"}}}
	run := parseSARIF(t, render(t, "sarif", r, report.Options{}))
	assert.Equal(t, "{{0}} [x] (javascript:y)", run.Results[0].Message.Text)
}

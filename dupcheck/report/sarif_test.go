package report_test

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// sarifSchema is the schema of SARIF 2.1.0, which go-sarif has as a constant of
// its own. Its Validate looks at its model of a document, where nothing that is
// required can be missing; the bytes that kuniq writes are worth more.
var sarifSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	pkg, err := build.Import("github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif", "", build.FindOnly)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(pkg.Dir, "schema.go"), nil, 0)
	if err != nil {
		return nil, err
	}
	spec := file.Scope.Lookup("schema").Decl.(*ast.ValueSpec)
	text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
	if err != nil {
		return nil, err
	}
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", schema); err != nil {
		return nil, err
	}
	return c.Compile("sarif.json")
})

func validateSARIF(t *testing.T, document string) error {
	t.Helper()
	schema, err := sarifSchema()
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	require.NoError(t, err)
	return schema.Validate(value)
}

// parseSARIF returns the run of a valid document.
func parseSARIF(t *testing.T, document string) *sarif.Run {
	t.Helper()
	require.NoError(t, validateSARIF(t, document))
	log, err := sarif.FromString(document)
	require.NoError(t, err)
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

func TestSARIFSchema(t *testing.T) {
	parseSARIF(t, render(t, "sarif", dupcheck.Report{}, report.Options{}))
	parseSARIF(t, render(t, "sarif", everything(), report.Options{Version: "v0.1.0"}))
}

// The schema test is worth something only if the schema refuses something.
func TestSARIFSchemaRefuses(t *testing.T) {
	for old, bad := range map[string]string{
		`"level": "error"`: `"level": "fatal"`, `"startLine": 24`: `"startLine": 0`,
		"unicodeCodePoints": "bytes", `"text": "first`: `"txt": "first`, "env/prod/": "%zz/",
	} {
		document := render(t, "sarif", incident(), report.Options{})
		require.Contains(t, document, old)
		assert.NotNil(t, validateSARIF(t, strings.ReplaceAll(document, old, bad)), bad)
	}
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
	assert.Equal(t, "v0.1.0", *driver.Version)
	for i, rule := range dupcheck.AllRules() {
		assert.Equal(t, string(rule.Rule), *driver.Rules[i].ID)
		assert.Equal(t, rule.Summary, *driver.Rules[i].ShortDescription.Text)
		assert.Equal(t, rule.Help, *driver.Rules[i].HelpURI)
	}
}

func TestSARIFUnread(t *testing.T) {
	run := parseSARIF(t, render(t, "sarif", everything(), report.Options{}))
	inv := run.Invocations[0]
	assert.False(t, *inv.ExecutionSuccessful)
	require.Len(t, inv.ToolExecutionNotifications, 3)
	assert.Equal(t, "x.yaml:3: unread: not UTF-8", *inv.ToolExecutionNotifications[0].Message.Text)
	assert.Empty(t, inv.ToolExecutionNotifications[2].Locations)
}

func TestSARIFRuleIndexes(t *testing.T) {
	run := parseSARIF(t, render(t, "sarif", everything(), report.Options{}))
	for _, result := range run.Results {
		assert.Equal(t, *result.RuleID, *run.Tool.Driver.Rules[result.RuleIndex].ID)
	}
	last := run.Tool.Driver.Rules[len(run.Tool.Driver.Rules)-1]
	assert.Equal(t, "argocd-prune", *last.ShortDescription.Text)
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
		assert.Equal(t, uri, *run.Results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI, file)
	}
}

func TestSARIFMessagesHaveNoSyntax(t *testing.T) {
	r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{{Rule: dupcheck.NoName, Message: "{0} [x](javascript:y)"}}}
	run := parseSARIF(t, render(t, "sarif", r, report.Options{}))
	assert.Equal(t, "{{0}} [x] (javascript:y)", *run.Results[0].Message.Text)
}

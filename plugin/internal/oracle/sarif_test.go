package oracle

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

	_ "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

func sarif(t *testing.T, r dupcheck.Report) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, report.Write(&b, "sarif", r, report.Options{Version: "v0.1.0"}))
	return b.String()
}

// everything has each rule, each severity, and a string in every place where a
// report has one.
func everything(text string) dupcheck.Report {
	r := dupcheck.Report{
		Unread:  []dupcheck.Unread{{File: text, Line: 3, Reason: text}, {File: "dir", Reason: "a chart"}, {Reason: "r"}},
		Skipped: []dupcheck.Skipped{{File: text, Reason: text}},
	}
	for i, rule := range append(dupcheck.AllRules(), dupcheck.RuleInfo{Rule: dupcheck.Rule("x-" + text)}) {
		d := dupcheck.Diagnostic{
			Rule: rule.Rule, Severity: dupcheck.Severity(i % 5), Set: text, ID: dupcheck.ID{Kind: text, Namespace: text, Name: text},
			Message: text, Differs: []string{text}, LastWins: true, Effect: text, Advice: text,
		}
		for line, file := range []string{"a.yaml", text, "c" + text} {
			d.Declarations = append(d.Declarations, dupcheck.Declaration{
				Position: dupcheck.Position{File: file, Line: line, Column: 9, Path: text}, APIVersion: "v1", Kind: text, Name: text,
			})
		}
		r.Diagnostics = append(r.Diagnostics, d)
	}
	r.Diagnostics = append(r.Diagnostics, dupcheck.Diagnostic{Rule: dupcheck.NoName, Message: text})
	return r
}

func TestSARIFSchema(t *testing.T) {
	require.NoError(t, validateSARIF(t, sarif(t, dupcheck.Report{})))
	require.NoError(t, validateSARIF(t, sarif(t, everything("web"))))
}

// The schema test is worth something only if the schema refuses something.
func TestSARIFSchemaRefuses(t *testing.T) {
	document := sarif(t, everything("web"))
	for old, bad := range map[string]string{
		`"level": "error"`: `"level": "fatal"`, `"startLine": 2`: `"startLine": 0`,
		"unicodeCodePoints": "bytes", `"text": "first`: `"txt": "first`, `"uri": "a`: `"uri": "%zz/`,
	} {
		require.Contains(t, document, old)
		assert.Error(t, validateSARIF(t, strings.ReplaceAll(document, old, bad)), bad)
	}
}

// FuzzSARIF: no string of an input makes an invalid document.
func FuzzSARIF(f *testing.F) {
	for _, s := range []string{
		"", "a b/\u00e4#x?%.yaml", "a:b.yaml", "../x.yaml", "/tmp/a b.yaml", "C:/x.yaml", "//a/b", "a\n\xff", "-", "\x00", "\x1b[31m",
		"\u202eabc", "\u2028", "%0A::error::", "{0} [x](javascript:y)", "<&>\"'", "\ufffe", "\U000e0001", "Secret",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { require.NoError(t, validateSARIF(t, sarif(t, everything(text)))) })
}

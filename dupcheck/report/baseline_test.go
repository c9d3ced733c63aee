package report_test

import (
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/internal/assertion"
)

var assert, require = assertion.Continue, assertion.Stop

func TestWriteBaseline(t *testing.T) {
	var out strings.Builder
	require.NoError(t, report.WriteBaseline(&out, incident().Baseline()))
	assert.Equal(t, `{"version": 1, "findings": [
{"rule":"duplicate-object","set":"","id":{"group":"argoproj.io","kind":"Application","namespace":"argocd","name":"idpe-cd"},"files":["env/prod/apps.yaml","env/prod/apps.yaml"]}
]}
`, out.String())

	out.Reset()
	require.NoError(t, report.WriteBaseline(&out, nil))
	assert.Equal(t, "{\"version\": 1, \"findings\": [\n]}\n", out.String())
	b, err := report.ReadBaseline(strings.NewReader(out.String()))
	require.NoError(t, err)
	assert.Empty(t, b)
}

func TestReadBaselineRefuses(t *testing.T) {
	for data, want := range map[string]string{
		"":                               "line 1: EOF",
		"{\n\"version\": 1,\n":           "line 3: unexpected EOF",
		`{"version": 2, "findings": []}`: "it is of version 2, and not 1",
		`{"findings": []}`:               "it is of version 0, and not 1",
		"{\"version\": 1,\n\"all\": 1}":  `line 2: json: unknown field "all"`,
		"{\"version\": 1}\n{}":           "line 2: something follows the baseline",
		"{\"version\": 1}\n}":            "line 2: something follows the baseline",
		"{\"version\": 1,\n\"findings\": [{\"rule\": 1}]}":             "line 2: ",
		`{"version": 1, "findings": [{"files": ["a"]}]}`:               "finding 1 has no rule or no files",
		`{"version": 1, "findings": [{"rule": "no-name"}]}`:            "finding 1 has no rule or no files",
		`{"version": 1, "findings": [{"rule": "no-name", "line": 3}]}`: `line 1: json: unknown field "line"`,
		`{"version": 1, "findings": [` + strings.Repeat("[", 20000):    "line 1: ",
		`{"version": 1, "` + "\x1b\u202e" + `": 1}`:                    "line 1: ",
		strings.Repeat(" ", 64<<20) + `{"version": 1, "findings": []}`: "it is larger than 64 MiB",
	} {
		b, err := report.ReadBaseline(strings.NewReader(data))
		require.NotNil(t, err)
		assert.Nil(t, b)
		assert.True(t, strings.HasPrefix(err.Error(), want), "%q, not %q", err.Error(), want)
		assert.Equal(t, -1, strings.IndexFunc(err.Error(), acts))
	}
}

func TestSuppressedIsCountedAndListed(t *testing.T) {
	r := incident()
	ignore, err := dupcheck.ParseIgnore("Application *")
	require.NoError(t, err)
	hidden, _ := r.Without([]dupcheck.Ignore{ignore})
	assert.Equal(t, "3 files, 4 objects, no other duplicates, 1 ignored\n", render(t, "text", hidden, report.Options{}))
	out := render(t, "json", hidden, report.Options{})
	assert.Contains(t, out, `"diagnostics": []`)
	assert.Contains(t, out, `"by": "ignore",
      "pattern": "Application *",
      "rule": "duplicate-object",`)

	assert.Equal(t, "3 files, 4 objects, no other duplicates, 1 in the baseline\n",
		render(t, "text", r.Accept(r.Baseline()), report.Options{}))
	touching := r.Touching(func(dupcheck.Diagnostic) bool { return false })
	assert.Equal(t, "3 files, 4 objects, no other duplicates, 1 untouched by the change\n", render(t, "text", touching, report.Options{}))

	clean := r
	clean.Diagnostics = nil
	clean = clean.Accept(r.Baseline())
	assert.Equal(t, "3 files, 4 objects, no duplicates, 1 stale in the baseline\n", render(t, "text", clean, report.Options{}))
	assert.Contains(t, render(t, "json", clean, report.Options{}), `"stale": [
    {
      "rule": "duplicate-object",`)
}

// TestApartHasAReason: what is not deployed together is counted, and listed with
// what shows it.
func TestApartHasAReason(t *testing.T) {
	r := incident()
	r.Diagnostics[0].Declarations[1].File = "test/apps.yaml"
	r = r.NotDeployedTogether(func(dupcheck.Diagnostic) string { return "test is not deployed\n" })
	assert.Equal(t, "3 files, 4 objects, no other duplicates, 1 not deployed together\n", render(t, "text", r, report.Options{}))
	assert.Contains(t, render(t, "json", r, report.Options{}), `"by": "not-deployed-together",
      "pattern": "",
      "reason": "test is not deployed\n",
      "rule": "duplicate-object",`)
}

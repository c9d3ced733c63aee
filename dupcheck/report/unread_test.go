package report_test

import (
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// charts are five charts, and two other files of which nothing is known.
var charts = []dupcheck.Unread{
	{File: "a.yaml", Line: 3, Reason: "not UTF-8"},
	{File: "charts/a", Reason: "a chart", Code: "needs-helm"},
	{File: "charts/b", Reason: "another chart", Code: "needs-helm"},
	{File: "charts/c", Reason: "a chart", Code: "needs-helm"},
	{File: "charts/d", Reason: "a chart", Code: "needs-helm"},
	{File: "charts/e", Reason: "a chart", Code: "needs-helm"},
	{File: "x.yaml", Reason: "too large"},
	{File: "y.yaml", Reason: "not UTF-8"},
}

// A cause is a code, or the same reason if there is none.
func TestCauses(t *testing.T) {
	assert.Equal(t, 0, len(report.Causes(nil)))
	var got []string
	for _, c := range report.Causes(charts) {
		first, others := c.Few()
		got = append(got, string(c.Code)+" "+first[0].File+" "+others)
	}
	assert.Equal(t, []string{"needs-helm charts/a and 2 more [needs-helm]", " a.yaml ", " x.yaml "}, got)
}

func TestWays(t *testing.T) {
	r := dupcheck.Report{Files: 2, Unread: charts}
	o := report.Options{Ways: map[dupcheck.Code]string{"needs-helm": "call helm"}}
	assert.Equal(t, `8 parts not read

charts/a: unread: a chart
charts/b: unread: another chart
charts/c: unread: a chart
note: and 2 more [needs-helm]; -o oneline names all 5
help: call helm

a.yaml:3: unread: not UTF-8
y.yaml: unread: not UTF-8

x.yaml: unread: too large

2 files, 0 objects, 8 unread
`, render(t, "text", r, o))
	assert.Contains(t, render(t, "markdown", r, o), `| unread | charts/c | a chart |
| help | and 2 more \[needs-helm\] | call helm |
| unread | a.yaml:3 | not UTF-8 |
`)
	for format, want := range map[string]string{
		"oneline": "a chart; help: call helm\n", "github": "a chart; help: call helm\n", "junit": "a chart; help: call helm<",
		"sarif": "a chart; help: call helm\"", "gitlab": "a chart; help: call helm\"",
	} {
		out := render(t, format, r, o)
		assert.Equal(t, 4, strings.Count(out, want)-strings.Count(out, "another "+want), format)
	}
	assert.Equal(t, 5, strings.Count(render(t, "json", r, o), `"help": "call helm"`))
}

// A way is written by the caller, and what it names may come from the input.
func TestWaysAreNoLines(t *testing.T) {
	r := dupcheck.Report{Unread: []dupcheck.Unread{{File: "a", Reason: "r", Code: "c\n::error::"}}}
	o := report.Options{Ways: map[dupcheck.Code]string{"c\n::error::": "x\n::error::"}}
	for _, format := range []string{"text", "oneline", "markdown", "github"} {
		assert.NotContains(t, render(t, format, r, o), "\n::error::")
	}
}

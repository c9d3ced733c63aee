package report_test

import (
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// snippetOf returns the lines of the snippet that the text format shows for a
// declaration on this line.
func snippetOf(t *testing.T, line string, d dupcheck.Declaration) []string {
	t.Helper()
	d.Position.File, d.Position.Line = "a", 7
	r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{{
		Rule: dupcheck.NoName, Message: "m", Declarations: []dupcheck.Declaration{d},
	}}}
	source := func(file string, n int) (string, bool) { return line, file == "a" && n == 7 }
	lines := strings.Split(render(t, "text", r, report.Options{Source: source}), "\n")
	return lines[3 : len(lines)-3]
}

func TestSnippet(t *testing.T) {
	web := dupcheck.Declaration{Kind: "Service", Name: "web"}
	job := dupcheck.Declaration{Kind: "Job", GenerateName: "job-"}
	tests := []struct {
		name, line string
		column     int
		d          dupcheck.Declaration
		want, mark string
	}{
		{"block", "  name: web", 9, web, "  name: web", "        ^^^"},
		{"comment", "  name: web # password: x", 9, web, "  name: web", "        ^^^"},
		{"carriage return", "  name: web\r", 9, web, "  name: web", "        ^^^"},
		{"item", "- metadata:\t", 3, web, "", ""},
		{"key of an item", "  - name: web", 11, web, "  - name: web", "          ^^^"},
		{"quoted", `  name: "web"`, 9, web, `  name: "web"`, "        ^^^^^"},
		{"single quotes", `  'name': 'web'`, 11, web, `  'name': 'web'`, "          ^^^^^"},
		{"tabs", "\t\t\"name\":\t\"web\",", 11, web, `  "name": "web"`, "          ^^^^^"},
		{"json", `{"data":{"password":"hunter2"},"metadata":{"name":"web","x":"hunter3"}}`, 51, web, `"name":"web"`, "       ^^^^^"},
		{"flow", `metadata: {labels: {a: b}, name: web, namespace: x}`, 34, web, "name: web", "      ^^^"},
		{"other key", `password: web`, 11, web, "web", "^^^"},
		{"end of another key", `  hostname: web`, 13, web, "web", "^^^"},
		{"question mark key", "? name: web", 9, web, "name: web", "      ^^^"},
		{"dash in a key", "  x- name: web", 12, web, "name: web", "      ^^^"},
		{"generateName", "  generateName: job-", 17, job, "  generateName: job-", "                ^^^^"},
		{"kind", "kind: Job", 7, job, "kind: Job", "      ^^^"},
		{"wide", "  name: 世界", 9, dupcheck.Declaration{Name: "世界"}, "  name: 世界", "        ^^"},
		{"code points", "世: {name: web}", 11, web, "name: web", "      ^^^"},
		{"deep", strings.Repeat(" ", 70) + "name: web", 77, web, "name: web", "      ^^^"},
		{"far", "name:" + strings.Repeat(" ", 70) + "web", 76, web, "web", "^^^"},
		{
			"long", "name: " + strings.Repeat("x", 90), 7,
			dupcheck.Declaration{Name: strings.Repeat("x", 90)},
			"name: " + strings.Repeat("x", 74), "      " + strings.Repeat("^", 74),
		},

		{"another value", "  name: hunter2", 9, web, "", ""},
		{"longer value", "  name: website", 9, web, "", ""},
		{"shorter value", "  name: we", 9, web, "", ""},
		{"unclosed", `  name: "web`, 9, web, "", ""},
		{"escaped", `  name: "\x77eb"`, 9, web, "", ""},
		{"column beyond", "  name: web", 12, web, "", ""},
		{"no column", "  name: web", 0, web, "", ""},
		{"control", "  name: a\x1bb", 9, dupcheck.Declaration{Name: "a\x1bb"}, "", ""},
		{"command", "  name: ##[add-mask]x", 9, dupcheck.Declaration{Name: "##[add-mask]x"}, "", ""},
		{"line end", "  name: web\n::error::x", 9, web, "", ""},
		{"not UTF-8", "  name: web\xff", 9, web, "", ""},
		{"secret", "  name: web", 9, dupcheck.Declaration{Kind: "Secret", Name: "web"}, "", ""},
		{"secret of some group", "  name: web", 9, dupcheck.Declaration{APIVersion: "x.io/v1", Kind: "Secret", Name: "web"}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.d.Column = tt.column
			want := []string{}
			if tt.want != "" {
				want = []string{"  |", "7 | " + tt.want, "  | " + tt.mark}
			}
			assert.Equal(t, want, snippetOf(t, tt.line, tt.d))
		})
	}
}

func TestSnippetOfNoSecretInTheDiagnostic(t *testing.T) {
	line := func(string, int) (string, bool) { return "  name: web", true }
	d := collision("web", "a", "b")
	assert.Equal(t, 2, strings.Count(render(t, "text", dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{d}}, report.Options{Source: line}), "name: web"))
	d.Declarations[0].Kind = "Secret"
	assert.NotContains(t, render(t, "text", dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{d}}, report.Options{Source: line}), "name: web")
	d.Declarations[0].Kind, d.ID.Kind = "ConfigMap", "Secret"
	assert.NotContains(t, render(t, "text", dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{d}}, report.Options{Source: line}), "name: web")
}

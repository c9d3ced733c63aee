package report_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

func TestTextIncident(t *testing.T) {
	const want = `1 error: 1 object is declared twice

env/prod/apps.yaml:24:9: error: Application.argoproj.io argocd/idpe-cd is declared twice; the declarations differ at spec.destination.namespace, spec.source.path [duplicate-object]
   |
24 |   name: idpe-cd
   |         ^^^^^^^
env/prod/apps.yaml:4:9: note: first declared here
   |
 4 |   name: idpe-cd
   |         ^^^^^^^
note: applied in this order the one at line 24 wins; Argo CD would prune what the other deployed
help: rename or remove one

3 files, 4 objects, 1 error
`
	assert.Equal(t, want, render(t, "text", incident(), report.Options{Source: apps.line}))
}

func TestTextClean(t *testing.T) {
	assert.Equal(t, "3 files, 6 objects, no duplicates\n", render(t, "text", dupcheck.Report{Files: 3, Objects: 6}, report.Options{}))
}

func TestTextUnreadAndSecondDiagnostic(t *testing.T) {
	r := dupcheck.Report{
		Files: 2, Objects: 2,
		Diagnostics: []dupcheck.Diagnostic{
			{Rule: dupcheck.NoName, Message: "no name", Declarations: []dupcheck.Declaration{declared("Pod", "", at("a.yaml", 2, 0))}},
			{Rule: dupcheck.NoAPIVersion, Message: "no apiVersion"},
		},
		Unread: []dupcheck.Unread{{File: "x.yaml", Line: 3, Reason: "not UTF-8"}, {File: "dir", Reason: "a Helm chart"}},
	}
	assert.Equal(t, `1 error, 1 warning, 2 parts not read: 1 finding of no-name, 1 finding of no-apiversion

a.yaml:2: error: no name [no-name]

warning: no apiVersion [no-apiversion]

x.yaml:3: unread: not UTF-8

dir: unread: a Helm chart

2 files, 2 objects, 1 error, 1 warning, 2 unread
`, render(t, "text", r, report.Options{}))
}

func TestTextNotes(t *testing.T) {
	two := []dupcheck.Declaration{declared("Pod", "a", at("a.yaml", 2, 3)), declared("Pod", "a", at("b.yaml", 4, 5))}
	three := append(two[:2:2], declared("Pod", "a", at("c.yaml", 6, 7)))
	tests := []struct {
		rule  dupcheck.Rule
		at    []dupcheck.Declaration
		notes []string
	}{
		{dupcheck.DuplicateObject, three, []string{"a.yaml:2:3: note: first declared here", "b.yaml:4:5: note: also declared here"}},
		{dupcheck.IdenticalObject, two, []string{"a.yaml:2:3: note: first declared here"}},
		{dupcheck.DuplicateKey, three, []string{"a.yaml:2:3: note: first given here", "b.yaml:4:5: note: also given here"}},
		{dupcheck.PossibleDuplicate, two, []string{"a.yaml:2:3: note: the other one is here"}},
		{dupcheck.NearDuplicate, three, []string{"a.yaml:2:3: note: another one is here", "b.yaml:4:5: note: another one is here"}},
		{dupcheck.CRDConflict, two, []string{"a.yaml:2:3: note: the other definition is here"}},
		{"prune", two, []string{"a.yaml:2:3: note: also here"}},
	}
	for _, tt := range tests {
		r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{{Rule: tt.rule, Message: "m", Declarations: tt.at}}}
		out := render(t, "text", r, report.Options{})
		assert.Equal(t, tt.notes, regexp.MustCompile(`(?m)^.*note: .*$`).FindAllString(out, -1), tt.rule)
		assert.Regexp(t, `\n\n[bc]\.yaml:\d:\d: \w+: m \[`+string(tt.rule)+`\]\n`, out)
	}
}

func TestTextManyDeclarations(t *testing.T) {
	for n, want := range map[int]string{10: "", 11: "note: and 1 more\n", 14: "note: and 4 more\n"} {
		d := dupcheck.Diagnostic{Rule: dupcheck.DuplicateObject, Message: "m", Declarations: make([]dupcheck.Declaration, n)}
		for i := range n {
			d.Declarations[i].Position = at("a.yaml", i+1, 1)
		}
		out := render(t, "text", dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{d}}, report.Options{})
		assert.Equal(t, 9, strings.Count(out, "declared here"))
		assert.Equal(t, want, regexp.MustCompile(`(?m)^note: and .*\n`).FindString(out))
		assert.Contains(t, out, fmt.Sprintf("a.yaml:%d:1: error", n))
	}
}

func TestTextSetPathOriginAndValues(t *testing.T) {
	d := dupcheck.Diagnostic{
		Rule: dupcheck.DuplicateObject, Set: "prod01", Message: "m",
		Declarations: []dupcheck.Declaration{{Position: at("a.yaml", 1, 2)}, {Position: at("a.yaml", 1, 9)}},
		Values:       []dupcheck.Difference{{Path: "spec.path", Values: []string{`"a"`, ""}}, {Path: "::error::", Values: []string{"1", "\x1b"}}},
	}
	d.Declarations[0].Origin = "charts/web"
	d.Declarations[1].Path, d.Declarations[1].Origin = "items[3]", "charts/web"
	assert.Equal(t, `1 error: 1 object is declared twice

a.yaml:1:9: error: in set prod01: m (items[3], from charts/web) [duplicate-object]
  spec.path: "a" | (absent)
  "::error::": 1 | "\x1b"
a.yaml:1:2: note: first declared here (from charts/web)

0 files, 0 objects, 1 error
`, render(t, "text", dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{d}}, report.Options{}))
}

func TestTextWinner(t *testing.T) {
	tests := []struct {
		name string
		rule dupcheck.Rule
		at   []dupcheck.Position
		want string
	}{
		{"same file", dupcheck.DuplicateObject, []dupcheck.Position{at("a", 1, 1), at("a", 2, 1)}, "note: applied in this order the one at line 2 wins"},
		{"same line", dupcheck.DuplicateObject, []dupcheck.Position{at("a", 1, 1), at("a", 1, 7)}, "note: applied in this order the one at line 1, column 7 wins"},
		{"same place", dupcheck.DuplicateObject, []dupcheck.Position{at("a", 1, 1), at("a", 1, 1)}, "note: applied in this order the last one wins"},
		{"no line", dupcheck.DuplicateObject, []dupcheck.Position{at("a", 0, 0), at("a", 0, 0)}, "note: applied in this order the last one wins"},
		{"two files", dupcheck.DuplicateObject, []dupcheck.Position{at("a", 1, 1), at("b", 1, 7)}, "note: applied in this order the one at b:1 wins"},
		{"two files, one line", dupcheck.DuplicateObject, []dupcheck.Position{at("a", 1, 1), at("b", 1, 1), at("b", 1, 7)}, "note: applied in this order the one at b:1:7 wins"},
		{"keys", dupcheck.DuplicateKey, []dupcheck.Position{at("a", 1, 1), at("a", 2, 1)}, "note: the one at line 2 wins"},
	}
	for _, tt := range tests {
		d := dupcheck.Diagnostic{Rule: tt.rule, Message: "m", LastWins: true}
		for _, p := range tt.at {
			d.Declarations = append(d.Declarations, dupcheck.Declaration{Position: p})
		}
		r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{d}}
		out := render(t, "text", r, report.Options{})
		assert.Equal(t, tt.want, regexp.MustCompile(`(?m)^note: .*wins$`).FindString(out), tt.name)
	}
}

func TestTextColor(t *testing.T) {
	out := render(t, "text", incident(), report.Options{Source: apps.line, Color: true})
	assert.Contains(t, out, "\x1b[1menv/prod/apps.yaml:24:9\x1b[0m: \x1b[1;31merror:\x1b[0m Application")
	assert.Contains(t, out, "\n\x1b[1;34m 4 |\x1b[0m   name: idpe-cd\n\x1b[1;34m   |\x1b[0m         \x1b[1;31m^^^^^^^\x1b[0m\n")
	assert.Equal(t, render(t, "text", incident(), report.Options{Source: apps.line}), uncolored(out))
	for _, format := range report.Formats()[1:] {
		assert.Equal(t, render(t, format, incident(), report.Options{}), render(t, format, incident(), report.Options{Color: true}), format)
	}
}

// uncolored takes the sequences away that kuniq itself writes.
func uncolored(s string) string {
	return regexp.MustCompile(`\x1b\[(0|1|1;3[1346])m|\x1b\]8;;(https://github\.com/kuniq/[a-z/.#-]+)?\x1b\\`).ReplaceAllString(s, "")
}

func TestTextHostileStrings(t *testing.T) {
	hostile := map[string]string{ // file name -> what the line starts with
		"::error::x":                "\"::error::x\":1:9: error",
		"  ::error::x":              "\"  ::error::x\":1:9: error",
		"a\n::error::x":             `"a\n::error::x":1:9: error`,
		"\x1b]0;x\a":                `"\x1b]0;x\a":1:9: error`,
		"##[stop-commands]x":        `"#\x23[stop-commands]x":1:9: error`,
		"a##vso[task.complete]done": `"a#\x23vso[task.complete]done":1:9: error`,
		"--- section":               `"--- section":1:9: error`,
		"\u202eabc":                 `"\u202eabc":1:9: error`,
		"\xff":                      `"\xff":1:9: error`,
		"":                          `<input>:1:9: error`,
	}
	for file, want := range hostile {
		r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{collision("x", file)}}
		for _, format := range []string{"text", "oneline"} {
			out := render(t, format, r, report.Options{})
			if format == "text" {
				_, out, _ = strings.Cut(out, "\n\n") // behind the verdict
			}
			assert.True(t, strings.HasPrefix(out, want), "%s %q", format, file)
		}
	}
}

package report_test

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

func TestMarkdownIncident(t *testing.T) {
	r := incident()
	r.Diagnostics = append([]dupcheck.Diagnostic{{Rule: dupcheck.NearDuplicate, Set: "a_b", Message: "m"}}, r.Diagnostics...)
	r.Unread = []dupcheck.Unread{{File: "x.yaml", Line: 3, Reason: "not\nUTF-8"}}
	const page = "https://github.com/kuniq/kuniq/blob/main/docs/rules.md"
	assert.Equal(t, `**kuniq**: 1 error, 1 warning, 1 part not read: 1 object is declared twice, 1 finding of near-duplicate

| | where | what |
|---|---|---|
| unread | x.yaml:3 | "not\\nUTF-8" |

**error: [duplicate-object](`+page+`#duplicate-object)**

| finding | where |
|---|---|
| Application.argoproj.io argocd/idpe-cd is declared twice; the declarations differ at spec.destination.namespace, spec.source.path | env/prod/apps.yaml:24:9 |

help: rename or remove one

**warning: [near-duplicate](`+page+`#near-duplicate)**

| finding | where |
|---|---|
| in set a\_b: m |  |

<details><summary>Every finding, with every place</summary>

| | where | what |
|---|---|---|
| error | env/prod/apps.yaml:24:9 | Application.argoproj.io argocd/idpe-cd is declared twice; the declarations differ at spec.destination.namespace, spec.source.path; first declared at env/prod/apps.yaml:4:9; the last one wins; Argo CD would prune what the other deployed. Help: rename or remove one \[duplicate-object\] |
| warning |  | in set a\_b: m \[near-duplicate\] |

</details>

3 files, 4 objects, 1 error, 1 warning, 1 unread
`, render(t, "markdown", r, report.Options{}))
}

func TestMarkdownClean(t *testing.T) {
	assert.Equal(t, "**kuniq**: 1 file, 2 objects, no duplicates\n",
		render(t, "markdown", dupcheck.Report{Files: 1, Objects: 2}, report.Options{}))
}

func TestMarkdownEscapes(t *testing.T) {
	tests := []struct{ message, want string }{
		{"a|b", `a\|b`},
		{`a\|b`, `a\\\|b`},
		{"`x`", "\\`x\\`"},
		{"<img src=x>", "&lt;img src=x&gt;"},
		{"@admins", "&#64;&#8203;admins"},
		{"me@example.com", "me&#64;&#8203;example.com"},
		{"[x](y)", `\[x\]\(y\)`},
		{"![x](y)", `&#33;&#8203;\[x\]\(y\)`},
		{"org/repo#1", "org/repo&#35;&#8203;1"},
		{"GH-1", "GH-&#8203;1"},
		{"&amp;", "&amp;amp;"},
		{"https://x.example", "https:&#8203;//x.example"},
		{"www.x.example", "www&#8203;.x.example"},
		{"$x$", "&#36;x&#36;"},
		{"*a* _b_ ~c~", `\*a\* \_b\_ \~c\~`},
	}
	for _, tt := range tests {
		r := dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{{Rule: dupcheck.NearDuplicate, Message: tt.message}}}
		out := render(t, "markdown", r, report.Options{})
		assert.Contains(t, out, "| warning |  | "+tt.want+` \[near-duplicate\] |`, tt.message)
		row := regexp.MustCompile(`(?m)^\| warning .*$`).FindString(out)
		assert.Equal(t, tt.message+" [near-duplicate]", markdownCells(t, row)[2])
	}
}

func TestMarkdownFitsIntoAComment(t *testing.T) {
	for _, message := range []string{"m", strings.Repeat("@", 100_000), strings.Repeat("é", 3000)} {
		var r dupcheck.Report
		for i := range 3000 {
			r.Diagnostics = append(r.Diagnostics, dupcheck.Diagnostic{Rule: dupcheck.NearDuplicate, Message: message})
			if i%1000 == 999 {
				r.Diagnostics = append(r.Diagnostics, dupcheck.Diagnostic{Rule: dupcheck.NoName, Severity: dupcheck.Error, Message: "last"})
			}
		}
		out := render(t, "markdown", r, report.Options{})
		assert.Less(t, len(out), 61_000)
		rows := strings.Count(out, "\n| warning") + strings.Count(out, "\n| error")
		assert.Contains(t, out, fmt.Sprintf("\n\n%d more had no room here", 3003-rows))
		assert.Equal(t, 3, strings.Count(out, "\n| error"))
	}
}

// raw is what must not stand in a cell as it is.
var raw = regexp.MustCompile("^[|`<>@\\[\\]()*_~{}$!]|^#|^&")

var escaped = regexp.MustCompile(`^(?:\\[\\|` + "`" + `\[\]()*_~{}]|&(?:amp|lt|gt|#64|#35|#36|#33|#8203);)`)

// markdownCells returns the text that a reader sees in a row of the table. It
// fails where Markdown would see more than text.
func markdownCells(t *testing.T, row string) []string {
	t.Helper()
	row, ok := strings.CutPrefix(row, "| ")
	require.True(t, ok, row)
	row, ok = strings.CutSuffix(row, " |")
	require.True(t, ok, row)
	var cells []string
	text := ""
	for row != "" {
		switch m := escaped.FindString(row); {
		case strings.HasPrefix(row, " | "):
			cells, text, row = append(cells, text), "", row[3:]
		case m != "":
			text, row = text+strings.TrimPrefix(html.UnescapeString(m), `\`), row[len(m):]
		default:
			require.False(t, raw.MatchString(row), row)
			text, row = text+row[:1], row[1:]
		}
	}
	cells = append(cells, text)
	for i, c := range cells {
		for _, linked := range []string{"://", "www."} {
			require.NotContains(t, c, linked)
		}
		require.False(t, regexp.MustCompile(`[@#][0-9A-Za-z]`).MatchString(c), c)
		cells[i] = strings.ReplaceAll(c, "\u200b", "")
	}
	return cells
}

// ours are lines without a string from the input.
var ours = regexp.MustCompile(`^$|^\|[-|]+$|^\| \| where \| what \|$|^\| finding \| where \|$|^<details><summary>[A-Za-z, ]+</summary>$|^</details>$|^1 file, 3 objects, [a-z0-9, ]+$`)

// FuzzMarkdown: each line is one of kuniq's own, or Markdown sees nothing but text in it.
func FuzzMarkdown(f *testing.F) {
	seed(f)
	for _, s := range []string{"a|b", `\`, "`", "@a", "[a](b)", "https://a", "www.a", "#1", "&#64;a", "<!--", "|---|", "$a$"} {
		f.Add(s, s, s, s, s, s)
	}
	f.Fuzz(func(t *testing.T, file, name, kind, set, message, reason string) {
		s := strs{file, name, kind, set, message, reason}
		row := 0
		for line := range strings.Lines(s.check(t, "markdown")) {
			// The texts of a line, each as the cell of a table.
			line = strings.TrimSuffix(line, "\n")
			line = strings.ReplaceAll(line, "[duplicate-object]("+dupcheck.RulesPage+"#duplicate-object)", "duplicate-object")
			for _, own := range []string{"**kuniq**: ", "**error: ", "**warning: ", "help: "} {
				if text, ok := strings.CutPrefix(line, own); ok {
					line = "| " + strings.TrimSuffix(text, "**") + " |"
				}
			}
			if ours.MatchString(line) {
				continue
			}
			cells := markdownCells(t, line)
			if len(cells) == 3 {
				require.Equal(t, []string{"unread", "error", "warning"}[row], cells[0])
				row++
				if row == 2 && len(set)+len(message) < 100 && !strings.Contains(message, "##") {
					require.Contains(t, cells[2], dupcheck.Quote(message))
				}
			}
		}
		require.Equal(t, 3, row)
	})
}

package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
)

// mostMarkdown is how many bytes Markdown writes. GitHub takes 65,536
// characters in a comment; the rest is for what others put around it.
const mostMarkdown = 60_000

// mostInCell is how much of a text stands in one cell, before it is escaped.
const mostInCell = 2000

// Markdown writes a summary and a table for the comments of a pull request:
// first what could not be read, as in [Text], then the diagnostics, the most severe first.
// Collisions of sibling directories are folded as by [Fold]. It is never longer
// than a comment may be on GitHub; a last line counts what had no room. Nothing
// from the input can be markup, a link, a mention or a reference to an issue.
func Markdown(w io.Writer, r dupcheck.Report, o Options) error {
	r = explained(r, nil)
	diagnostics := slices.Clone(fold(r))
	slices.SortStableFunc(diagnostics, func(a, b dupcheck.Diagnostic) int { return cmp.Compare(severity(b), severity(a)) })
	rows := unreadRows(r.Unread, o.Ways)
	for _, d := range diagnostics {
		rows = append(rows, diagnosticRow(d))
	}
	for _, line := range Allowances(r.Allowed) {
		rows = append(rows, markdownRow("allowed", "", line))
	}
	var b strings.Builder
	b.WriteString("**kuniq**: " + summary(r, o) + "\n")
	if len(rows) > 0 {
		b.WriteString("\n| | where | what |\n|---|---|---|\n")
	}
	for i, row := range rows {
		if b.Len()+len(row) > mostMarkdown {
			fmt.Fprintf(&b, "\n%d more had no room here; run kuniq to see all of them.\n", len(rows)-i)
			break
		}
		b.WriteString(row)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func diagnosticRow(d dupcheck.Diagnostic) string {
	where := ""
	if at, ok := primary(d); ok {
		where = place(at.Position)
	}
	return markdownRow(severity(d).String(), where, full(d)+" ["+show(string(d.Rule))+"]")
}

func markdownRow(level, where, what string) string {
	return "| " + level + " | " + markdown(where) + " | " + markdown(what) + " |\n"
}

// markdown returns a string in which Markdown sees nothing but text, cut if it
// is long. Backslashes stop the parser. Mentions, references and links are
// found afterwards in the text that it made, where an escaped "@" is a plain
// one: these need a character between, of no width.
func markdown(s string) string {
	return markdownEscapes.Replace(cut(s, mostInCell))
}

var markdownEscapes = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;",
	"@", "&#64;&#8203;", "#", "&#35;&#8203;", "$", "&#36;", "!", `&#33;&#8203;`,
	"://", ":&#8203;//", "www.", "www&#8203;.", "WWW.", "WWW&#8203;.",
	"gh-", "gh-&#8203;", "GH-", "GH-&#8203;", "Gh-", "Gh-&#8203;", "gH-", "gH-&#8203;", // as in GH-26
	`\`, `\\`, "|", `\|`, "`", "\\`", "[", `\[`, "]", `\]`, "(", `\(`, ")", `\)`,
	"*", `\*`, "_", `\_`, "~", `\~`, "{", `\{`, "}", `\}`,
)

// cut returns at most so many bytes of a string, and says so.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "..."
}

package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
)

// MostMarkdown is the size limit of a report in markdown, in bytes. GitHub allows 65,536
// characters in a comment. The difference is for text that others put around it.
const MostMarkdown = 60_000

// mostAboveFold is the length limit of a finding above the fold, before it is escaped.
const mostAboveFold = 300

// mostInCell is the length limit of a text in one cell, before it is escaped.
const mostInCell = 2000

// Markdown writes a report for the comments of a pull request. The first line is the
// verdict. Without findings it is the whole report. A table of the parts that could not be
// read follows, by cause as in [Text], and then for each rule its findings with their places
// and advice. If a rule has more than 20 findings, ten are shown. All findings, with every
// place, are folded below. The last line counts. Collisions of sibling directories become
// one. The report is never longer than a comment on GitHub may be; a line counts the
// findings that did not fit. Nothing from the input can be markup, a link, a mention or a
// reference to an issue.
func Markdown(w io.Writer, r dupcheck.Report, o Options) error {
	r = explained(r, nil)
	groups := groupsOf(fold(r))
	first, last := verdict(r, o), summary(r, o)
	if len(r.Diagnostics)+len(r.Unread)+len(r.Allowed) == 0 {
		first, last = last, ""
	}
	var b strings.Builder
	b.WriteString("**kuniq**: " + markdown(first) + "\n")
	rows := unreadRows(r.Unread, o.Ways)
	for _, line := range Allowances(r.Allowed) {
		rows = append(rows, markdownRow("allowed", "", line))
	}
	left := markdownTable(&b, len(rows), func(i int) string { return rows[i] }, MostMarkdown/3)
	shown := groups
	if countAll(groups) > mostInFull {
		shown = chosen(groups)
		groupTable(&b, groupsOf(r.Diagnostics), o)
	}
	for _, g := range shown {
		g.markdown(&b, o)
	}
	var every []*dupcheck.Diagnostic
	for _, g := range groups {
		every = append(every, g.all...)
	}
	if len(every) > 0 {
		b.WriteString("\n<details><summary>Every finding, with every place</summary>\n")
		left += markdownTable(&b, len(every), func(i int) string { return diagnosticRow(every[i]) }, MostMarkdown)
		b.WriteString("\n</details>\n")
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n%d more had no room here; run kuniq to see all of them.\n", left)
	}
	if last != "" {
		b.WriteString("\n" + markdown(last) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownTable writes rows as long as the text is not longer than most, and returns the
// number of rows that did not fit.
func markdownTable(b *strings.Builder, n int, row func(int) string, most int) (left int) {
	if n > 0 {
		b.WriteString("\n| | where | what |\n|---|---|---|\n")
	}
	for i := range n {
		text := row(i)
		if b.Len()+len(text) > most {
			return n - i
		}
		b.WriteString(text)
	}
	return 0
}

func countAll(groups []group) (n int) {
	for _, g := range groups {
		n += len(g.all)
	}
	return n
}

// room writes a text if it fits above the fold.
func room(b *strings.Builder, s string) {
	if b.Len()+len(s) <= MostMarkdown/2 {
		b.WriteString(s)
	}
}

// ruleLink is the name of a rule, with a link if its address is known.
func ruleLink(rule dupcheck.Rule, o Options) string {
	name := markdown(show(string(rule)))
	if address := o.address(rule); address != "" {
		return "[" + name + "](" + address + ")"
	}
	return name
}

// groupTable counts findings by rule and directory.
func groupTable(b *strings.Builder, groups []group, o Options) {
	room(b, "\n| findings | | rule | where |\n|---|---|---|---|\n")
	for _, g := range groups {
		room(b, fmt.Sprintf("| %d | %s | %s | %s |\n", len(g.all), g.severity, ruleLink(g.rule, o), markdown(g.directories())))
	}
}

// markdown writes a heading, a table and advice, unless there is nothing of the group to
// show.
func (g group) markdown(b *strings.Builder, o Options) {
	if len(g.all) == 0 {
		return
	}
	room(b, fmt.Sprintf("\n**%s: %s**\n\n| finding | where |\n|---|---|\n", g.severity, ruleLink(g.rule, o)))
	var advice []string
	for _, d := range g.all {
		where := ""
		if at, ok := primary(d); ok {
			where = place(at.Position)
		}
		room(b, "| "+markdown(cut(headline(d), mostAboveFold))+" | "+markdown(cut(where, mostAboveFold))+" |\n")
		if d.Advice != "" && !slices.Contains(advice, d.Advice) {
			advice = append(advice, d.Advice)
		}
	}
	for _, s := range advice[:min(len(advice), mostOfCause)] {
		room(b, "\nhelp: "+markdown(cut(Sentence(s), mostAboveFold))+"\n")
	}
}

func diagnosticRow(d *dupcheck.Diagnostic) string {
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

// cut returns at most so many bytes of a string, and marks the cut.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "..."
}

// Markup returns a sentence of kuniq's own as text of Markdown, in which nothing is markup,
// a link, a mention or a reference. Long sentences are cut.
func Markup(s string) string { return markdown(Sentence(s)) }

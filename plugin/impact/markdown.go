package impact

import (
	"fmt"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// markdown is the report for a comment on a pull request.
func markdown(i Impact) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s **%s**\n", mark(i.Fails()), escape(i.Headline()))
	for _, c := range i.Deployers {
		fmt.Fprintf(&b, "\n### %s\n\n", escape(c.title()))
		for _, f := range c.Findings {
			fmt.Fprintf(&b, "- **%s** %s", f.Severity, escape(f.Message))
			if at := where(f.At); at != "" {
				fmt.Fprintf(&b, " (%s)", code(at))
			}
			if f.Advice != "" {
				fmt.Fprintf(&b, "<br>%s", escape(f.Advice))
			}
			b.WriteString("\n")
		}
		if c.Allowed != nil {
			fmt.Fprintf(&b, "- allowed by %s\n", escape(c.Allowed.From))
		}
		writeTable(&b, groups(c.Removed))
	}
	if general := i.general(); len(general) > 0 {
		b.WriteString("\n")
		for _, f := range general {
			fmt.Fprintf(&b, "- **%s** %s\n", f.Severity, escape(f.Message))
		}
	}
	fmt.Fprintf(&b, "\n%s\n", i.Summary())
	return b.String()
}

func mark(fails bool) string {
	if fails {
		return ":x:"
	}
	return ":white_check_mark:"
}

func writeTable(b *strings.Builder, all []group) {
	if len(all) == 0 {
		return
	}
	b.WriteString("\n| objects | what happens | which |\n| --- | --- | --- |\n")
	for _, g := range all {
		var names []string
		for n, l := range g.objects {
			if n == mostListed {
				names = append(names, fmt.Sprintf("and %d more", len(g.objects)-n))
				break
			}
			id := l.ID
			id.Group, id.Kind = "", "" // both are in the first column
			names = append(names, code(strings.TrimSpace(strings.TrimPrefix(id.String(), `""`))))
		}
		count, what := pluralize(len(g.objects), g.kind, plural(g.kind)), g.words()
		if g.state != "" {
			count = "**" + escape(count) + "**"
		} else {
			count = escape(count)
		}
		if g.state != "" && g.outcome <= Moved {
			what += " - " + g.state
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", count, escape(what), strings.Join(names, ", "))
	}
}

// escapes are what has a meaning inside a line of GitHub's and GitLab's
// Markdown, mentions and references included.
var escapes = strings.NewReplacer(
	"\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "<", "&lt;", ">", "&gt;",
	"&", "&amp;", "|", "\\|", "@", "&#64;", "#", "&#35;", "!", "\\!", "~", "\\~", "$", "\\$", "://", "&#58;//",
)

// escape is text inside a line of Markdown.
func escape(s string) string { return escapes.Replace(dupcheck.Quote(s)) }

// code is a string in a fixed-width font. In a table a bar ends the cell even
// there, and nothing escapes a backtick.
func code(s string) string {
	return "`" + strings.NewReplacer("`", "'", "|", "/", "@", "(at)").Replace(safe(s)) + "`"
}

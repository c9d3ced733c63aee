package report

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// GitHub writes workflow commands, which GitHub Actions shows as annotations
// of a pull request: one for each diagnostic, at its last place and with the
// address of its rule, and one for each unread entry. The summary follows as a line of plain text.
func GitHub(w io.Writer, r dupcheck.Report, o Options) error {
	r = explained(r, o.Ways)
	b := bufio.NewWriter(w)
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		at, _ := primary(d)
		message := full(d)
		if address := o.address(d.Rule); address != "" {
			message += " (" + address + ")"
		}
		_, _ = b.WriteString(command(levelOf(severity(d)).github, at.Position, string(d.Rule), message)) // Flush has the first error
	}
	for _, u := range r.Unread {
		_, _ = b.WriteString(command("error", unreadAt(u), "unread", unread(u)))
	}
	_, _ = b.WriteString(summary(r, o) + "\n")
	return b.Flush()
}

// command returns one workflow command.
func command(name string, at dupcheck.Position, title, message string) string {
	var properties []string
	add := func(key, value string) {
		properties = append(properties, key+"="+propertyEscapes.Replace(value))
	}
	if at.File != "" {
		add("file", show(at.File))
	}
	if at.Line > 0 {
		add("line", strconv.Itoa(at.Line))
		if at.Column > 0 {
			add("col", strconv.Itoa(at.Column))
		}
	}
	add("title", "kuniq "+show(title))
	return "::" + name + " " + strings.Join(properties, ",") + "::" + dataEscapes.Replace(message) + "\n"
}

// The runner undoes these escapes in commands, and no others.
var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

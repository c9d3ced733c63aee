package cli

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/stream"
)

func isTerminal(w any) bool { return terminal(w) != nil }

// terminal returns the terminal behind a stream, or nil if there is none.
func terminal(w any) *os.File {
	if o, ok := w.(*stream.Output); ok {
		w = o.Writer
	}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}

// sayf prints a message to standard error.
func (c Command) sayf(format string, args ...any) {
	fmt.Fprintf(c.Stderr, "kuniq: %s\n", printable(fmt.Sprintf(format, args...)))
}

// message returns the text of an error that ends the command.
func message(err error) string {
	if isProgramError(err) {
		return err.Error()
	}
	return "kuniq: " + printable(err.Error())
}

func (c Command) warnf(format string, args ...any) {
	c.sayf("warning: "+format, args...)
}

// printable returns a message in harmless lines. CI systems obey "::command::" at the start
// of a line, even after blanks, and "##[command]" and "##vso[command]" anywhere.
func printable(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "::") {
			line = dupcheck.QuoteAlways(line)
		}
		lines[i] = report.Sentence(line)
	}
	return strings.Join(lines, "\n")
}

package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// output is standard output. It keeps the first failure for Main, so that
// no other code has to report it.
type output struct {
	io.Writer
	err error
}

// muchOutput is how much written at once does not fit into any usual pipe.
const muchOutput = 64 << 10

// Write never fails. After a failure it does nothing.
func (o *output) Write(p []byte) (int, error) {
	if f, ok := o.Writer.(*os.File); ok && len(p) > muchOutput {
		widen(f)
	}
	if o.err == nil {
		_, o.err = o.Writer.Write(p)
	}
	return len(p), nil
}

func isTerminal(w any) bool {
	if o, ok := w.(*output); ok {
		w = o.Writer
	}
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// sayf prints a message to standard error.
func (c Command) sayf(format string, args ...any) {
	fmt.Fprintf(c.Stderr, "kuniq: %s\n", printable(fmt.Sprintf(format, args...)))
}

// message is what an error that ends the command says.
func message(err error) string {
	if isProgramError(err) {
		return err.Error()
	}
	return "kuniq: " + printable(err.Error())
}

func (c Command) warnf(format string, args ...any) {
	c.sayf("warning: "+format, args...)
}

// printable returns a message in lines that do no more than be read. CI systems
// obey "::command::" at the start of a line, whatever blanks stand before it,
// and "##[command]" and "##vso[command]" anywhere.
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

// Package report turns a dupcheck.Report into text for people and into the formats that
// CI systems read. [Write] picks a format by its name; each format is also a function of
// its own.
//
// The input of a check comes from other people's pull requests, so every format keeps
// three promises. No string from the input can start a line, split a record, or put a
// character into the output that controls a terminal or a CI log. No value of an object
// is shown, unless the report was asked for it. No source text of a Secret is shown at
// all.
//
// # Stability
//
// The API is v0: a release may change it, and CHANGELOG.md lists every change of an
// exported name. It becomes v1 when the report in JSON has been stable for two minor
// releases.
//
// The output of JSON and WriteBaseline is a contract: fields may be added, and none is
// renamed while the version is 1. See Schema. SARIF and JUnit follow their standards; the
// words of all formats may change at any time.
package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// Options are the decisions of the caller about the output. The zero value is ready for
// use.
type Options struct {
	// Color asks for ANSI colours. Only the text format has any.
	Color bool
	// Links asks for hyperlinks (OSC 8) from rules to their documentation. Only the
	// text format has such; those of markdown, SARIF and GitHub are always there.
	Links bool
	// Brief lets the text format sum up a report of more than 20 findings: a table by
	// rule and directory, and ten of the findings. It names the flag --all, which the
	// program must have.
	Brief bool
	// Source returns a line of an input file, counted from 1 and without its line end,
	// for the snippets of the text format. It returns false if there is no such line. If
	// it is nil, no snippet is shown. Only a key and the name of an object are ever shown
	// of a line.
	Source func(file string, line int) (string, bool)
	// Version is the version of the program, which SARIF names. It may be empty.
	Version string
	// Clean is the last line about an input without findings. Empty means "no
	// duplicates".
	Clean string
	// Ways has a way out for unread parts, by the code of the reason: a sentence with the
	// command or the setting.
	Ways map[dupcheck.Code]string
	// Files lists in the text format what became of every file.
	Files bool
	// Rules are all rules that the report may have findings of, as SARIF lists them. Nil
	// means those of package dupcheck.
	Rules dupcheck.RuleTable
}

// table returns the rules that the report may have findings of.
func (o Options) table() dupcheck.RuleTable {
	if o.Rules == nil {
		return dupcheck.AllRules()
	}
	return o.Rules
}

// isPlainAddress says whether no format needs to escape an address: https, letters and
// digits, and a few signs.
func isPlainAddress(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	page, part, anchored := strings.Cut(rest, "#")
	return ok && page != "" && isPlain(page, "._~/%-") && (!anchored || part != "" && isPlain(part, "._-"))
}

// isPlain says whether a text has only letters and digits of ASCII, and some signs.
func isPlain(s, signs string) bool {
	for i := range len(s) {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9') && strings.IndexByte(signs, c) < 0 {
			return false
		}
	}
	return true
}

// address returns the address of the documentation of a rule, or "" if none is known or a
// format would have to escape it.
func (o Options) address(rule dupcheck.Rule) string {
	if info, ok := o.table().Info(rule); ok && isPlainAddress(info.Help) {
		return info.Help
	}
	return ""
}

// formats is in the order in which help texts name the formats.
var formats = table[func(io.Writer, dupcheck.Report, Options) error]{
	{"text", Text},
	{"oneline", Oneline},
	{"json", JSON},
	{"sarif", SARIF},
	{"github", GitHub},
	{"gitlab", GitLab},
	{"junit", JUnit},
	{"markdown", Markdown},
	{"html", HTML},
}

// Formats returns the names of all formats, the default one first.
func Formats() []string { return formats.names() }

// Write writes the report in the format of that name. For an unknown name it writes
// nothing and returns an error with the known ones.
func Write(w io.Writer, format string, r dupcheck.Report, o Options) error {
	write, err := formats.find(format)
	if err != nil {
		return err
	}
	return write(w, r, o)
}

// table has formats by name.
type table[F any] []struct {
	name   string
	format F
}

func (t table[F]) names() []string {
	names := make([]string, len(t))
	for i, f := range t {
		names[i] = f.name
	}
	return names
}

func (t table[F]) find(name string) (format F, err error) {
	for _, f := range t {
		if f.name == name {
			return f.format, nil
		}
	}
	return format, fmt.Errorf("unknown format %s: use one of %s", dupcheck.QuoteAlways(name), strings.Join(t.names(), ", "))
}

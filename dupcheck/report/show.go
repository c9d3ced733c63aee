package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report/page"
)

// show returns a string from the input in a form that is safe anywhere except at the
// start of a line. In addition to dupcheck.Quote it breaks up "##": GitHub's runner
// executes "##[command]" and Azure's agent "##vso[command]" anywhere in a line.
func show(s string) string {
	if isHarmless(s) { // almost always
		return s
	}
	q := dupcheck.Quote(s)
	if q == s && strings.Contains(s, "##") {
		q = dupcheck.QuoteAlways(s)
	}
	return breakHashes(q)
}

// Sentence returns a sentence of kuniq's own in a form that is safe anywhere except at
// the start of a line: it escapes control characters and marks that CI systems execute.
// Names in it are already quoted, so it is not quoted as a whole.
func Sentence(s string) string {
	if isHarmless(s) { // almost always
		return s
	}
	return breakHashes(dupcheck.Quote(s))
}

// isHarmless says whether a string is printable ASCII with at most single number signs.
func isHarmless(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '#' && i > 0 && s[i-1] == '#' {
			return false
		}
	}
	return true
}

func breakHashes(s string) string {
	return strings.ReplaceAll(s, "##", `#\x23`)
}

// lead is show for what starts a line. CI systems ignore blanks before "::",
// and fold the log at some other marks.
func lead(s string) string {
	shown := show(s)
	if shown != s || !startsMark(s) {
		return shown
	}
	return dupcheck.QuoteAlways(s)
}

// startsMark says whether the start of a line would mean something to a CI
// system.
func startsMark(s string) bool {
	return strings.TrimLeftFunc(s, unicode.IsSpace) != s ||
		slices.ContainsFunc(lineMarks, func(mark string) bool { return strings.HasPrefix(s, mark) })
}

var lineMarks = []string{":", "#", "---", "+++", "~~~", "^^^"}

// place returns the position as FILE:LINE:COLUMN, as far as it is known.
func place(p dupcheck.Position) string {
	s := lead(fileOf(p))
	if p.Line <= 0 {
		return s
	}
	b := append(make([]byte, 0, 128), s...)
	b = strconv.AppendInt(append(b, ':'), int64(p.Line), 10)
	if p.Column > 0 {
		b = strconv.AppendInt(append(b, ':'), int64(p.Column), 10)
	}
	return string(b)
}

// At returns a position as FILE:LINE for the text of a program, without the line if that
// is not known, and "" if there is no file.
func At(p dupcheck.Position) string {
	if p.File == "" || p.Line == 0 {
		return Sentence(p.File)
	}
	return Sentence(p.File) + ":" + strconv.Itoa(p.Line)
}

// fileOf names a place even where an object was made without a file.
func fileOf(p dupcheck.Position) string {
	return cmp.Or(p.File, p.Origin, "<input>")
}

// detail returns the rest of a position besides its place, in parentheses after a blank,
// or nothing.
func detail(p dupcheck.Position) string {
	var parts []string
	if p.Path != "" {
		parts = append(parts, show(p.Path))
	}
	if p.Origin != "" && p.File != "" {
		parts = append(parts, "from "+show(p.Origin))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// severity returns the severity that counts: a diagnostic that leaves it open
// has the default one of its rule.
func severity(d *dupcheck.Diagnostic) dupcheck.Severity {
	return cmp.Or(d.Severity, d.Rule.DefaultSeverity())
}

// level is a severity in the words of the formats.
type level struct {
	github, gitlab, sarif, color string
	page                         page.Level
}

var levels = [...]level{
	dupcheck.Default: {"notice", "info", "note", boldCyan, page.Note},
	dupcheck.Off:     {"notice", "info", "none", boldCyan, page.Note},
	dupcheck.Info:    {"notice", "info", "note", boldCyan, page.Note},
	dupcheck.Warning: {"warning", "minor", "warning", boldYellow, page.Warn},
	dupcheck.Error:   {"error", "major", "error", boldRed, page.Bad},
}

func levelOf(s dupcheck.Severity) level {
	if int(s) >= len(levels) {
		s = dupcheck.Info
	}
	return levels[s]
}

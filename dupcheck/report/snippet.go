package report

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
)

const (
	widest     = 80 // columns of source shown in a snippet
	deepest    = 40 // columns of indentation, and of a key, that are shown
	plainStops = ",]}"
)

// snippet is the part of a source line that may be shown: an indentation, a key and a
// value that the report names anyway.
type snippet struct {
	line  int
	text  string
	caret int // code points before the first caret
	width int // number of carets
}

// snippetFor returns the part of a declaration's source line that may be shown. It never
// shows other text: in JSON on one line the next word may be a password.
func snippetFor(d dupcheck.Declaration, source func(string, int) (string, bool)) (snippet, bool) {
	if source == nil || d.File == "" || d.Line <= 0 || d.Column <= 0 {
		return snippet{}, false
	}
	line, _ := source(d.File, d.Line)
	before, rest := cutAt(line, d.Column)
	value, name, ok := valueAt(rest, d)
	if !ok {
		return snippet{}, false
	}
	before = shownBefore(before, name)
	s := snippet{
		line: d.Line, text: before + value,
		caret: utf8.RuneCountInString(before), width: utf8.RuneCountInString(value),
	}
	s = s.cut()
	return s, show(s.text) == s.text
}

// isSecretive says whether no source text of the diagnostic may be shown.
func isSecretive(d *dupcheck.Diagnostic) bool {
	return d.ID.Kind == "Secret" ||
		slices.ContainsFunc(d.Declarations, func(o dupcheck.Declaration) bool { return o.Kind == "Secret" })
}

// cutAt splits a line before a column, which is counted from 1 in code points.
// There is nothing behind it if the line is shorter.
func cutAt(line string, column int) (before, rest string) {
	for i := range line {
		column--
		if column == 0 {
			return line[:i], line[i:]
		}
	}
	return "", ""
}

// valueAt returns the value at the start of rest, with its quotes, and its field. Only
// values of the declaration count.
func valueAt(rest string, d dupcheck.Declaration) (value, field string, ok bool) {
	candidates := []struct{ field, value string }{
		{"name", d.Name}, {"generateName", d.GenerateName}, {"kind", d.Kind},
	}
	for _, c := range candidates {
		if c.value == "" {
			continue
		}
		for _, quote := range []string{"", `"`, `'`} {
			value := quote + c.value + quote
			after, found := strings.CutPrefix(rest, value)
			if found && (quote != "" || endsPlain(after)) {
				return value, c.field, true
			}
		}
	}
	return "", "", false
}

// endsPlain says whether an unquoted value may end before this text. Without
// it the name "web" would match the start of "webserver".
func endsPlain(after string) bool {
	return after == "" || strings.ContainsAny(after[:1], " \t\r"+plainStops)
}

// shownBefore returns the part of the text before a value that may be shown: the key of
// the field, and before it, in block style, the indentation.
func shownBefore(before, field string) string {
	key, outer, ok := cutKey(before, field)
	if !ok || len(key) > deepest {
		return ""
	}
	outer = strings.ReplaceAll(outer, "\t", " ")
	if len(outer) > deepest || strings.Trim(outer, " -") != "" || !dashesStandAlone(outer) {
		return key
	}
	return outer + key
}

// cutKey takes the key with its colon and blanks from the end of the text.
func cutKey(before, field string) (key, outer string, ok bool) {
	upToColon := strings.TrimRight(before, " \t")
	upToKey, ok := strings.CutSuffix(upToColon, ":")
	if !ok {
		return "", "", false
	}
	upToKey = strings.TrimRight(upToKey, " \t")
	for _, quote := range []string{`"`, `'`, ""} {
		outer, found := strings.CutSuffix(upToKey, quote+field+quote)
		if found && (quote != "" || startsPlain(outer)) {
			return strings.ReplaceAll(before[len(outer):], "\t", " "), outer, true
		}
	}
	return "", "", false
}

// startsPlain says whether an unquoted key may start after this text: the end
// of "hostname" is no key "name".
func startsPlain(outer string) bool {
	return outer == "" || strings.ContainsAny(outer[len(outer)-1:], " \t{,")
}

// dashesStandAlone says whether every dash in an indentation is one that opens
// an item of a list.
func dashesStandAlone(outer string) bool {
	return !slices.ContainsFunc(strings.Fields(outer), func(field string) bool { return field != "-" }) &&
		(outer == "" || strings.HasSuffix(outer, " "))
}

// cut shortens the snippet to the columns a terminal has.
func (s snippet) cut() snippet {
	runes := []rune(s.text)
	if len(runes) <= widest {
		return s
	}
	s.text = string(runes[:widest])
	s.width = max(0, widest-s.caret)
	return s
}

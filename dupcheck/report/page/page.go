// Package page writes the reports in HTML: one file that needs nothing else. It has the
// layout and the style of all of them, and makes text from the input harmless.
//
// A page runs no script, loads nothing, and forbids both to the browser. Nothing from
// the input can become an element, an attribute or an address, start a line of the
// file, or be a character that a terminal, a CI log or a reader's eye obeys.
//
// Stability: v0. Exported names may change in any release.
package page

import (
	"bytes"
	"crypto/sha512"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Level is how good or bad a part of a page is. The zero value is neither.
type Level string

// The levels.
const (
	Good Level = "good"
	Note Level = "note"
	Warn Level = "warn"
	Bad  Level = "bad"
)

// Page is what the layout shows around the body of a report.
type Page struct {
	// Level colours the verdict, which is the title of the page.
	Level   Level
	Verdict string
	// Lead is more about the verdict, one line each.
	Lead []string
	// Numbers are shown below it. Those that are zero are left out of the sight, not of
	// the page.
	Numbers []Number
	// Version is that of kuniq. It may be empty.
	Version string
	// Body is what the template "body" gets.
	Body any
}

// Number is one of the numbers of a report.
type Number struct {
	// Key names it for programs, as the value of the attribute data-count.
	Key string
	// N is the number, and Text that with its noun.
	N    int
	Text string
	// Level is how bad it is if there are any.
	Level Level
}

// Shown is the level of a number, and none if nothing was counted.
func (n Number) Shown() Level {
	if n.N == 0 {
		return ""
	}
	return n.Level
}

// Template is the layout with the body of one sort of reports.
type Template struct{ t *template.Template }

//go:embed layout.html style.css
var files embed.FS

// Parse returns the layout with the templates of a file, which has to define "body".
// The functions are those that they use. It panics if the file is no such thing.
func Parse(of fs.FS, name string, functions map[string]any) Template {
	t := template.New("").Funcs(functions).Funcs(template.FuncMap{"style": func() template.CSS { return template.CSS(style) }, "policy": policy})
	for _, source := range []string{read(files, "layout.html"), read(of, name)} {
		template.Must(t.Parse(endsOfLines.ReplaceAllStringFunc(source, oneLine)))
	}
	return Template{t}
}

// Write writes a page. The error is that of the writer or of the template.
func (t Template) Write(w io.Writer, p Page) error {
	var b bytes.Buffer
	if err := t.t.ExecuteTemplate(&b, "page", p); err != nil {
		return err
	}
	_, err := w.Write(clean(b.Bytes()))
	return err
}

// More is the sentence about what a page has no room for, or "" if n is not positive.
// elsewhere is the format that has all of it.
func More(n int, what, elsewhere string) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf("%d more %s had no room on this page: -o %s has all of them.", n, what, elsewhere)
}

func read(of fs.FS, name string) string {
	text, err := fs.ReadFile(of, name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// lineEnd stands in a template for the end of a line in the page. No text from the input
// is ever equal to it, since its first character is escaped there.
const lineEnd = "<n>"

var endsOfLines = regexp.MustCompile(`\s*\n\s*<?`)

// oneLine is what a template has for the end of a line of its source: one before a tag,
// and a blank elsewhere.
func oneLine(end string) string {
	if strings.HasSuffix(end, "<") {
		return lineEnd + "<"
	}
	return " "
}

// style is in one line.
var style = strings.Join(strings.Fields(read(files, "style.css")), " ")

// policy lets the page have this one style and nothing else.
func policy() string {
	sum := sha512.Sum384([]byte(style))
	return "default-src 'none'; style-src 'sha384-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src data:; base-uri 'none'; form-action 'none'"
}

// clean writes each character that does more than be seen as an escape sequence: html
// escapes for the parser, not for the eye or the log. Of two number signs, which CI
// systems obey wherever they stand, the second becomes a reference.
func clean(page []byte) []byte {
	out := make([]byte, 0, len(page)+len(page)/8)
	last := rune(0)
	for i := 0; i < len(page); {
		if bytes.HasPrefix(page[i:], []byte(lineEnd)) {
			out = append(out, '\n')
			i += len(lineEnd)
			continue
		}
		r, size := utf8.DecodeRune(page[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			out = fmt.Appendf(out, `\x%02x`, page[i])
		case r == '#' && last == '#':
			out, r = append(out, "&#35;"...), 0
		case unicode.IsPrint(r):
			out = append(out, page[i:i+size]...)
		case r < utf8.RuneSelf:
			out = fmt.Appendf(out, `\x%02x`, r)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		i, last = i+size, r
	}
	return out
}

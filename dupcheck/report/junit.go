package report

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
)

// JUnit writes the report as one suite of JUnit test cases: a failed one for
// each error, a passed one with output for each other diagnostic, and one in
// error for each unread entry. If there is none of these, one passed test case
// says so, or a skipped one if there was nothing to check.
func JUnit(w io.Writer, r dupcheck.Report, o Options) error {
	r = explained(r, o.Ways)
	to := bufio.NewWriterSize(w, 64<<10)
	counts := junitCounts(r)
	_, _ = to.WriteString(xml.Header + "<testsuites" + counts + ">\n  <testsuite" + counts + ">\n") // Flush has the first error
	var text markup
	for c := range junitCases(r, o) {
		text = c.appendTo(text[:0])
		_, _ = to.Write(text)
	}
	_, _ = to.WriteString("  </testsuite>\n</testsuites>\n")
	return to.Flush()
}

// junitCases yields the cases of a report, of which there is at least one.
func junitCases(r dupcheck.Report, o Options) iter.Seq[junitCase] {
	return func(yield func(junitCase) bool) {
		p := newPrinter(Options{}) // without a source: the file ends up in archives
		for i := range r.Diagnostics {
			if !yield(newCase(&r.Diagnostics[i], p)) {
				return
			}
		}
		for _, u := range r.Unread {
			if !yield(unreadCase(u)) {
				return
			}
		}
		if len(r.Diagnostics)+len(r.Unread) == 0 {
			yield(cleanCase(r, o))
		}
	}
}

// junitCounts are the attributes of a suite, and of all of them.
func junitCounts(r dupcheck.Report) string {
	failures, skipped := 0, 0
	for i := range r.Diagnostics {
		if severity(&r.Diagnostics[i]) == dupcheck.Error {
			failures++
		}
	}
	if len(r.Diagnostics)+len(r.Unread) == 0 && r.Objects == 0 {
		skipped = 1
	}
	return fmt.Sprintf(` name="kuniq" tests="%d" failures="%d" errors="%d" skipped="%d"`,
		max(1, len(r.Diagnostics)+len(r.Unread)), failures, len(r.Unread), skipped)
}

// junitCase is a test case with its result, or with output if it passed.
type junitCase struct {
	name, class, file string
	line              int
	result            string // failure, error or skipped, or empty
	message, kind     string // of the result
	text              string // of the result, or the output
}

// appendTo appends the case as encoding/xml would write it.
func (c *junitCase) appendTo(b markup) markup {
	b = append(b, "    <testcase"...).attribute("name", c.name).attribute("classname", c.class)
	if c.file != "" {
		b = b.attribute("file", c.file)
	}
	if c.line != 0 {
		b = b.attribute("line", strconv.Itoa(c.line))
	}
	b = append(b, '>')
	switch {
	case c.result != "":
		b = append(append(b, "\n      <"...), c.result...).attribute("message", c.message)
		if c.kind != "" {
			b = b.attribute("type", c.kind)
		}
		b = append(append(append(b, '>').text(c.text), "</"...), c.result...)
		b = append(b, ">\n    "...)
	case c.text != "":
		b = append(append(b, "\n      <system-out>"...).text(c.text), "</system-out>\n    "...)
	}
	return append(b, "</testcase>\n"...)
}

// markup is XML.
type markup []byte

func (b markup) attribute(name, value string) markup {
	b = append(append(append(b, ' '), name...), `="`...)
	return append(b.text(value), '"')
}

// text appends a text with the escapes of encoding/xml.
func (b markup) text(s string) markup {
	for len(s) > 0 {
		n := 0
		for n < len(s) && !mayEscape(s[n]) {
			n++
		}
		b, s = append(b, s[:n]...), s[n:]
		if strings.HasPrefix(s, "\n") {
			b, s = append(b, "&#xA;"...), s[1:]
		} else if s != "" {
			_, size := utf8.DecodeRuneInString(s)
			to := bytes.NewBuffer(b)
			_ = xml.EscapeText(to, []byte(s[:size])) // a buffer takes everything
			b, s = to.Bytes(), s[size:]
		}
	}
	return b
}

// mayEscape says whether a byte may be part of what has an escape.
func mayEscape(c byte) bool {
	return c < ' ' || c >= 0x7f || c == '"' || c == '\'' || c == '&' || c == '<' || c == '>'
}

func newCase(d *dupcheck.Diagnostic, p *printer) junitCase {
	at, _ := primary(d)
	p.Reset()
	clear(p.said)
	p.diagnostic(d)
	c := junitCase{
		name: caseName(d), class: "kuniq." + show(string(d.Rule)),
		file: show(at.File), line: at.Line, text: p.String(),
	}
	if severity(d) == dupcheck.Error {
		c.result, c.message, c.kind = "failure", full(d), show(string(d.Rule))
	}
	return c
}

// caseName is unique in most reports, so that no viewer merges two cases.
func caseName(d *dupcheck.Diagnostic) string {
	at, _ := primary(d)
	s := place(at.Position)
	if d.ID != (dupcheck.ID{}) {
		s = Sentence(d.ID.String()) + " at " + s
	}
	if d.Set != "" {
		s += " in set " + show(d.Set)
	}
	return s
}

func unreadCase(u dupcheck.Unread) junitCase {
	return junitCase{
		name: place(unreadAt(u)), class: "kuniq.unread", file: show(u.File), line: u.Line,
		result: "error", message: show(u.Reason), kind: "unread", text: unread(u),
	}
}

func cleanCase(r dupcheck.Report, o Options) junitCase {
	c := junitCase{name: summary(r, o), class: "kuniq"}
	if r.Objects == 0 {
		c.result, c.message = "skipped", clean(r, o)
	}
	return c
}

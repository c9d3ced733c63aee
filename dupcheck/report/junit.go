package report

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"strconv"

	"github.com/kuniq/kuniq/dupcheck"
)

// JUnit writes the report as one suite of JUnit test cases: a failed one for
// each error, a passed one with output for each other diagnostic, and one in
// error for each unread entry. If there is none of these, one passed test case
// says so, or a skipped one if there was nothing to check.
func JUnit(w io.Writer, r dupcheck.Report, o Options) error {
	r = explained(r, o.Ways)
	b := bufio.NewWriterSize(w, 64<<10)
	_, _ = b.WriteString(xml.Header) // Flush has the first error
	enc := xml.NewEncoder(b)
	enc.Indent("", "  ")
	suites, suite := junitElement("testsuites"), junitElement("testsuite")
	suites.Attr = junitCounts(r)
	suite.Attr = suites.Attr
	err := errors.Join(enc.EncodeToken(suites), enc.EncodeToken(suite))
	for c := range junitCases(r, o) {
		if err == nil {
			err = enc.EncodeElement(c, junitElement("testcase"))
		}
	}
	if err = errors.Join(err, enc.EncodeToken(suite.End()), enc.EncodeToken(suites.End()), enc.Flush()); err != nil {
		return err
	}
	_ = b.WriteByte('\n')
	return b.Flush()
}

func junitElement(name string) xml.StartElement { return xml.StartElement{Name: xml.Name{Local: name}} }

// junitCases yields the cases of a report, of which there is at least one.
func junitCases(r dupcheck.Report, o Options) iter.Seq[junitCase] {
	return func(yield func(junitCase) bool) {
		for i := range r.Diagnostics {
			if !yield(newCase(&r.Diagnostics[i])) {
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
func junitCounts(r dupcheck.Report) (all []xml.Attr) {
	failures, skipped := 0, 0
	for i := range r.Diagnostics {
		if severity(&r.Diagnostics[i]) == dupcheck.Error {
			failures++
		}
	}
	if len(r.Diagnostics)+len(r.Unread) == 0 && r.Objects == 0 {
		skipped = 1
	}
	attr := func(name, value string) { all = append(all, xml.Attr{Name: xml.Name{Local: name}, Value: value}) }
	attr("name", "kuniq")
	attr("tests", strconv.Itoa(max(1, len(r.Diagnostics)+len(r.Unread))))
	attr("failures", strconv.Itoa(failures))
	attr("errors", strconv.Itoa(len(r.Unread)))
	attr("skipped", strconv.Itoa(skipped))
	return all
}

type junitCase struct {
	Name      string       `xml:"name,attr"`
	Class     string       `xml:"classname,attr"`
	File      string       `xml:"file,attr,omitempty"`
	Line      int          `xml:"line,attr,omitempty"`
	Failure   *junitResult `xml:"failure"`
	Error     *junitResult `xml:"error"`
	Skipped   *junitResult `xml:"skipped"`
	SystemOut string       `xml:"system-out,omitempty"`
}

type junitResult struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

func newCase(d *dupcheck.Diagnostic) junitCase {
	at, _ := primary(d)
	c := junitCase{
		Name: caseName(d), Class: "kuniq." + show(string(d.Rule)),
		File: show(at.File), Line: at.Line,
	}
	p := newPrinter(Options{}) // without a source: the file ends up in archives
	p.diagnostic(d)
	if severity(d) == dupcheck.Error {
		c.Failure = &junitResult{Message: full(d), Type: show(string(d.Rule)), Text: p.String()}
	} else {
		c.SystemOut = p.String()
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
		Name: place(unreadAt(u)), Class: "kuniq.unread",
		File: show(u.File), Line: u.Line,
		Error: &junitResult{Message: show(u.Reason), Type: "unread", Text: unread(u)},
	}
}

func cleanCase(r dupcheck.Report, o Options) junitCase {
	c := junitCase{Name: summary(r, o), Class: "kuniq"}
	if r.Objects == 0 {
		c.Skipped = &junitResult{Message: clean(r, o)}
	}
	return c
}

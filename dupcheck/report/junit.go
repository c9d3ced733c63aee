package report

import (
	"bytes"
	"encoding/xml"
	"io"

	"github.com/kuniq/kuniq/dupcheck"
)

// JUnit writes the report as one suite of JUnit test cases: a failed one for
// each error, a passed one with output for each other diagnostic, and one in
// error for each unread entry. If there is none of these, one passed test case
// says so, or a skipped one if there was nothing to check.
func JUnit(w io.Writer, r dupcheck.Report, o Options) error {
	r = explained(r, o.Ways)
	suite := junitSuite{junitCounts: junitCounts{Name: "kuniq"}}
	for _, d := range r.Diagnostics {
		suite.add(newCase(d))
	}
	for _, u := range r.Unread {
		suite.add(unreadCase(u))
	}
	if len(suite.Cases) == 0 {
		suite.add(cleanCase(r, o))
	}
	doc := junitSuites{junitCounts: suite.junitCounts, Suites: []junitSuite{suite}}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", "  ")
	if err := enc.Encode(doc); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}

type junitSuites struct {
	XMLName xml.Name `xml:"testsuites"`
	junitCounts
	Suites []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	junitCounts
	Cases []junitCase `xml:"testcase"`
}

// junitCounts are the attributes of a suite, and of all of them.
type junitCounts struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
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

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

func newCase(d dupcheck.Diagnostic) junitCase {
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
func caseName(d dupcheck.Diagnostic) string {
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

package impact

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/deploy"
)

var formats = []string{"text", "oneline", "json", "markdown", "sarif", "github", "junit", "html"}

// Formats returns the names of the formats of an impact, the default one
// first.
func Formats() []string { return slices.Clone(formats) }

// WriteOptions are the decisions of the caller about a report. The zero value is ready
// for use.
type WriteOptions struct {
	// Version is that of the program. It may be empty.
	Version string
	// Color asks for ANSI colours. Only the text format has any.
	Color bool
	// Tool distinguishes the comments of several runs on one pull request, such as
	// "argocd". Only small letters, digits and hyphens count.
	Tool string
	// FileURL is the address of the working directory at head, such as
	// https://github.com/OWNER/NAME/blob/COMMIT. Markdown links files below it. Only
	// plain http and https addresses make links.
	FileURL string
}

// Write writes an impact in a format: "text" and "oneline" for people, "json" for
// tools, "markdown" for a comment on a pull request, and "sarif", "github" and "junit"
// for CI systems. Nothing from the input can start a line or act on a terminal. If
// there is no such format, nothing is written and the error says which there are.
func Write(w io.Writer, format string, i Impact, o WriteOptions) error {
	v := view{i, o}
	switch format {
	case "text":
		return templates().ExecuteTemplate(w, "text.tmpl", v)
	case "markdown":
		return v.markdown(w)
	case "html":
		return v.html(w)
	case "json":
		return writeJSON(w, i)
	case "sarif":
		return report.SARIF(w, i.Report(), report.Options{Version: o.Version, Rules: allRules()})
	case "junit":
		return report.JUnit(w, i.cases(), report.Options{Clean: i.Headline()})
	case "oneline":
		return i.lines(w, report.Oneline)
	case "github":
		return i.lines(w, report.GitHub)
	}
	return fmt.Errorf("unknown format %s: use %s", dupcheck.QuoteAlways(format), strings.Join(formats, ", "))
}

// lines writes the findings in a format of package report, and the verdict with its
// numbers in place of its last line.
func (i Impact) lines(w io.Writer, format func(io.Writer, dupcheck.Report, report.Options) error) error {
	var b bytes.Buffer
	if err := format(&b, i.Report(), report.Options{Rules: allRules()}); err != nil {
		return err
	}
	replaceLastLine(&b, report.Sentence(i.Headline())+"\n"+i.Coverage()+"\n"+i.Summary()+"\n")
	_, err := w.Write(b.Bytes())
	return err
}

// cases is the report for test cases. Deployers that are as before are not nothing.
func (i Impact) cases() dupcheck.Report {
	r := i.Report()
	r.Objects = max(r.Objects, i.Compared)
	return r
}

// replaceLastLine puts another summary in place of that of a check.
func replaceLastLine(b *bytes.Buffer, with string) {
	lines := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	b.Truncate(bytes.LastIndexByte(lines, '\n') + 1)
	b.WriteString(with)
}

// Report returns the findings of an impact as diagnostics, for the formats of
// package report.
func (i Impact) Report() (r dupcheck.Report) {
	add := func(f Finding, set string, id dupcheck.ID) {
		d := dupcheck.Diagnostic{Rule: f.Rule, Severity: f.Severity, Set: set, ID: id, Message: f.Message, Advice: f.Advice}
		if id.Kind != "" || f.At.File != "" {
			d.Declarations = []dupcheck.Declaration{{Position: f.At, Kind: id.Kind, Namespace: id.Namespace, Name: id.Name}}
		}
		r.Diagnostics = append(r.Diagnostics, d)
	}
	for _, c := range i.Deployers {
		r.Objects += c.After
		for _, f := range c.Findings {
			add(f, c.Instance, c.Deployer)
		}
	}
	for _, f := range i.general() {
		add(f, "", dupcheck.ID{})
	}
	return r
}

// general are findings about no deployer.
func (i Impact) general() (all []Finding) {
	all = append(all, i.General...)
	if i.Hidden != "" {
		all = append(all, Finding{Rule: NotMerged, Severity: dupcheck.Warning, Message: i.Hidden})
	}
	for _, p := range i.Unexpanded {
		all = append(all, Finding{Rule: deploy.NotExpanded, Severity: dupcheck.Info, Message: p.Message() + "; only its template is compared"})
	}
	for _, a := range i.Unused {
		all = append(all, Finding{
			Rule: UnusedAllowance, Severity: dupcheck.Warning,
			Message: fmt.Sprintf("the allowance for %s matches nothing that would be deleted (%s)", dupcheck.QuoteAlways(a.Deployer), dupcheck.Quote(a.From)),
			Advice:  "remove it, or correct its name",
		})
	}
	return all
}

// allRules are the rules of all findings of an impact.
func allRules() dupcheck.RuleTable { return slices.Concat(Rules(), deploy.Rules()) }

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

var formats = []string{"text", "json", "markdown", "sarif", "github"}

// Formats returns the names of the formats of an impact, the default one
// first.
func Formats() []string { return slices.Clone(formats) }

// Write writes an impact in a format: "text" for people, "json" for tools,
// "markdown" for a comment on a pull request, "sarif" and "github" for what
// shows findings in the code. Nothing from the input can start a line or act on
// a terminal. version is that of the program and may be empty. If there is no
// such format, nothing is written and the error says which there are.
func Write(w io.Writer, format string, i Impact, version string) error {
	var b bytes.Buffer
	switch format {
	case "text", "markdown":
		if err := templates.ExecuteTemplate(&b, format+".tmpl", view{i}); err != nil {
			return err
		}
	case "json":
		return writeJSON(w, i)
	case "sarif":
		return report.SARIF(w, i.Report(), report.Options{Version: version, Rules: slices.Concat(Rules(), deploy.Rules())})
	case "github":
		if err := report.GitHub(&b, i.Report(), report.Options{}); err != nil {
			return err
		}
		replaceLastLine(&b, report.Sentence(i.Headline())+"\n"+i.Coverage()+"\n"+i.Summary()+"\n")
	default:
		return fmt.Errorf("unknown format %s: use %s", dupcheck.QuoteAlways(format), strings.Join(formats, ", "))
	}
	_, err := w.Write(b.Bytes())
	return err
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
		r.Diagnostics = append(r.Diagnostics, dupcheck.Diagnostic{
			Rule: f.Rule, Severity: f.Severity, Set: set, ID: id, Message: f.Message, Advice: f.Advice,
			Declarations: []dupcheck.Declaration{{Position: f.At, Kind: id.Kind, Namespace: id.Namespace, Name: id.Name}},
		})
	}
	for _, c := range i.Deployers {
		r.Objects += c.After
		for _, f := range c.Findings {
			add(f, c.Instance, c.Deployer)
		}
	}
	for _, f := range i.general() {
		d := dupcheck.Diagnostic{Rule: f.Rule, Severity: f.Severity, Message: f.Message, Advice: f.Advice}
		if f.At.File != "" {
			d.Declarations = []dupcheck.Declaration{{Position: f.At}}
		}
		r.Diagnostics = append(r.Diagnostics, d)
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

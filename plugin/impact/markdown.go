package impact

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/report"
)

const (
	// mostTable is how many bytes of report.MostMarkdown the table has.
	mostTable = 20_000
	// mostOpen is how many details are not folded at first.
	mostOpen = 2
)

// plainTool is a name that may stand in the mark of a comment.
var plainTool = regexp.MustCompile(`^[a-z0-9-]+$`)

// Mark is the line by which a workflow finds its comment.
func (v view) Mark() string {
	if plainTool.MatchString(v.options.Tool) {
		return "<!-- kuniq impact " + v.options.Tool + " -->"
	}
	return "<!-- kuniq impact -->"
}

// Open says whether the details are not folded at first.
func (v view) Open() bool { return len(v.Details()) <= mostOpen }

// By names the program.
func (v view) By() string { return strings.TrimSpace("kuniq " + v.options.Version) }

// Rows is the table in Markdown, with a line about the rest.
func (v view) Rows() string {
	rows, rest := v.rows()
	var b strings.Builder
	if len(rows) > 0 {
		b.WriteString("\n| " + strings.Join(columns[:], " | ") + " |\n| --- | ---: | ---: | ---: | ---: | --- |\n")
	}
	for i, r := range rows {
		line := "|"
		for k, s := range r.cells {
			if line += " "; k == len(r.cells)-1 {
				line += verdicts[r.verdict].sign + " "
			}
			line += report.Markup(s) + " |"
		}
		if b.Len()+len(line) > mostTable {
			fmt.Fprintf(&b, "| and %d more, which had no room | | | | | |\n", len(rows)-i)
			break
		}
		b.WriteString(line + "\n")
	}
	if rest != "" {
		b.WriteString("\n" + report.Markup(rest) + "\n")
	}
	return b.String()
}

// placed is a finding with its place in Markdown.
type placed struct {
	Finding
	Where string
}

// markdown writes a comment. All but the verdict and the table is left out where it has
// no room, and the last lines say so.
func (v view) markdown(w io.Writer) error {
	var b bytes.Buffer
	p := &pieces{to: &b}
	p.write("markdown.tmpl", v, 0)
	for i, f := range v.General() {
		if i == 0 {
			b.WriteByte('\n')
		}
		p.write("general", placed{f, v.place(f)}, report.MostMarkdown/2)
	}
	if details := v.Details(); len(details) > 0 {
		p.write("fold", v, 0)
		for _, d := range details {
			p.write("detail", d, report.MostMarkdown)
		}
		p.write("end", v, 0)
	}
	p.write("asks", v, report.MostMarkdown)
	p.write("notes", v, report.MostMarkdown)
	if p.left > 0 {
		fmt.Fprintf(&b, "\n%s had no room in this comment; `-o text` and `-o json` show all.\n", report.Count(p.left, "part"))
	}
	p.write("last", v, 0)
	if p.err != nil {
		return p.err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// pieces writes the parts of a comment, and counts those that do not fit.
type pieces struct {
	to   *bytes.Buffer
	left int
	err  error
}

// write writes a part. With most, it is left out if the comment would be longer.
func (p *pieces) write(template string, data any, most int) {
	var b bytes.Buffer
	if err := templates().ExecuteTemplate(&b, template, data); err != nil {
		p.err = err
	}
	if most > 0 && p.to.Len()+b.Len() > most {
		p.left++
		return
	}
	p.to.Write(b.Bytes())
}

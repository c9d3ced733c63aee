package migrate

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/split"
)

// WriteText prints the plan for a person: the new files of each file, the lines that change,
// the files that stay and why, and the warnings. Paths are relative to the top of the work
// tree.
func (p *Plan) WriteText(w io.Writer) error {
	b := bufio.NewWriter(w)
	for _, s := range p.Sources {
		fmt.Fprintf(b, "%s: %s\n", dupcheck.Quote(s.Path), report.Count(len(s.Files), "object"))
		for _, f := range s.Files {
			fmt.Fprintf(b, "    %s\n", dupcheck.Quote(path.Base(f.Path)))
		}
	}
	for _, e := range p.Edits {
		fmt.Fprintf(b, "%s: %s: %s becomes %s\n", place(e.File, e.Line), e.Field, dupcheck.Quote(e.Old), entries(e))
	}
	p.textRoots(b)
	for _, s := range p.Skipped {
		fmt.Fprintf(b, "%s: skipped: %s\n", dupcheck.Quote(s.File), dupcheck.Quote(s.Reason))
	}
	for _, n := range p.Notes {
		fmt.Fprintf(b, "%s: note: %s\n", report.At(n.At), dupcheck.Quote(n.Text))
	}
	for _, warning := range p.Warnings {
		loud := ""
		if warning.Prunes {
			loud = "WOULD DELETE: "
		}
		fmt.Fprintf(b, "%s: warning: %s%s\n", place(warning.File, warning.Line), loud, dupcheck.Quote(warning.Text))
	}
	for _, r := range p.Refusals {
		fmt.Fprintf(b, "%s: error: %s\n", report.At(r.At), dupcheck.Quote(r.Reason))
	}
	if len(p.Sources)+len(p.Skipped)+len(p.Warnings)+len(p.Refusals) > 0 {
		fmt.Fprintln(b)
	}
	fmt.Fprintln(b, p.Summary())
	return b.Flush()
}

func (p *Plan) textRoots(b *bufio.Writer) {
	for _, r := range p.Roots {
		dir := dupcheck.Quote(r.Dir)
		switch {
		case r.Verified && r.Reason == "":
			fmt.Fprintf(b, "%s: kustomize build gives the same bytes before and after\n", dir)
		case r.Verified:
			fmt.Fprintf(b, "%s: kustomize build was verified %s\n", dir, r.Reason)
		case r.Allowed:
			fmt.Fprintf(b, "%s: kustomize build was not verified, which is allowed: %s\n", dir, r.Reason)
		default:
			fmt.Fprintf(b, "%s: kustomize build was not verified: %s\n", dir, r.Reason)
		}
	}
}

func entries(e Edit) string {
	if len(e.New) == 1 {
		return dupcheck.Quote(e.New[0])
	}
	return fmt.Sprintf("%d entries", len(e.New))
}

func place(file string, line int) string { return report.At(position(file, line)) }

// Summary returns one line about the plan.
func (p *Plan) Summary() string {
	sources, files := p.Counts()
	edited := map[string]bool{}
	for _, e := range p.Edits {
		edited[e.File] = true
	}
	if p.Empty() {
		return "nothing to migrate: " + report.Count(p.Looked, "file") + " looked at"
	}
	parts := []string{fmt.Sprintf("%s to become %d", report.Count(sources, "file"), files)}
	if len(edited) > 0 {
		parts = append(parts, report.Count(len(edited), "file")+" to be edited")
	}
	if len(p.Skipped) > 0 {
		parts = append(parts, fmt.Sprintf("%d skipped", len(p.Skipped)))
	}
	if len(p.Warnings) > 0 {
		parts = append(parts, report.Count(len(p.Warnings), "warning"))
	}
	if len(p.Refusals) > 0 {
		parts = append(parts, report.Count(len(p.Refusals), "error"))
	}
	return strings.Join(parts, ", ")
}

// The JSON form is a contract: fields are added and never renamed. Arrays are
// never null.
type (
	jsonPlan struct {
		Version  int          `json:"version"`
		Dir      string       `json:"dir"`
		Written  bool         `json:"written"`
		Looked   int          `json:"looked"`
		Dirty    []string     `json:"dirty"`
		Sources  []jsonSource `json:"sources"`
		Edits    []Edit       `json:"edits"`
		Roots    []Root       `json:"roots"`
		Skipped  []Warning    `json:"skipped"`
		Notes    []Warning    `json:"notes"`
		Warnings []Warning    `json:"warnings"`
		Refusals []Warning    `json:"refusals"`
	}
	jsonSource struct {
		File  string     `json:"file"`
		Files []jsonFile `json:"files"`
	}
	jsonFile struct {
		File string       `json:"file"`
		ID   *dupcheck.ID `json:"id"`
		Line int          `json:"line"`
		How  string       `json:"how"`
	}
)

// WriteJSON prints the plan for a program. written says whether it was
// carried out.
func (p *Plan) WriteJSON(w io.Writer, written bool) error {
	message := func(at dupcheck.Position, text string) Warning {
		return Warning{File: at.File, Line: at.Line, Text: text}
	}
	return report.Encode(w, jsonPlan{
		Version: 1, Dir: p.repo.dir, Written: written, Looked: p.Looked,
		Dirty: append([]string{}, p.Dirty...), Edits: append([]Edit{}, p.Edits...), Roots: append([]Root{}, p.Roots...),
		Warnings: append([]Warning{}, p.Warnings...), Sources: each(p.Sources, jsonOf),
		Skipped:  each(p.Skipped, func(s dupcheck.Skipped) Warning { return Warning{File: s.File, Text: s.Reason} }),
		Notes:    each(p.Notes, func(n split.Note) Warning { return message(n.At, n.Text) }),
		Refusals: each(p.Refusals, func(r split.Refusal) Warning { return message(r.At, r.Reason) }),
	})
}

func jsonOf(s Source) jsonSource {
	return jsonSource{s.Path, each(s.Files, func(f File) jsonFile {
		out := jsonFile{File: f.Path, Line: f.Line, How: f.How.String()}
		if f.ID != (dupcheck.ID{}) {
			out.ID = &f.ID
		}
		return out
	})}
}

// each returns the converted items of a list. It is never nil.
func each[T, U any](list []T, as func(T) U) []U {
	out := make([]U, len(list))
	for i, item := range list {
		out[i] = as(item)
	}
	return out
}

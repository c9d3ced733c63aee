package migrate

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/split"
)

// WriteText prints the plan for a person: the new files of each file, the lines that change,
// the files that stay and why, and the warnings. Paths are as they are reached from the
// working directory.
func (p *Plan) WriteText(w io.Writer) error {
	b, shown := bufio.NewWriter(w), p.repo.reached
	line := func(at dupcheck.Position, what string, why checkout.Reason) {
		fmt.Fprintf(b, "%s: %s%s\n", report.At(shown.Place(at)), what, dupcheck.Quote(why.Shown(shown.File)))
	}
	for _, s := range p.Sources {
		fmt.Fprintf(b, "%s: %s\n", dupcheck.Quote(shown.File(s.Path)), report.Count(len(s.Files), "object"))
		for _, f := range s.Files {
			fmt.Fprintf(b, "    %s\n", dupcheck.Quote(path.Base(f.Path)))
		}
	}
	for _, e := range p.Edits {
		line(position(e.File, e.Line), "", checkout.Reasonf("%s: %s becomes %s", e.Field, dupcheck.Quote(e.Old), entries(e)))
	}
	for _, r := range p.Roots {
		line(position(r.Dir, 0), "kustomize build ", r.outcome())
	}
	for _, s := range p.Skipped {
		line(position(s.File, 0), "skipped: ", s.Reason)
	}
	for _, n := range p.Notes {
		line(n.At, "note: ", checkout.Text(n.Text))
	}
	for _, warning := range p.Warnings {
		loud := ""
		if warning.Prunes {
			loud = "WOULD DELETE: "
		}
		line(position(warning.File, warning.Line), "warning: "+loud, warning.Text)
	}
	for _, r := range p.Refusals {
		line(r.At, "error: ", r.Reason)
	}
	if len(p.Sources)+len(p.Skipped)+len(p.Warnings)+len(p.Refusals) > 0 {
		fmt.Fprintln(b)
	}
	fmt.Fprintln(b, p.Summary())
	return b.Flush()
}

// outcome describes the result of building it.
func (r Root) outcome() checkout.Reason {
	switch {
	case r.Verified && r.Reason == "":
		return "gives the same bytes before and after"
	case r.Verified:
		return "was verified " + r.Reason
	case r.Allowed:
		return "was not verified, which is allowed: " + r.Reason
	}
	return "was not verified: " + r.Reason
}

func entries(e Edit) string {
	if len(e.New) == 1 {
		return dupcheck.Quote(e.New[0])
	}
	return fmt.Sprintf("%d entries", len(e.New))
}

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
		Version  int           `json:"version"`
		Dir      string        `json:"dir"`
		Written  bool          `json:"written"`
		Looked   int           `json:"looked"`
		Dirty    []string      `json:"dirty"`
		Sources  []jsonSource  `json:"sources"`
		Edits    []Edit        `json:"edits"`
		Roots    []jsonRoot    `json:"roots"`
		Skipped  []jsonMessage `json:"skipped"`
		Notes    []jsonMessage `json:"notes"`
		Warnings []jsonMessage `json:"warnings"`
		Refusals []jsonMessage `json:"refusals"`
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
	jsonRoot struct {
		Dir      string `json:"dir"`
		Verified bool   `json:"verified"`
		Allowed  bool   `json:"allowed"`
		Reason   string `json:"reason"`
	}
	jsonMessage struct {
		File    string `json:"file"`
		Line    int    `json:"line"`
		Prunes  bool   `json:"prunes"`
		Message string `json:"message"`
	}
)

// WriteJSON prints the plan for a program, with paths as WriteText has them. written says
// whether it was carried out.
func (p *Plan) WriteJSON(w io.Writer, written bool) error {
	shown := p.repo.reached.File
	message := func(at dupcheck.Position, prunes bool, why checkout.Reason) jsonMessage {
		return jsonMessage{shown(at.File), at.Line, prunes, why.Shown(shown)}
	}
	out := jsonPlan{
		Version: 1, Dir: shown(p.repo.dir), Written: written, Looked: p.Looked, Dirty: each(p.Dirty, shown),
		Sources: each(p.Sources, func(s Source) jsonSource { return jsonOf(s, shown) }),
		Edits: each(p.Edits, func(e Edit) Edit {
			e.File = shown(e.File)
			return e
		}),
		Roots: each(p.Roots, func(r Root) jsonRoot {
			return jsonRoot{shown(r.Dir), r.Verified, r.Allowed, r.Reason.Shown(shown)}
		}),
		Skipped:  each(p.Skipped, func(s Skipped) jsonMessage { return message(position(s.File, 0), false, s.Reason) }),
		Notes:    each(p.Notes, func(n split.Note) jsonMessage { return message(n.At, false, checkout.Text(n.Text)) }),
		Warnings: each(p.Warnings, func(n Warning) jsonMessage { return message(position(n.File, n.Line), n.Prunes, n.Text) }),
		Refusals: each(p.Refusals, func(r Refusal) jsonMessage { return message(r.At, false, r.Reason) }),
	}
	return report.Encode(w, out)
}

func jsonOf(s Source, shown func(string) string) jsonSource {
	return jsonSource{shown(s.Path), each(s.Files, func(f File) jsonFile {
		out := jsonFile{File: shown(f.Path), Line: f.Line, How: f.How.String()}
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

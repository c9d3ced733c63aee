package krmfn

import (
	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// result is one entry of a ResourceList's results, as the specification has it.
// It is not the one of kyaml (fn/framework/result.go), which leaves out an index
// that is 0.
type result struct {
	Message     string            `json:"message" yaml:"message"`
	Severity    string            `json:"severity" yaml:"severity"`
	ResourceRef *resourceRef      `json:"resourceRef,omitempty" yaml:"resourceRef,omitempty"`
	Field       *field            `json:"field,omitempty" yaml:"field,omitempty"`
	File        *file             `json:"file,omitempty" yaml:"file,omitempty"`
	Tags        map[string]string `json:"tags,omitempty" yaml:"tags,omitempty"`
}

type resourceRef struct {
	APIVersion string `json:"apiVersion" yaml:"apiVersion"`
	Kind       string `json:"kind" yaml:"kind"`
	Name       string `json:"name" yaml:"name"`
	Namespace  string `json:"namespace,omitempty" yaml:"namespace,omitempty"`
}

type field struct {
	Path string `json:"path" yaml:"path"`
}

type file struct {
	Path  string `json:"path" yaml:"path"`
	Index int    `json:"index" yaml:"index"`
}

// failed returns the list with the results of a report, or the unchanged list if no valid
// one could be made of it: the exit code and standard error say the same.
func (l *list) failed(r dupcheck.Report) []byte {
	out, err := l.withResults(l.results(r))
	if err != nil {
		return l.text
	}
	again, err := read(out)
	if err != nil || len(again.items) != len(l.items) {
		return l.text
	}
	return out
}

// results are one for each later declaration of an object, and one for each
// other finding.
func (l *list) results(r dupcheck.Report) []result {
	out := []result{}
	for _, d := range r.Diagnostics {
		places := d.Declarations
		if len(places) > 1 && places[0].Position != places[1].Position {
			places = places[1:]
		} else if len(places) > 1 {
			places = places[:1]
		}
		for _, p := range places {
			out = append(out, l.result(d, p))
		}
	}
	return out
}

// result is about one declaration of a diagnostic.
func (l *list) result(d dupcheck.Diagnostic, at dupcheck.Declaration) result {
	out := result{
		Message:  report.Sentence(d.Message) + " (in " + placeName(at.Position) + ")",
		Severity: d.Severity.String(),
		Tags:     map[string]string{"rule": string(d.Rule)},
		File:     l.fileOf(at.Position),
	}
	if d.ID != (dupcheck.ID{}) {
		out.Tags["identity"] = d.ID.String()
	}
	if first := d.Declarations[0]; first.Position != at.Position {
		// In the message, too, for kpt prints neither file nor tags.
		out.Message = report.Sentence(d.Message) + " (first in " + placeName(first.Position) + ", again in " + placeName(at.Position) + ")"
		out.Tags["collidesWith"] = placeName(first.Position)
	}
	if at.APIVersion != "" && at.Kind != "" && at.Name != "" {
		out.ResourceRef = &resourceRef{at.APIVersion, at.Kind, at.Name, at.Namespace}
		out.Field = &field{Path: "metadata.name"}
	}
	return out
}

// fileOf returns the file that an item was read from, if its annotations name it.
func (l *list) fileOf(at dupcheck.Position) *file {
	switch from := l.items[at.Document].from; {
	case from.path != "":
		return &file{from.path, from.index}
	case from.origin != "":
		return &file{Path: from.origin} // kustomize does not say which one of the file
	}
	return nil
}

// placeName names a position in a sentence.
func placeName(at dupcheck.Position) string {
	s := report.Sentence(at.File)
	if at.Path != "" {
		s += " (" + report.Sentence(at.Path) + ")"
	}
	return s
}

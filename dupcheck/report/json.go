package report

import (
	"io"

	"github.com/kuniq/kuniq/dupcheck"
)

// jsonVersion changes only if a field changes its name or meaning.
const jsonVersion = 1

// JSON writes the whole report as one object. Its fields are a contract: others
// may be added, none is renamed. Arrays are never null.
func JSON(w io.Writer, r dupcheck.Report, _ Options) error {
	doc := jsonReport{
		Version: jsonVersion, Files: r.Files, Objects: r.Objects,
		Diagnostics: make([]jsonDiagnostic, len(r.Diagnostics)),
		Unread:      make([]jsonUnread, len(r.Unread)),
		Skipped:     make([]jsonSkipped, len(r.Skipped)),
		Suppressed:  make([]jsonSuppressed, len(r.Suppressed)),
		Stale:       make([]jsonAccepted, len(r.Stale)),
		Accounting:  newJSONAccounting(r.Accounting),
		FileStates:  make([]jsonFileState, len(r.States)),
	}
	for i, s := range r.States {
		doc.FileStates[i] = jsonFileState{text(s.File), s.State.String(), text(s.Reason), text(s.Target)}
	}
	for i, d := range r.Diagnostics {
		doc.Diagnostics[i] = newJSONDiagnostic(d)
	}
	for i, u := range r.Unread {
		doc.Unread[i] = jsonUnread{text(u.File), u.Line, text(u.Reason)}
	}
	for i, s := range r.Skipped {
		doc.Skipped[i] = jsonSkipped{text(s.File), text(s.Reason)}
	}
	for i, s := range r.Suppressed {
		doc.Suppressed[i] = jsonSuppressed{string(s.By), text(s.Pattern), text(s.Reason), newJSONDiagnostic(s.Diagnostic)}
	}
	for i, a := range r.Stale {
		doc.Stale[i] = newJSONAccepted(a)
	}
	return Encode(w, doc)
}

type jsonReport struct {
	Version     int              `json:"version"`
	Files       int              `json:"files"`
	Objects     int              `json:"objects"`
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
	Unread      []jsonUnread     `json:"unread"`
	Skipped     []jsonSkipped    `json:"skipped"`
	Suppressed  []jsonSuppressed `json:"suppressed"`
	Stale       []jsonAccepted   `json:"stale"`
	Accounting  jsonAccounting   `json:"accounting"`
	FileStates  []jsonFileState  `json:"fileStates"`
}

// jsonAccounting counts all files that were met; the states add up to files.
type jsonAccounting struct {
	Files        int `json:"files"`
	Compared     int `json:"compared"`
	Inputs       int `json:"inputs"`
	NotManifests int `json:"notManifests"`
	LeftOut      int `json:"leftOut"`
	Unread       int `json:"unread"`
}

func newJSONAccounting(a dupcheck.Accounting) jsonAccounting {
	return jsonAccounting{a.Files(), a.Compared, a.Inputs, a.NotManifests, a.LeftOut, a.Unread}
}

type jsonFileState struct {
	File   string `json:"file"`
	State  string `json:"state"`
	Reason string `json:"reason"`
	Target string `json:"target"`
}

// jsonSuppressed is a diagnostic with what hides it.
type jsonSuppressed struct {
	By      string `json:"by"`
	Pattern string `json:"pattern"`
	Reason  string `json:"reason,omitempty"`
	jsonDiagnostic
}

type jsonDiagnostic struct {
	Rule         string            `json:"rule"`
	Severity     string            `json:"severity"`
	Set          string            `json:"set"`
	ID           *jsonID           `json:"id"`
	Message      string            `json:"message"`
	Identical    bool              `json:"identical"`
	Differs      []string          `json:"differs"`
	DiffersMore  int               `json:"differsMore"`
	Values       []jsonDifference  `json:"values,omitempty"`
	Wins         *int              `json:"wins"`
	Effect       string            `json:"effect"`
	Advice       string            `json:"advice"`
	Declarations []jsonDeclaration `json:"declarations"`
}

type jsonID struct {
	Group     string `json:"group"`
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

type jsonDifference struct {
	Path   string   `json:"path"`
	Values []string `json:"values"`
}

type jsonDeclaration struct {
	File         string `json:"file"`
	Line         int    `json:"line"`
	Column       int    `json:"column"`
	Document     int    `json:"document"`
	Path         string `json:"path"`
	Origin       string `json:"origin"`
	APIVersion   string `json:"apiVersion"`
	Kind         string `json:"kind"`
	Namespace    string `json:"namespace"`
	Name         string `json:"name"`
	GenerateName string `json:"generateName"`
}

type jsonUnread struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

type jsonSkipped struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

func newJSONDiagnostic(d dupcheck.Diagnostic) jsonDiagnostic {
	out := jsonDiagnostic{
		Rule: text(string(d.Rule)), Severity: severity(d).String(), Set: text(d.Set),
		Message: text(d.Message), Identical: d.Identical,
		Differs: texts(d.Differs), DiffersMore: d.DiffersMore,
		Effect: text(d.Effect), Advice: text(d.Advice),
		Declarations: make([]jsonDeclaration, len(d.Declarations)),
	}
	if id := d.ID; id != (dupcheck.ID{}) {
		out.ID = &jsonID{text(id.Group), text(id.Kind), text(id.Namespace), text(id.Name)}
	}
	if i, ok := d.Wins(); ok {
		out.Wins = &i
	}
	for _, v := range d.Values {
		out.Values = append(out.Values, jsonDifference{text(v.Path), texts(v.Values)})
	}
	for i, o := range d.Declarations {
		out.Declarations[i] = newJSONDeclaration(o)
	}
	return out
}

func newJSONDeclaration(d dupcheck.Declaration) jsonDeclaration {
	return jsonDeclaration{
		File: text(d.File), Line: d.Line, Column: d.Column, Document: d.Document,
		Path: text(d.Path), Origin: text(d.Origin),
		APIVersion: text(d.APIVersion), Kind: text(d.Kind), Namespace: text(d.Namespace),
		Name: text(d.Name), GenerateName: text(d.GenerateName),
	}
}

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
	return Encode(w, jsonReport{
		Version: jsonVersion, Files: r.Files, Objects: r.Objects,
		Diagnostics: each(r.Diagnostics, as[dupcheck.Diagnostic]),
		Unread: each(r.Unread, func(u dupcheck.Unread) jsonUnread {
			return jsonUnread{text(u.File), u.Line, text(u.Reason), string(u.Code)}
		}),
		Skipped:    each(r.Skipped, func(s dupcheck.Skipped) jsonSkipped { return jsonSkipped{text(s.File), text(s.Reason)} }),
		Suppressed: each(r.Suppressed, as[dupcheck.Suppressed]),
		Stale:      each(r.Stale, as[dupcheck.Accepted]),
		Accounting: newJSONAccounting(r.Accounting),
		FileStates: each(r.States, func(s dupcheck.FileState) jsonFileState {
			return jsonFileState{text(s.File), s.State.String(), text(s.Reason), text(s.Target)}
		}),
	})
}

// each makes of every element of a list one that JSON can hold. It never returns
// null.
func each[From, To any](list []From, convert func(From) To) []To {
	out := make([]To, len(list))
	for i, x := range list {
		out[i] = convert(x)
	}
	return out
}

// as leaves the conversion to the element's MarshalJSON.
func as[T any](x T) T { return x }

type jsonReport struct {
	Version     int                   `json:"version"`
	Files       int                   `json:"files"`
	Objects     int                   `json:"objects"`
	Diagnostics []dupcheck.Diagnostic `json:"diagnostics"`
	Unread      []jsonUnread          `json:"unread"`
	Skipped     []jsonSkipped         `json:"skipped"`
	Suppressed  []dupcheck.Suppressed `json:"suppressed"`
	Stale       []dupcheck.Accepted   `json:"stale"`
	Accounting  jsonAccounting        `json:"accounting"`
	FileStates  []jsonFileState       `json:"fileStates"`
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

type jsonUnread struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
	Code   string `json:"code,omitempty"`
}

type jsonSkipped struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

package restore

import (
	"io"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// The JSON forms are contracts: fields may be added, none is renamed. Arrays are
// never null.
type (
	jsonID struct {
		Group     string `json:"group"`
		Kind      string `json:"kind"`
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	}
	jsonBinding struct {
		Claim        jsonID   `json:"claim"`
		Volume       jsonID   `json:"volume"`
		Driver       string   `json:"driver"`
		Handle       string   `json:"handle"`
		NodeAffinity []string `json:"nodeAffinity"`
		Size         string   `json:"size"`
		State        State    `json:"state"`
	}
	jsonFinding struct {
		Rule    Rule    `json:"rule"`
		Refuses bool    `json:"refuses"`
		ID      *jsonID `json:"id"`
		File    string  `json:"file"`
		Line    int     `json:"line"`
		Message string  `json:"message"`
		Advice  string  `json:"advice"`
	}
	jsonMissing struct {
		ID          jsonID `json:"id"`
		File        string `json:"file"`
		Line        int    `json:"line"`
		Phase       int    `json:"phase"`
		PhaseName   string `json:"phaseName"`
		Git         bool   `json:"git"`
		Dump        bool   `json:"dump"`
		Terminating bool   `json:"terminating"`
		Hold        string `json:"hold"`
	}
	jsonUnrecoverable struct {
		ID        jsonID  `json:"id"`
		By        jsonID  `json:"by"`
		CreatedBy *jsonID `json:"createdBy"`
	}
	jsonUnread struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Reason string `json:"reason"`
	}
)

// WriteJSON writes the bindings and findings as one object of JSON, in which no
// character acts on a terminal; the files are not in it. docs/restore.md has the
// fields. The error is that of the writer.
func (r Restoration) WriteJSON(w io.Writer) error {
	return report.Encode(w, struct {
		Version  int           `json:"version"`
		Claims   int           `json:"claims"`
		Refusals int           `json:"refusals"`
		Bindings []jsonBinding `json:"bindings"`
		Findings []jsonFinding `json:"findings"`
	}{
		1, len(r.Bindings), r.Refusals(),
		each(r.Bindings, func(b Binding) jsonBinding {
			return jsonBinding{jsonID(b.Claim), jsonID(b.Volume), b.Driver, b.Handle, append([]string{}, b.NodeAffinity...), b.Size, b.State}
		}),
		each(r.Findings, func(f Finding) jsonFinding {
			return jsonFinding{f.Rule, f.Refuses, optional(f.ID), fileName(f.At.File), f.At.Line, f.Message, f.Advice}
		}),
	})
}

// WriteJSON writes the comparison as one object of JSON, in which no character
// acts on a terminal. A phase is a number from 1. docs/restore.md has the fields.
// The error is that of the writer.
func (c Comparison) WriteJSON(w io.Writer) error {
	return report.Encode(w, struct {
		Version       int                 `json:"version"`
		Missing       []jsonMissing       `json:"missing"`
		Unrecoverable []jsonUnrecoverable `json:"unrecoverable"`
		Unread        []jsonUnread        `json:"unread"`
	}{
		1,
		each(c.Missing, func(m Missing) jsonMissing {
			return jsonMissing{
				jsonID(m.ID), fileName(m.At.File), m.At.Line, int(m.Phase) + 1, m.Phase.String(), m.Git, m.Dump, m.Terminating, m.Hold,
			}
		}),
		each(c.Unrecoverable, func(u Unrecoverable) jsonUnrecoverable {
			return jsonUnrecoverable{jsonID(u.ID), jsonID(u.By), optional(u.CreatedBy)}
		}),
		each(c.Unread, func(u dupcheck.Unread) jsonUnread { return jsonUnread{fileName(u.File), u.Line, u.Reason} }),
	})
}

// fileName returns a name as JSON can hold it. Quoting keeps two names apart that
// are not UTF-8.
func fileName(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return dupcheck.QuoteAlways(s)
}

// optional returns null for the zero ID.
func optional(id dupcheck.ID) *jsonID {
	if id == (dupcheck.ID{}) {
		return nil
	}
	out := jsonID(id)
	return &out
}

func each[T, U any](list []T, f func(T) U) []U {
	out := make([]U, 0, len(list))
	for _, v := range list {
		out = append(out, f(v))
	}
	return out
}

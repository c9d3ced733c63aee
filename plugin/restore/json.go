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
	jsonFinding struct {
		Rule    Rule         `json:"rule"`
		Refuses bool         `json:"refuses"`
		ID      *dupcheck.ID `json:"id"`
		File    string       `json:"file"`
		Line    int          `json:"line"`
		Message string       `json:"message"`
		Advice  string       `json:"advice"`
		Option  string       `json:"option"`
	}
	jsonMissing struct {
		ID          dupcheck.ID `json:"id"`
		File        string      `json:"file"`
		Line        int         `json:"line"`
		Phase       int         `json:"phase"`
		PhaseName   string      `json:"phaseName"`
		Git         bool        `json:"git"`
		Dump        bool        `json:"dump"`
		Terminating bool        `json:"terminating"`
		Hold        string      `json:"hold"`
	}
	jsonUnrecoverable struct {
		ID        dupcheck.ID  `json:"id"`
		By        dupcheck.ID  `json:"by"`
		CreatedBy *dupcheck.ID `json:"createdBy"`
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
		Bindings []Binding     `json:"bindings"`
		Findings []jsonFinding `json:"findings"`
	}{
		1, len(r.Bindings), r.Refusals(),
		append([]Binding{}, r.Bindings...),
		each(r.Findings, func(f Finding) jsonFinding {
			return jsonFinding{f.Rule, f.Refuses, optional(f.ID), fileName(f.At.File), f.At.Line, f.Message, f.Advice, f.Option.String()}
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
				m.ID, fileName(m.At.File), m.At.Line, int(m.Phase) + 1, m.Phase.String(), m.Git, m.Dump, m.Terminating, m.Hold,
			}
		}),
		each(c.Unrecoverable, func(u Unrecoverable) jsonUnrecoverable {
			return jsonUnrecoverable{u.ID, u.By, optional(u.CreatedBy)}
		}),
		each(c.Unread, func(u dupcheck.Unread) jsonUnread { return jsonUnread{fileName(u.File), u.Line, u.Reason} }),
	})
}

// fileName returns a name in a form that JSON can hold. Quoting keeps two names apart that
// are not UTF-8.
func fileName(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return dupcheck.QuoteAlways(s)
}

// optional returns nil for the zero ID.
func optional(id dupcheck.ID) *dupcheck.ID {
	if id == (dupcheck.ID{}) {
		return nil
	}
	return &id
}

func each[T, U any](list []T, f func(T) U) []U {
	out := make([]U, 0, len(list))
	for _, v := range list {
		out = append(out, f(v))
	}
	return out
}

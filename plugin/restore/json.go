package restore

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
)

// The JSON forms are contracts: fields may be added, none is renamed. Arrays are
// never null.
type (
	jsonRecovery struct {
		Version  int           `json:"version"`
		Claims   int           `json:"claims"`
		Refusals int           `json:"refusals"`
		Bindings []jsonBinding `json:"bindings"`
		Findings []jsonFinding `json:"findings"`
	}
	jsonBinding struct {
		Claim  jsonID   `json:"claim"`
		Volume jsonID   `json:"volume"`
		Driver string   `json:"driver"`
		Handle string   `json:"handle"`
		Places []string `json:"places"`
		Size   string   `json:"size"`
		State  string   `json:"state"`
	}
	jsonFinding struct {
		Rule    string  `json:"rule"`
		Refuses bool    `json:"refuses"`
		ID      *jsonID `json:"id"`
		File    string  `json:"file"`
		Line    int     `json:"line"`
		Message string  `json:"message"`
		Advice  string  `json:"advice"`
	}
	jsonPlan struct {
		Version int           `json:"version"`
		Missing []jsonMissing `json:"missing"`
		Nowhere []jsonNowhere `json:"nowhere"`
		Unread  []jsonUnread  `json:"unread"`
	}
	jsonMissing struct {
		ID        jsonID `json:"id"`
		File      string `json:"file"`
		Line      int    `json:"line"`
		Phase     int    `json:"phase"`
		PhaseName string `json:"phaseName"`
		Git       bool   `json:"git"`
		Dump      bool   `json:"dump"`
		Going     bool   `json:"going"`
		Hold      string `json:"hold"`
	}
	jsonNowhere struct {
		ID    jsonID  `json:"id"`
		By    jsonID  `json:"by"`
		Maker *jsonID `json:"maker"`
	}
	jsonUnread struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Reason string `json:"reason"`
	}
	jsonID struct {
		Group     string `json:"group"`
		Kind      string `json:"kind"`
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	}
)

// WriteJSON writes the bindings and findings as one object of JSON, in which no
// character acts on a terminal; the files are not in it. docs/restore.md has the
// fields. The error is that of the writer.
func (r Recovery) WriteJSON(w io.Writer) error {
	return writeJSON(w, jsonRecovery{
		Version: 1, Claims: len(r.Bindings), Refusals: r.Refusals(),
		Bindings: each(r.Bindings, func(b Binding) jsonBinding {
			return jsonBinding{
				Claim: jsonID(b.Claim), Volume: jsonID(b.Volume), Driver: b.Driver, Handle: b.Handle,
				Places: each(b.Places, func(s string) string { return s }), Size: b.Size, State: string(b.State),
			}
		}),
		Findings: each(r.Findings, func(f Finding) jsonFinding {
			return jsonFinding{string(f.Rule), f.Refuses, optional(f.ID), fileName(f.At.File), f.At.Line, f.Message, f.Advice}
		}),
	})
}

// WriteJSON writes the plan as one object of JSON, in which no character acts on
// a terminal. A phase is a number from 1, as in the text. docs/restore.md has the
// fields. The error is that of the writer.
func (p Plan) WriteJSON(w io.Writer) error {
	return writeJSON(w, jsonPlan{
		Version: 1,
		Missing: each(p.Missing, func(m Missing) jsonMissing {
			return jsonMissing{
				ID: jsonID(m.ID), File: fileName(m.At.File), Line: m.At.Line, Phase: int(m.Phase) + 1, PhaseName: m.Phase.String(),
				Git: m.Git, Dump: m.Dump, Going: m.Going, Hold: m.Hold,
			}
		}),
		Nowhere: each(p.Nowhere, func(n Nowhere) jsonNowhere {
			return jsonNowhere{jsonID(n.ID), jsonID(n.By), optional(n.Maker)}
		}),
		Unread: each(p.Unread, func(u dupcheck.Unread) jsonUnread { return jsonUnread{fileName(u.File), u.Line, u.Reason} }),
	})
}

// fileName is a name as JSON can hold it. Quoting keeps two names apart that are
// no UTF-8.
func fileName(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return dupcheck.QuoteAlways(s)
}

// optional is null for the zero ID.
func optional(id dupcheck.ID) *jsonID {
	if id == (dupcheck.ID{}) {
		return nil
	}
	out := jsonID(id)
	return &out
}

func each[T, U any](list []T, f func(T) U) []U {
	out := make([]U, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}

// writeJSON writes ASCII alone, and no "##", which some CI systems obey.
func writeJSON(w io.Writer, value any) error {
	var encoded bytes.Buffer
	e := json.NewEncoder(&encoded)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(value); err != nil {
		return err
	}
	out := make([]byte, 0, encoded.Len())
	last := rune(0)
	for _, c := range encoded.String() {
		if c < 0x7f && (c != '#' || last != '#') {
			out = append(out, byte(c))
		} else {
			for _, unit := range utf16.Encode([]rune{c}) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
			c = 0
		}
		last = c
	}
	_, err := w.Write(out)
	return err
}

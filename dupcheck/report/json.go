package report

import (
	"io"

	"github.com/kuniq/kuniq/dupcheck"
)

// jsonVersion changes only if a field changes its name or meaning.
const jsonVersion = 1

// JSON writes the whole report as one object. Its fields are a contract: fields may be
// added, and none is renamed. Arrays are never null.
func JSON(w io.Writer, r dupcheck.Report, o Options) error {
	out := jsonReport{
		Version: jsonVersion, Files: r.Files, Objects: r.Objects, Diagnostics: []dupcheck.Diagnostic{},
		Unread: make([]jsonUnread, 0, len(r.Unread)), Allowed: list(r.Allowed), Skipped: list(r.Skipped), Suppressed: list(r.Suppressed), Stale: list(r.Stale),
		Accounting: jsonAccounting{r.Accounting.Files(), r.Accounting}, FileStates: list(r.States),
	}
	for _, u := range r.Unread {
		inUTF8(&u.File, &u.Reason)
		out.Unread = append(out.Unread, jsonUnread{u, o.Ways[u.Code]})
	}
	for i := range out.Allowed {
		a := &out.Allowed[i]
		inUTF8(&a.File, &a.Reason, &a.Setting, &a.Because)
	}
	for i := range out.Skipped {
		inUTF8(&out.Skipped[i].File, &out.Skipped[i].Reason)
	}
	for i := range out.FileStates {
		inUTF8(&out.FileStates[i].File, &out.FileStates[i].Reason, &out.FileStates[i].Target)
	}
	return encodeMany(w, out, "diagnostics", 1, len(r.Diagnostics), func(b []byte, i int) ([]byte, error) {
		return r.Diagnostics[i].AppendJSON(b)
	})
}

// list is a copy that is never null.
func list[T any](all []T) []T { return append([]T{}, all...) }

// inUTF8 turns strings into strings that JSON can hold.
func inUTF8(all ...*string) {
	for _, s := range all {
		*s = dupcheck.UTF8(*s)
	}
}

type jsonReport struct {
	Version     int                   `json:"version"`
	Files       int                   `json:"files"`
	Objects     int                   `json:"objects"`
	Diagnostics []dupcheck.Diagnostic `json:"diagnostics"`
	Unread      []jsonUnread          `json:"unread"`
	Allowed     []dupcheck.Allowed    `json:"allowed,omitempty"`
	Skipped     []dupcheck.Skipped    `json:"skipped"`
	Suppressed  []dupcheck.Suppressed `json:"suppressed"`
	Stale       []dupcheck.Accepted   `json:"stale"`
	Accounting  jsonAccounting        `json:"accounting"`
	FileStates  []dupcheck.FileState  `json:"fileStates"`
}

// jsonUnread is a part that could not be read, with advice.
type jsonUnread struct {
	dupcheck.Unread
	Help string `json:"help,omitempty"`
}

// jsonAccounting counts all files. The states add up to files.
type jsonAccounting struct {
	Files int `json:"files"`
	dupcheck.Accounting
}

package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// mostNotRead is how many files are named that belong to a target.
const mostNotRead = 20

// explained names, behind the reason why a target could not be rendered, the
// files that are not read for that.
func explained(r dupcheck.Report) dupcheck.Report {
	files := map[string][]string{}
	for _, s := range r.States {
		if s.State == dupcheck.NotRead && s.Target != "" && s.Reason != "" {
			files[s.Target] = append(files[s.Target], place(dupcheck.Position{File: s.File}))
		}
	}
	r.Unread = slices.Clone(r.Unread)
	for i, u := range r.Unread {
		names := files[u.File]
		if len(names) == 0 || u.Line > 0 {
			continue
		}
		delete(files, u.File) // it may be unread for several reasons
		if more := len(names) - mostNotRead; more > 0 {
			names = append(names[:mostNotRead:mostNotRead], fmt.Sprintf("and %d more", more))
		}
		r.Unread[i].Reason += "; not read with it: " + strings.Join(names, ", ")
	}
	return r
}

package report

import (
	"encoding/hex"
	"io"
	"path"
	"strconv"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/jsontext"
)

// GitLab writes a code quality report, an array that GitLab takes as the artifact
// "codequality" (docs.gitlab.com/ci/testing/code_quality): one issue for each diagnostic, at its last
// place, and one of the severity "blocker" for each unread entry.
func GitLab(w io.Writer, r dupcheck.Report, o Options) error {
	r = explained(r, o.Ways)
	met := make(map[digest]int, len(r.Diagnostics))
	issue := func(b []byte, rule dupcheck.Rule, level, description string, of digest, at dupcheck.Position) ([]byte, error) {
		print := hex.EncodeToString(of[:])
		if met[of]++; met[of] > 1 { // GitLab drops an issue with the fingerprint of another one
			print = hashed(print, strconv.Itoa(met[of]))
		}
		b = jsontext.Text(append(b, '{'), "description", description)
		b = jsontext.Text(b, "check_name", show(string(rule)))
		b = jsontext.Text(b, "fingerprint", print)
		b = append(jsontext.Key(jsontext.Text(b, "severity", level), "location"), '{')
		b = jsontext.Text(b, "path", path.Clean(show(fileOf(at)))) // GitLab finds no file whose path begins with "./"
		b = append(jsontext.Key(b, "lines"), '{')
		return append(jsontext.Number(b, "begin", max(1, at.Line)), "}}}"...), nil
	}
	return encodeMany(w, []any{}, "", 0, len(r.Diagnostics)+len(r.Unread), func(b []byte, i int) ([]byte, error) {
		if k := i - len(r.Diagnostics); k >= 0 {
			u := r.Unread[k]
			return issue(b, "unread", "blocker", unread(u), digestOf("unread", u.File, u.Reason), unreadAt(u))
		}
		d := &r.Diagnostics[i]
		at, _ := primary(d)
		return issue(b, d.Rule, levelOf(severity(d)).gitlab, full(d), fingerprint(d), at.Position)
	})
}

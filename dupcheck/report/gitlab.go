package report

import (
	"encoding/hex"
	"io"
	"path"
	"strconv"

	"github.com/kuniq/kuniq/dupcheck"
)

// gitlabIssue is an element of the array that GitLab takes as the artifact
// "codequality" (docs.gitlab.com/ci/testing/code_quality).
type gitlabIssue struct {
	Description string         `json:"description"`
	CheckName   string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"`
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

// GitLab writes a code quality report: one issue for each diagnostic, at its last
// place, and one of the severity "blocker" for each unread entry.
func GitLab(w io.Writer, r dupcheck.Report, o Options) error {
	r = explained(r, o.Ways)
	met, c := make(map[digest]int, len(r.Diagnostics)), newCompacter()
	issue := func(rule dupcheck.Rule, level, description string, of digest, at dupcheck.Position) ([]byte, error) {
		print := hex.EncodeToString(of[:])
		if met[of]++; met[of] > 1 { // GitLab drops an issue with the fingerprint of another one
			print = hashed(print, strconv.Itoa(met[of]))
		}
		return c.compact(gitlabIssue{
			Description: description, CheckName: show(string(rule)), Fingerprint: print, Severity: level,
			// GitLab finds no file whose path begins with "./".
			Location: gitlabLocation{Path: path.Clean(show(fileOf(at))), Lines: gitlabLines{max(1, at.Line)}},
		})
	}
	return encodeMany(w, []gitlabIssue{}, "", 0, len(r.Diagnostics)+len(r.Unread), func(i int) ([]byte, error) {
		if k := i - len(r.Diagnostics); k >= 0 {
			u := r.Unread[k]
			return issue("unread", "blocker", unread(u), digestOf("unread", u.File, u.Reason), unreadAt(u))
		}
		d := &r.Diagnostics[i]
		at, _ := primary(d)
		return issue(d.Rule, levelOf(severity(d)).gitlab, full(d), fingerprintOf(d), at.Position)
	})
}

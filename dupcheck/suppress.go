package dupcheck

import "slices"

// Suppression says why a finding does not count.
type Suppression string

// The reasons why a finding does not count.
const (
	// ByIgnore: a pattern of Report.Without hides it.
	ByIgnore Suppression = "ignore"
	// ByBaseline: it is one of those that Report.Accept was given.
	ByBaseline Suppression = "baseline"
	// ByChange: Report.Touching left it out, because the change does not touch it.
	ByChange Suppression = "changed-since"
	// ByNotDeployedTogether: Report.NotDeployedTogether left it out, because no two of
	// its declarations are deployed together.
	ByNotDeployedTogether Suppression = "not-deployed-together"
)

// Suppressed is a finding that does not count, because the user said so or because of its
// subject.
type Suppressed struct {
	// Diagnostic is the finding as it would have been reported.
	Diagnostic Diagnostic
	// By is what hides it.
	By Suppression
	// Pattern is the pattern of Report.Without that matched first. It is
	// empty where By says all.
	Pattern string
	// Reason is the reason that Report.NotDeployedTogether got. It is empty if By is
	// enough.
	Reason string
}

// CountSuppressed returns how many findings are hidden for a reason.
func (r Report) CountSuppressed(by Suppression) int {
	n := 0
	for _, s := range r.Suppressed {
		if s.By == by {
			n++
		}
	}
	return n
}

// Touching returns the report without the findings that a change does not touch. A
// finding without a declaration always stays, and so do all unread parts.
//
// A change touches a finding if it edits one of its Declarations or Definitions, or if it
// has removed a definition that would be one of these. It can cause other findings:
// touched must know how it decides which files are compared.
func (r Report) Touching(touched func(Diagnostic) bool) Report {
	return r.hide(func(d Diagnostic) (Suppressed, bool) {
		return Suppressed{Diagnostic: d, By: ByChange}, len(d.Declarations) > 0 && !touched(d)
	})
}

// NotDeployedTogether returns the report without the findings of which no two
// declarations are deployed together. The caller decides that: why gets a finding with at
// least two declarations in more than one file. It returns the evidence in one clause, or
// nothing if two of the declarations may be deployed together. Such a finding stays, and
// so do all others.
func (r Report) NotDeployedTogether(why func(Diagnostic) string) Report {
	return r.hide(func(d Diagnostic) (Suppressed, bool) {
		if len(d.Declarations) < 2 || !slices.ContainsFunc(d.Declarations, func(o Declaration) bool { return o.File != d.Declarations[0].File }) {
			return Suppressed{}, false
		}
		reason := why(d)
		return Suppressed{Diagnostic: d, By: ByNotDeployedTogether, Reason: reason}, reason != ""
	})
}

// Undeployed returns the report without the findings about a single declaration that is
// not deployed. why returns the evidence in one clause, or nothing. All other findings
// stay.
func (r Report) Undeployed(why func(Declaration) string) Report {
	return r.hide(func(d Diagnostic) (Suppressed, bool) {
		if len(d.Declarations) != 1 {
			return Suppressed{}, false
		}
		reason := why(d.Declarations[0])
		return Suppressed{Diagnostic: d, By: ByNotDeployedTogether, Reason: reason}, reason != ""
	})
}

// hide moves findings from Diagnostics to Suppressed. Neither slice of r is
// written to.
func (r Report) hide(why func(Diagnostic) (Suppressed, bool)) Report {
	kept := r.Diagnostics // and a copy from the first on that is hidden
	hidden := r.Suppressed[:len(r.Suppressed):len(r.Suppressed)]
	for i, d := range r.Diagnostics {
		s, ok := why(d)
		if ok && len(hidden) == len(r.Suppressed) {
			kept = append(make([]Diagnostic, 0, len(kept)-1), kept[:i]...)
		}
		if ok {
			hidden = append(hidden, s)
		} else if len(hidden) > len(r.Suppressed) {
			kept = append(kept, d)
		}
	}
	r.Diagnostics, r.Suppressed = kept, hidden
	return r
}

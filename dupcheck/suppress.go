package dupcheck

import "slices"

// Suppression says why a finding does not count.
type Suppression string

// The reasons for which a finding does not count.
const (
	// ByIgnore: a pattern of Report.Without hides it.
	ByIgnore Suppression = "ignore"
	// ByBaseline: it is one of those that Report.Accept was given.
	ByBaseline Suppression = "baseline"
	// ByChange: Report.Touching was told that the change does not touch it.
	ByChange Suppression = "changed-since"
	// ByNotDeployedTogether: Report.NotDeployedTogether was told that no two of its declarations are
	// deployed together.
	ByNotDeployedTogether Suppression = "not-deployed-together"
)

// Suppressed is a finding that does not count: because the user said so, or
// because of what it is about.
type Suppressed struct {
	// Diagnostic is the finding as it would have been reported.
	Diagnostic Diagnostic
	// By is what hides it.
	By Suppression
	// Pattern is the pattern of Report.Without that matched first. It is
	// empty where By says all.
	Pattern string
	// Reason says what Report.NotDeployedTogether was told. It is empty where By says all.
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

// Touching returns the report less the findings that a change does not touch. A
// finding without a declaration always stays, and so does all that is unread.
//
// A change touches a finding if it is one of its Declarations, or of its
// Definitions, or if it has removed a definition that would be one of these. It
// can bring about others: touched has to know how it decides which files are
// compared.
func (r Report) Touching(touched func(Diagnostic) bool) Report {
	return r.hide(func(d Diagnostic) (Suppressed, bool) {
		return Suppressed{Diagnostic: d, By: ByChange}, len(d.Declarations) > 0 && !touched(d)
	})
}

// NotDeployedTogether returns the report less the findings no two of whose declarations are
// deployed together, which the caller has to know: why gets a finding with
// at least two declarations that are not all in one file, and returns in one
// clause what shows that they are apart, or nothing if that is not known of any
// two of them. Such a finding stays as it is, and so do all others.
func (r Report) NotDeployedTogether(why func(Diagnostic) string) Report {
	return r.hide(func(d Diagnostic) (Suppressed, bool) {
		if len(d.Declarations) < 2 || !slices.ContainsFunc(d.Declarations, func(o Declaration) bool { return o.File != d.Declarations[0].File }) {
			return Suppressed{}, false
		}
		reason := why(d)
		return Suppressed{Diagnostic: d, By: ByNotDeployedTogether, Reason: reason}, reason != ""
	})
}

// Undeployed returns the report less the findings about a single declaration that
// is not deployed: why returns in one clause what shows that it is not, or nothing.
// All other findings stay.
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
	kept := make([]Diagnostic, 0, len(r.Diagnostics))
	hidden := r.Suppressed[:len(r.Suppressed):len(r.Suppressed)]
	for _, d := range r.Diagnostics {
		if s, ok := why(d); ok {
			hidden = append(hidden, s)
		} else {
			kept = append(kept, d)
		}
	}
	r.Diagnostics, r.Suppressed = kept, hidden
	return r
}

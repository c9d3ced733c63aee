package dupcheck

// Suppression says why a finding does not count.
type Suppression string

// The reasons for which a finding does not count.
const (
	// ByIgnore: a pattern of Report.Without hides it.
	ByIgnore Suppression = "ignore"
	// ByBaseline: it is one of those that Report.Accept was given.
	ByBaseline Suppression = "baseline"
	// ByChange: Report.Touching found none of its declarations changed.
	ByChange Suppression = "changed-since"
)

// Suppressed is a finding that does not count, because somebody has said so.
type Suppressed struct {
	// Diagnostic is the finding as it would have been reported.
	Diagnostic Diagnostic
	// By is what hides it.
	By Suppression
	// Pattern is the pattern of Report.Without that matched first. It is
	// empty where By says all.
	Pattern string
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

// Touching returns the report less the findings none of whose declarations has
// changed. A finding without a declaration always stays. All else stays as it
// is: what was not read is not known, whoever changed it.
//
// It narrows what is reported and not what is compared. So a finding is left
// out also if a change elsewhere brought it about, such as that of a
// CustomResourceDefinition that decides about the scope of its objects.
func (r Report) Touching(changed func(Declaration) bool) Report {
	return r.hide(func(d Diagnostic) (Suppressed, bool) {
		for _, o := range d.Declarations {
			if changed(o) {
				return Suppressed{}, false
			}
		}
		return Suppressed{Diagnostic: d, By: ByChange}, len(d.Declarations) > 0
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

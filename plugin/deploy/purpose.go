package deploy

import (
	"slices"
	"strings"
)

// RetargetFrom is the annotation of an Application or ApplicationSet that
// acknowledges another target: its value is the old one, as Purpose.String has it.
// The admission policies of package admission ask for it.
const RetargetFrom = "kuniq.dev/retarget-from"

// Purpose is what an Application deploys and where, as its manifest says it. The zero
// value is that of a deployer without one.
type Purpose struct {
	// Sources are repositories, each with a path or a chart behind a blank.
	Sources []string
	// Destination is CLUSTER/NAMESPACE.
	Destination, Project string
	// Acknowledged is the value of the annotation RetargetFrom.
	Acknowledged string
}

// String returns the target as the admission policies write it.
func (p Purpose) String() string {
	return strings.Join(p.Sources, ", ") + " -> " + p.Destination + " in " + p.Project
}

// Asks says whether the admission policies refuse a change from another target until
// it is acknowledged: a source is gone, or destination or project differ.
func (p Purpose) Asks(old Purpose) bool {
	if len(p.Sources) == 0 || len(old.Sources) == 0 || p.Acknowledged == old.String() {
		return false
	}
	gone := slices.ContainsFunc(old.Sources, func(s string) bool { return !slices.Contains(p.Sources, s) })
	return gone || p.Destination != old.Destination || p.Project != old.Project
}

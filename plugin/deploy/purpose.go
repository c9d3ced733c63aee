package deploy

import (
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// RetargetFrom is the annotation of an Application or ApplicationSet that
// acknowledges another target: its value is the old one, as Purpose.String has it.
// The admission policies of package admission ask for it.
const RetargetFrom = "kuniq.dev/retarget-from"

// Purpose is what an Application deploys and where, as its manifest or the template of
// its ApplicationSet says. The zero value is that of a deployer without one.
type Purpose struct {
	// Sources are repositories, each with a path or a chart behind a blank.
	Sources []string
	// Destination is CLUSTER/NAMESPACE.
	Destination, Project string
	// Set says that it is that of an ApplicationSet, and Name is the name in the
	// template.
	Set  bool
	Name string
	// Acknowledged is the value of the annotation RetargetFrom, and At is its place.
	Acknowledged string
	At           dupcheck.Position
}

// String returns the target as the admission policies write it.
func (p Purpose) String() string {
	target := strings.Join(p.Sources, ", ") + " -> " + p.Destination + " in " + p.Project
	if p.Set {
		return p.Name + ": " + target
	}
	return target
}

// Replaces says whether the admission policies refuse a change from another target
// until it is acknowledged: a source is gone, or destination or project differ. Of an
// ApplicationSet nothing may differ. It is false if one of them is the zero value.
func (p Purpose) Replaces(old Purpose) bool {
	switch {
	case p.Project == "" || old.Project == "":
		return false
	case p.Set:
		return p.String() != old.String()
	}
	gone := slices.ContainsFunc(old.Sources, func(s string) bool { return !slices.Contains(p.Sources, s) })
	return gone || p.Destination != old.Destination || p.Project != old.Project
}

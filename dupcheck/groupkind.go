package dupcheck

import "strings"

// GroupKind is a kind of objects, such as Deployment of the group apps. It has
// the fields of GroupKind in k8s.io/apimachinery/pkg/runtime/schema, so that
// one can be converted to the other: GroupKind(gk), GroupKind(gk). The
// zero value is no kind.
type GroupKind struct {
	// Group is empty for the core group.
	Group string
	// Kind is as in manifests, such as "Deployment".
	Kind string
}

// String returns the kind as kubectl prints it: "Kind.group", or "Kind" for the
// core group.
func (gk GroupKind) String() string {
	if gk.Group == "" {
		return gk.Kind
	}
	return gk.Kind + "." + gk.Group
}

// ParseGroupKind reads a kind as GroupKind.String writes it: "Kind.group", or "Kind" for
// the core group. It returns false if there is no kind, or if it begins with a lower-case
// letter: that is the plural of a resource, such as "deployments.apps".
func ParseGroupKind(s string) (GroupKind, bool) {
	kind, group, _ := strings.Cut(s, ".")
	return GroupKind{Group: group, Kind: kind}, kind != "" && (kind[0] < 'a' || kind[0] > 'z')
}

// groupVersion is a parsed apiVersion.
type groupVersion struct{ Group, Version string }

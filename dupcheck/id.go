package dupcheck

import (
	"cmp"
	"strings"
)

// ID is the identity of a Kubernetes object: two manifests describe the same object if
// and only if their IDs are equal. It has no version, because an API server
// keeps one object under all versions of its kind (161 of 161 measured pairs
// of versions gave one uid), and no hidden field, so that == is identity and
// an ID can be the key of a map.
//
// Group is empty for the core group. Namespace is empty for cluster-scoped
// objects, and for namespaced ones whose manifest names no namespace when no
// default namespace is given. The zero value is no object. In JSON an ID is as in
// the report.
type ID struct {
	// Group is the group of apiVersion, after aliases.
	Group string `json:"group"`
	// Kind is case-sensitive, as all of an ID is.
	Kind string `json:"kind"`
	// Namespace is where the object lives, which may differ from its manifest.
	Namespace string `json:"namespace"`
	// Name is exactly metadata.name.
	Name string `json:"name"`
}

// HasVariable reports whether a part of the ID holds a variable such as "${APP}", which
// Flux replaces after the build (spec.postBuild). Two equal IDs with a variable may
// belong to different objects, and a Checker never reports them as one. "$${APP}" and
// "$APP" are text.
func (id ID) HasVariable() bool {
	return substitution(id.Group) >= 0 || substitution(id.Kind) >= 0 || substitution(id.Namespace) >= 0 || substitution(id.Name) >= 0
}

// GroupKind returns the group and the kind of the object.
func (id ID) GroupKind() GroupKind {
	return GroupKind{Group: id.Group, Kind: id.Kind}
}

// Compare orders IDs by group, kind, namespace and name, each as bytes. It
// returns -1, 0 or 1 as cmp.Compare does.
func (id ID) Compare(other ID) int {
	return cmp.Or(
		strings.Compare(id.Group, other.Group),
		strings.Compare(id.Kind, other.Kind),
		strings.Compare(id.Namespace, other.Namespace),
		strings.Compare(id.Name, other.Name),
	)
}

// String returns the ID as a person writes it, such as "Application.argoproj.io
// argocd/web", "Service web" or "ClusterRole.rbac.authorization.k8s.io system:node". A
// part with other characters than letters, digits and "._:-" is quoted and shown in
// ASCII. So two different IDs never print alike, and no name can control a terminal.
func (id ID) String() string {
	if id.Namespace == "" {
		return id.typeName() + " " + quotePart(id.Name, "._:-")
	}
	return id.typeName() + " " + quotePart(id.Namespace, "._:-") + "/" + quotePart(id.Name, "._:-")
}

// typeName returns "Kind" or "Kind.group".
func (id ID) typeName() string {
	if id.Group == "" {
		return quotePart(id.Kind, "_:-")
	}
	return quotePart(id.Kind, "_:-") + "." + quotePart(id.Group, "._:-")
}

// brief returns the ID for a message, cut where a part of it is too long.
func (id ID) brief() string {
	return ID{Brief(id.Group), Brief(id.Kind), Brief(id.Namespace), Brief(id.Name)}.String()
}

package dupcheck

import "strings"

// Position says where something stands in the input.
type Position struct {
	// File is the name of the file as it was reached, with slashes and without a leading
	// "./". For rendered objects it is the source file.
	File string `json:"file"`
	// Line and Column are counted from 1, Column in Unicode code points.
	// Zero means unknown.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Document is the index of the document in the file, from 0, including empty
	// documents.
	Document int `json:"document"`
	// Path is the place in the tree of the document, such as "items[3]" or
	// `$.prod["iox"]`. It is empty for an object that is the whole document.
	Path string `json:"path"`
	// Origin is what made a rendered object, such as a kustomization or a
	// chart. It is empty where the file is the origin.
	Origin string `json:"origin"`
}

// CRD is what a CustomResourceDefinition declares about its kind.
type CRD struct {
	// Group, Kind and Plural are spec.group, spec.names.kind and
	// spec.names.plural as written.
	Group, Kind, Plural string
	// Scope is spec.scope as written: "Namespaced" or "Cluster". In
	// apiextensions.k8s.io/v1beta1 it may be absent, which is empty here.
	Scope string
}

// Body is the content of an object. It is read only when two objects collide, so a reader
// of the input need not keep or even parse it.
type Body interface {
	// Value returns the content as decoded JSON: map[string]any, []any, string, bool,
	// nil, and int, int64, uint64, float64 or json.Number for numbers. Callers do not
	// change it. An error of type *Unread says that the input could not be read again and
	// becomes part of the report. With any error the contents count as different.
	//
	// A Body may also have a method Changes(Body) ([]Change, bool), which returns the
	// fields in which two contents differ, none if they are the same. False means that
	// only their values can tell.
	Value() (any, error)
}

// Object is one object as its manifest declares it, before any rule is
// applied.
type Object struct {
	// Set is the deployable set the object belongs to: objects of different
	// sets are never compared. It is opaque; the empty string is a set, too.
	Set string
	// APIVersion, Kind, Namespace, Name and GenerateName are the fields of
	// the manifest as written. Empty means absent, null or "".
	APIVersion, Kind, Namespace, Name, GenerateName string
	// At is where metadata.name stands, or else metadata.generateName, or
	// kind, or the start of the document.
	At Position
	// Annotations are those that say where the object comes from or when it is applied;
	// others may be left out. The Checker reads only "helm.sh/hook", and only if
	// Rules.HelmHooks is set. Package manifest fills in helm.sh/hook; path, index, origin
	// and local-config of config.kubernetes.io; path and index of
	// internal.config.kubernetes.io; those that make Argo CD, Helm and Flux keep a
	// removed object; and those with which kubecfg and Helm 4 name the source of the
	// object.
	Annotations map[string]string
	// CRD is set for a CustomResourceDefinition.
	CRD *CRD
	// Body gives the content. Nil means that it is not known; the contents of a collision
	// then count as different.
	Body Body
	// ReaderFindings are the findings of the reader of the manifest, such as a duplicate
	// key. The Checker sets Set and ID, and Severity by the Rules. Without Declarations,
	// the object itself is the place. With them, the empty fields of a Declaration are
	// those of the object.
	ReaderFindings []Diagnostic
	// Unnamed says that an identity field of the object is not a string, so that it has
	// no identity. ReaderFindings name the field.
	Unnamed bool
	// Tag is the caller's own: whatever it needs to find its value again from a
	// finding. Every Declaration of the object has it. It is not looked at.
	Tag any
	// Placeholder says that this is no object, but a place that has ReaderFindings, such
	// as a List inside a List.
	Placeholder bool
}

// Declaration is a place where an object is declared, with its identity
// fields as they are written there.
type Declaration struct {
	Position
	// As in Object. Empty means absent there.
	APIVersion   string `json:"apiVersion"`
	Kind         string `json:"kind"`
	Namespace    string `json:"namespace"`
	Name         string `json:"name"`
	GenerateName string `json:"generateName"`
	// Tag is that of the Object. It is not part of the JSON.
	Tag any `json:"-"`
}

// GroupOf returns the group of an apiVersion, which is empty for the core group.
func GroupOf(apiVersion string) string {
	if group, _, ok := strings.Cut(apiVersion, "/"); ok {
		return group
	}
	return ""
}

func (o *Object) declaration() Declaration {
	return Declaration{o.At, o.APIVersion, o.Kind, o.Namespace, o.Name, o.GenerateName, o.Tag}
}

package dupcheck

import "strings"

// Position says where something stands in the input.
type Position struct {
	// File is the name of the file as it was reached, with slashes and
	// without a leading "./". For rendered objects it is the source file.
	File string `json:"file"`
	// Line and Column are counted from 1, Column in Unicode code points.
	// Zero means unknown.
	Line   int `json:"line"`
	Column int `json:"column"`
	// Document is the index of the document in the file, counted from 0,
	// empty documents included.
	Document int `json:"document"`
	// Path is the place inside the document's tree, such as "items[3]" or
	// `$.prod["iox"]`. It is empty for an object that is the whole document.
	Path string `json:"path"`
	// Origin is what made a rendered object, such as a kustomization or a
	// chart. It is empty where the file is the origin.
	Origin string `json:"origin"`
}

// CRD is what a CustomResourceDefinition says about the kind it defines.
type CRD struct {
	// Group, Kind and Plural are spec.group, spec.names.kind and
	// spec.names.plural as written.
	Group, Kind, Plural string
	// Scope is spec.scope as written: "Namespaced" or "Cluster". In
	// apiextensions.k8s.io/v1beta1 it may be absent, which is empty here.
	Scope string
}

// Body is the content of an object. It is asked for only when two objects
// collide, so that a reader of the input need not keep or even parse it.
type Body interface {
	// Value returns the content as decoded JSON: map[string]any, []any,
	// string, bool, nil, and int, int64, uint64, float64 or json.Number for
	// numbers. It is not changed. An error of type *Unread says that the
	// input could not be read again and becomes part of the report; with any
	// error the contents count as different.
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
	// Annotations are those that say where the object comes from or when it
	// is applied; others may be left out. Of them the Checker reads
	// "helm.sh/hook", and only if Rules.HelmHooks is set. Package manifest
	// fills in helm.sh/hook, the path, index, origin and local-config of
	// config.kubernetes.io, path and index of internal.config.kubernetes.io,
	// those by which Argo CD, Helm and Flux keep an object that goes, and where
	// kubecfg and Helm 4 say that the object is from.
	Annotations map[string]string
	// CRD is set for a CustomResourceDefinition.
	CRD *CRD
	// Body gives the content. Nil means that it is not known; a collision
	// then counts as one of different contents.
	Body Body
	// ReaderFindings are what the reader of the manifest found wrong with it, such as
	// a duplicate key. The Checker sets Set and ID, and Severity as Rules
	// have it. Without Declarations the object itself is the place; with
	// them, what a Declaration leaves empty is taken from the object.
	ReaderFindings []Diagnostic
	// Unnamed says that the object has an identity field which is no string,
	// so that it has no identity. ReaderFindings say which one.
	Unnamed bool
	// Tag is the caller's own: whatever it needs to find its value again from a
	// finding. Every Declaration of the object has it. It is not looked at.
	Tag any
	// Placeholder says that this is no object at all but a place about which
	// ReaderFindings have something to say, such as a List inside a List.
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

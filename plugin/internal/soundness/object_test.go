package soundness

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// key is where an object lives. The version is no part of it.
type key struct{ cluster, group, kind, namespace, name string }

func (k key) String() string {
	return strings.Trim(k.cluster+" "+k.kind, " ") + " " + strings.TrimPrefix(k.namespace+"/"+k.name, "/")
}

func (k key) compare(o key) int {
	return cmp.Or(cmp.Compare(k.cluster, o.cluster), cmp.Compare(k.group, o.group), cmp.Compare(k.kind, o.kind),
		cmp.Compare(k.namespace, o.namespace), cmp.Compare(k.name, o.name))
}

const (
	argoGroup   = "argoproj.io"
	ksGroup     = "kustomize.toolkit.fluxcd.io"
	helmGroup   = "helm.toolkit.fluxcd.io"
	sourceGroup = "source.toolkit.fluxcd.io"
	// contentGroup is that of what stands for objects that are not known.
	contentGroup = "soundness"
)

// clusterScoped are the kinds without a namespace that the generator uses.
var clusterScoped = []string{"Namespace", "ClusterRole", "PersistentVolume", "StorageClass"}

// stateful are the kinds that must never be lost in silence. The objects of
// deployers count by what they take with them.
var stateful = []string{"Namespace", "PersistentVolume", "PersistentVolumeClaim", "StatefulSet", "Secret", "StorageClass", "Release"}

// without is the key in any cluster.
func (k key) without() key {
	k.cluster = ""
	return k
}

func isClusterScoped(kind string) bool { return slices.Contains(clusterScoped, kind) }

func (k key) stateful() bool { return slices.Contains(stateful, k.kind) }

func (k key) isDeployer() bool {
	return k.group == argoGroup || k.group == ksGroup || k.group == helmGroup
}

// object is one that is to be applied.
type object struct {
	key
	fields fields
}

func (o object) mark(name string) string {
	return cmp.Or(marks(o.fields, "metadata", "annotations")[name], marks(o.fields, "metadata", "labels")[name])
}

func (o object) annotation(name string) string {
	return marks(o.fields, "metadata", "annotations")[name]
}

// newObject reads one. The error says that its deployer cannot apply it.
func newObject(doc fields) (o object, err error) {
	version := str(doc, "apiVersion")
	group, _, grouped := strings.Cut(version, "/")
	if !grouped {
		group = ""
	}
	o = object{key{"", group, str(doc, "kind"), str(doc, "metadata", "namespace"), str(doc, "metadata", "name")}, doc}
	if version == "" || o.kind == "" || o.name == "" {
		return o, fmt.Errorf("an object has no identity: %v", o.key)
	}
	if slices.Contains(clusterScoped, o.kind) {
		o.namespace = ""
	}
	return o, nil
}

// newObjects reads documents and the items of lists.
func newObjects(docs []fields) (all []object, err error) {
	for _, doc := range docs {
		items := []any{doc}
		if str(doc, "kind") == "List" {
			items = list(doc, "items")
		}
		for _, item := range items {
			m, _ := item.(fields)
			o, err := newObject(m)
			if err != nil {
				return nil, err
			}
			all = append(all, o)
		}
	}
	return all, nil
}

// result is what a deployer would apply.
type result struct {
	objects []object
	// inputs says what the objects are made of if they are not known here.
	inputs string
	// err is why the tool refuses it.
	err error
}

package gitops

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	kjson "sigs.k8s.io/json"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// Tool is one of the tools whose objects are read, or several.
type Tool uint8

// The tools.
const (
	ArgoCD Tool = 1 << iota
	Flux
)

// The groups of their kinds.
const (
	ArgoGroup      = "argoproj.io"
	KustomizeGroup = "kustomize.toolkit.fluxcd.io"
	HelmGroup      = "helm.toolkit.fluxcd.io"
	SourceGroup    = "source.toolkit.fluxcd.io"
)

// Head has the common parts of all decoded objects.
type Head struct {
	Metadata Metadata `json:"metadata"`
	// Object is the manifest, and At finds the places of its fields.
	Object dupcheck.Object `json:"-"`
	At     Locator         `json:"-"`
	// Broken says that a field is of a wrong type, so that not all of it is
	// known.
	Broken bool `json:"-"`
}

// Metadata is that of an object.
type Metadata struct {
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	Finalizers  []string          `json:"finalizers"`
}

// ID returns who the object is. namespace counts if the manifest names none.
func (h Head) ID(namespace string) dupcheck.ID {
	id := IDOf(h.Object)
	id.Name = h.Metadata.Name
	id.Namespace = cmp.Or(h.Metadata.Namespace, namespace)
	return id
}

// IDOf is the object as it is declared.
func IDOf(o dupcheck.Object) dupcheck.ID {
	return dupcheck.ID{Group: dupcheck.GroupOf(o.APIVersion), Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}

// Problem is a field in a manifest that the tool or an API server refuses.
type Problem struct {
	ID     dupcheck.ID
	At     dupcheck.Position
	Reason string
}

// Declared is everything that some manifests declare.
type Declared struct {
	Applications    []Application
	ApplicationSets []ApplicationSet
	AppProjects     []AppProject
	Clusters        []Cluster
	Kustomizations  []Kustomization
	HelmReleases    []HelmRelease
	FluxSources     []FluxSource
	FluxOperated    []FluxOperated
	Problems        []Problem
	// Unread has the documents that could not be understood at all.
	Unread []dupcheck.Unread
	// Objects are the manifests of all of them, in their order.
	Objects []dupcheck.Object
}

// Parse reads the objects of some tools in a stream of manifests, which belong to
// a set: the control plane. Other objects are passed over.
func Parse(tools Tool, set, file string, data []byte) (d Declared) {
	if !tools.MayBeIn(data) {
		return d // most files
	}
	if text, changed, _ := manifest.Decode(data); changed {
		data = text
	}
	for doc := range manifest.Documents(file, data) {
		d.Unread = append(d.Unread, doc.Unread...)
		for _, o := range doc.Objects {
			if o.Set = set; tools&ArgoCD != 0 {
				d.addCluster(o)
			}
			if tools.Owns(o) {
				above := bytes.Count(data[:doc.Parse], []byte("\n"))
				d.add(o, NewLocator(o.At, data[doc.Parse:doc.End], above))
			}
		}
	}
	return d
}

// FromObjects reads objects that are rendered already, such as those of an
// Application that deploys Applications. All of their fields are where the
// object is.
func FromObjects(tools Tool, objects ...dupcheck.Object) (d Declared) {
	for _, o := range objects {
		if tools&ArgoCD != 0 {
			d.addCluster(o)
		}
		if tools.Owns(o) {
			d.add(o, Locator{object: o.At})
		}
	}
	return d
}

// Owns says whether the object is one that Parse reads.
func (t Tool) Owns(o dupcheck.Object) bool { return t.owns(IDOf(o)) }

func (t Tool) owns(id dupcheck.ID) bool {
	switch kind := id.Group + "/" + id.Kind; kind {
	case ArgoGroup + "/Application", ArgoGroup + "/ApplicationSet", ArgoGroup + "/AppProject":
		return t&ArgoCD != 0
	case KustomizeGroup + "/Kustomization", HelmGroup + "/HelmRelease", operatorGroup + "/ResourceSet", operatorGroup + "/FluxInstance":
		return t&Flux != 0
	default:
		return t&Flux != 0 && fluxSources[kind]
	}
}

// Merge adds what others declare, behind what is there already.
func (d *Declared) Merge(other Declared) {
	d.Applications = append(d.Applications, other.Applications...)
	d.ApplicationSets = append(d.ApplicationSets, other.ApplicationSets...)
	d.AppProjects = append(d.AppProjects, other.AppProjects...)
	d.Clusters = append(d.Clusters, other.Clusters...)
	d.Kustomizations = append(d.Kustomizations, other.Kustomizations...)
	d.HelmReleases = append(d.HelmReleases, other.HelmReleases...)
	d.FluxSources = append(d.FluxSources, other.FluxSources...)
	d.FluxOperated = append(d.FluxOperated, other.FluxOperated...)
	d.Problems = append(d.Problems, other.Problems...)
	d.Unread = append(d.Unread, other.Unread...)
	d.Objects = append(d.Objects, other.Objects...)
}

// add decodes an object that a tool owns.
func (d *Declared) add(o dupcheck.Object, at Locator) {
	d.Objects = append(d.Objects, o)
	head := Head{Object: o, At: at}
	switch o.Kind {
	case "Application":
		addTo(d, &d.Applications, Application{Head: head})
	case "ApplicationSet":
		addTo(d, &d.ApplicationSets, ApplicationSet{Head: head})
	case "AppProject":
		addTo(d, &d.AppProjects, AppProject{Head: head})
	case "Kustomization":
		addTo(d, &d.Kustomizations, Kustomization{Head: head})
	case "HelmRelease":
		addTo(d, &d.HelmReleases, HelmRelease{Head: head})
	case "ResourceSet", "FluxInstance":
		addTo(d, &d.FluxOperated, FluxOperated{Head: head})
	default:
		addTo(d, &d.FluxSources, FluxSource{Head: head})
	}
}

func addTo[T any, P headed[T]](d *Declared, to *[]T, x T) {
	h := P(&x).head()
	problems := decode(h.Object, h.At, &x)
	h.Broken = len(problems) > 0
	*to, d.Problems = append(*to, x), append(d.Problems, problems...)
}

// headed is a pointer to an object with a Head.
type headed[T any] interface {
	*T
	head() *Head
}

func (h *Head) head() *Head { return h }

// decode reads the content of an object as an API server does: the case of keys
// counts, unknown fields are ignored, and one of a wrong type is refused, which
// is a Problem at its place. All other fields are decoded all the same.
func decode(o dupcheck.Object, at Locator, into any) []Problem {
	if o.Body == nil {
		return []Problem{{IDOf(o), o.At, "its content is not known"}}
	}
	value, err := o.Body.Value()
	if err != nil {
		return []Problem{{IDOf(o), o.At, "its content cannot be read"}}
	}
	data, err := json.Marshal(value)
	if err != nil {
		return []Problem{{IDOf(o), o.At, "its content is not JSON"}}
	}
	err = Unmarshal(data, into)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return []Problem{{IDOf(o), at.Of(strings.Split(wrong.Field, ".")...), fmt.Sprintf(
			"%s is not %s, so every API server refuses it", dupcheck.Quote(wrong.Field), typeName(wrong.Type))}}
	}
	return []Problem{{IDOf(o), o.At, "its content cannot be decoded"}}
}

// Unmarshal decodes a part of an object, as an API server does. Empty data leaves
// the value as it is.
func Unmarshal(data []byte, into any) error {
	if len(data) == 0 {
		return nil
	}
	return kjson.UnmarshalCaseSensitivePreserveInts(data, into)
}

func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map, reflect.Pointer:
		return "a mapping"
	}
	return "of the right type"
}

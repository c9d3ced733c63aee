// Package flux reads the Kustomizations and HelmReleases of Flux into owners of
// package impact, which compares and checks them as it does the Applications of
// Argo CD.
//
//	declared := flux.Parse("apps.yaml", data)
//	state := flux.Assembly{Checkout: fsys}.State(&declared)
package flux

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/impact"
)

// The groups of Flux's kinds.
const (
	kustomizeGroup = "kustomize.toolkit.fluxcd.io"
	helmGroup      = "helm.toolkit.fluxcd.io"
)

// Kustomization deploys a directory (kustomize-controller, api/v1).
type Kustomization struct {
	Head
	Spec struct {
		Path            string          `json:"path"`
		SourceRef       Reference       `json:"sourceRef"`
		TargetNamespace string          `json:"targetNamespace"`
		KubeConfig      json.RawMessage `json:"kubeConfig"`
		Prune           bool            `json:"prune"`
		Suspend         bool            `json:"suspend"`
		DeletionPolicy  string          `json:"deletionPolicy"`
		// What changes the objects, and may hold secrets.
		PostBuild      json.RawMessage `json:"postBuild"`
		Patches        json.RawMessage `json:"patches"`
		Components     json.RawMessage `json:"components"`
		Images         json.RawMessage `json:"images"`
		CommonMetadata json.RawMessage `json:"commonMetadata"`
		NamePrefix     string          `json:"namePrefix"`
		NameSuffix     string          `json:"nameSuffix"`
	} `json:"spec"`
}

// HelmRelease deploys a chart (helm-controller, api/v2).
type HelmRelease struct {
	Head
	Spec struct {
		Chart struct {
			Spec struct {
				Chart       string    `json:"chart"`
				Version     string    `json:"version"`
				SourceRef   Reference `json:"sourceRef"`
				ValuesFiles []string  `json:"valuesFiles"`
			} `json:"spec"`
		} `json:"chart"`
		ChartRef        Reference       `json:"chartRef"`
		ReleaseName     string          `json:"releaseName"`
		TargetNamespace string          `json:"targetNamespace"`
		KubeConfig      json.RawMessage `json:"kubeConfig"`
		Suspend         bool            `json:"suspend"`
		Values          json.RawMessage `json:"values"`
		ValuesFrom      json.RawMessage `json:"valuesFrom"`
		PostRenderers   json.RawMessage `json:"postRenderers"`
	} `json:"spec"`
}

// Reference names another object.
type Reference struct {
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
}

// String is the reference as "Kind namespace/name".
func (r Reference) String() string {
	if r.Name == "" {
		return ""
	}
	return dupcheck.ID{Kind: r.Kind, Namespace: r.Namespace, Name: r.Name}.String()
}

// Head is who an object is and where it stands.
type Head struct {
	Metadata argocd.Metadata `json:"metadata"`
	Object   dupcheck.Object `json:"-"`
	At       argocd.Locator  `json:"-"`
	// Broken says that a field is of a wrong type.
	Broken bool `json:"-"`
}

// Declared is what some manifests declare.
type Declared struct {
	Kustomizations []Kustomization
	HelmReleases   []HelmRelease
	Problems       []argocd.Problem
	// Unread is what could not be understood at all.
	Unread []dupcheck.Unread
}

// Parse reads the Kustomizations and HelmReleases of a stream of manifests.
// Other objects are passed over.
func Parse(file string, data []byte) (d Declared) {
	if !checkout.Mentions(data, "toolkit.fluxcd.io") {
		return d // most files
	}
	if text, changed, _ := manifest.Decode(data); changed {
		data = text
	}
	for doc := range manifest.Documents(file, data) {
		d.Unread = append(d.Unread, doc.Unread...)
		for _, o := range doc.Objects {
			above := bytes.Count(data[:doc.Parse], []byte("\n"))
			d.take(o, argocd.NewLocator(o.At, data[doc.Parse:doc.End], above))
		}
	}
	return d
}

// Merge adds what others declare, behind what is there already.
func (d *Declared) Merge(other Declared) {
	d.Kustomizations = append(d.Kustomizations, other.Kustomizations...)
	d.HelmReleases = append(d.HelmReleases, other.HelmReleases...)
	d.Problems = append(d.Problems, other.Problems...)
	d.Unread = append(d.Unread, other.Unread...)
}

func (d *Declared) take(o dupcheck.Object, at argocd.Locator) {
	g, _, _ := strings.Cut(o.APIVersion, "/")
	head := Head{Object: o, At: at}
	switch {
	case g == kustomizeGroup && o.Kind == "Kustomization":
		k := Kustomization{Head: head}
		problems := argocd.Decode(o, at, &k)
		k.Broken = len(problems) > 0
		d.Kustomizations, d.Problems = append(d.Kustomizations, k), append(d.Problems, problems...)
	case g == helmGroup && o.Kind == "HelmRelease":
		r := HelmRelease{Head: head}
		problems := argocd.Decode(o, at, &r)
		r.Broken = len(problems) > 0
		d.HelmReleases, d.Problems = append(d.HelmReleases, r), append(d.Problems, problems...)
	}
}

// owner has what both kinds have in common.
func (h Head) owner(group string, tool impact.Tool) impact.Owner {
	o := impact.Owner{
		Tool: tool, Instance: h.Object.Set, At: h.Object.At,
		ID: dupcheck.ID{Group: group, Kind: h.Object.Kind, Namespace: h.Metadata.Namespace, Name: h.Metadata.Name},
	}
	if h.Broken {
		o.Desired.Unresolved = "one of its fields is of a wrong type"
	}
	return o
}

// fields collects those that are there.
type fields struct {
	at  argocd.Locator
	all []impact.Field
}

func (f *fields) add(role impact.Role, value string, path ...string) {
	if value != "" {
		f.all = append(f.all, impact.Field{Path: strings.Join(path, "."), Value: value, Role: role, At: f.at.Of(path...)})
	}
}

// hidden adds a field that may hold a secret.
func (f *fields) hidden(value json.RawMessage, path ...string) {
	if len(value) > 0 && string(value) != "null" {
		sum := sha256.Sum256(value)
		f.all = append(f.all, impact.Field{
			Path: strings.Join(path, "."), Value: hex.EncodeToString(sum[:]), Hidden: true, Role: impact.SourceRole, At: f.at.Of(path...),
		})
	}
}

// cluster names the cluster of a kubeConfig: it is that of Flux without one.
func cluster(kubeConfig json.RawMessage) string {
	var k struct {
		SecretRef    Reference `json:"secretRef"`
		ConfigMapRef Reference `json:"configMapRef"`
	}
	if json.Unmarshal(kubeConfig, &k) != nil {
		return ""
	}
	return k.SecretRef.Name + k.ConfigMapRef.Name
}

// Owner is the Kustomization as an owner of package impact. What it deploys is
// for the caller to fill in.
func (k Kustomization) Owner() impact.Owner {
	o := k.owner(kustomizeGroup, impact.FluxKustomization)
	f := fields{at: k.At}
	f.add(impact.SourceRole, k.Spec.SourceRef.String(), "spec", "sourceRef")
	f.add(impact.SourceRole, k.Spec.Path, "spec", "path")
	f.add(impact.SourceRole, k.Spec.NamePrefix, "spec", "namePrefix")
	f.add(impact.SourceRole, k.Spec.NameSuffix, "spec", "nameSuffix")
	for name, value := range map[string]json.RawMessage{
		"postBuild": k.Spec.PostBuild, "patches": k.Spec.Patches, "components": k.Spec.Components,
		"images": k.Spec.Images, "commonMetadata": k.Spec.CommonMetadata,
	} {
		f.hidden(value, "spec", name)
	}
	o.Destination = impact.Destination{Name: cluster(k.Spec.KubeConfig), Namespace: k.Spec.TargetNamespace}
	f.add(impact.ClusterRole, o.Destination.Name, "spec", "kubeConfig")
	f.add(impact.NamespaceRole, k.Spec.TargetNamespace, "spec", "targetNamespace")
	o.Fields = sorted(f.all)
	o.Safety = impact.Safety{
		Prune:   k.Spec.Prune && !k.Spec.Suspend,
		Cascade: k.cascades() && !k.Spec.Suspend,
		At:      map[string]dupcheck.Position{"prune": k.At.Of("spec", "prune"), "cascade": k.At.Of("spec", "deletionPolicy")},
	}
	return o
}

// cascades says whether the objects go with the Kustomization, unless it is
// suspended (kustomize-controller v1, finalizerShouldDeleteResources).
func (k Kustomization) cascades() bool {
	switch k.Spec.DeletionPolicy {
	case "Orphan":
		return false
	case "Delete", "WaitForTermination":
		return true
	}
	return k.Spec.Prune // MirrorPrune
}

// Owner is the HelmRelease as an owner of package impact. Helm deletes what a
// chart no longer has, and everything with the release, unless it is suspended
// (helm-controller v2 internal/controller, reconcileDelete).
func (r HelmRelease) Owner() impact.Owner {
	o := r.owner(helmGroup, impact.FluxHelmRelease)
	f := fields{at: r.At}
	chart := r.Spec.Chart.Spec
	f.add(impact.SourceRole, chart.SourceRef.String(), "spec", "chart", "spec", "sourceRef")
	f.add(impact.SourceRole, chart.Chart, "spec", "chart", "spec", "chart")
	f.add(impact.SourceRole, chart.Version, "spec", "chart", "spec", "version")
	f.add(impact.SourceRole, strings.Join(chart.ValuesFiles, ", "), "spec", "chart", "spec", "valuesFiles")
	f.add(impact.SourceRole, r.Spec.ChartRef.String(), "spec", "chartRef")
	f.add(impact.SourceRole, r.Spec.ReleaseName, "spec", "releaseName")
	f.hidden(r.Spec.Values, "spec", "values")
	f.hidden(r.Spec.ValuesFrom, "spec", "valuesFrom")
	f.hidden(r.Spec.PostRenderers, "spec", "postRenderers")
	o.Destination = impact.Destination{Name: cluster(r.Spec.KubeConfig), Namespace: r.Spec.TargetNamespace}
	if o.Destination.Namespace == "" {
		o.Destination.Namespace = r.Metadata.Namespace
	}
	f.add(impact.ClusterRole, o.Destination.Name, "spec", "kubeConfig")
	f.add(impact.NamespaceRole, r.Spec.TargetNamespace, "spec", "targetNamespace")
	o.Fields = f.all
	o.Safety = impact.Safety{Prune: !r.Spec.Suspend, Cascade: !r.Spec.Suspend}
	if o.Desired.Unresolved == "" {
		o.Desired.Unresolved = "its chart is not rendered here"
	}
	return o
}

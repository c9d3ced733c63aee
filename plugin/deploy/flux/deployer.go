package flux

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
)

// deployer has the common parts of both kinds.
func deployer(h gitops.Head, tool deploy.Tool) deploy.Deployer {
	o := deploy.Deployer{
		Tool: tool, Instance: h.Object.Set, At: h.Object.At,
		ID: h.ID(""),
	}
	if h.Broken {
		o.Desired.Unresolved = "one of its fields is of a wrong type"
	}
	return o
}

// fields collects the fields that are set.
type fields struct {
	at  gitops.Locator
	all []deploy.Field
}

func (f *fields) add(role deploy.Role, value string, path ...string) {
	if value != "" {
		f.all = append(f.all, deploy.Field{Path: strings.Join(path, "."), Value: value, Role: role, At: f.at.Of(path...)})
	}
}

// hidden adds a field that may hold a secret.
func (f *fields) hidden(value json.RawMessage, path ...string) {
	if isSet(value) {
		sum := sha256.Sum256(value)
		f.all = append(f.all, deploy.Field{
			Path: strings.Join(path, "."), Value: hex.EncodeToString(sum[:]), Hidden: true, Role: deploy.SourceRole, At: f.at.Of(path...),
		})
	}
}

// cluster names the cluster of a kubeConfig: it is that of Flux without one.
func cluster(kubeConfig json.RawMessage) string {
	var k struct {
		SecretRef    gitops.Reference `json:"secretRef"`
		ConfigMapRef gitops.Reference `json:"configMapRef"`
	}
	if json.Unmarshal(kubeConfig, &k) != nil {
		return ""
	}
	return k.SecretRef.Name + k.ConfigMapRef.Name
}

// kustomization is a Kustomization without its objects.
func kustomization(k gitops.Kustomization) deploy.Deployer {
	o := deployer(k.Head, deploy.FluxKustomization)
	f := fields{at: k.At}
	f.add(deploy.SourceRole, k.Spec.SourceRef.String(), "spec", "sourceRef")
	f.add(deploy.SourceRole, k.Spec.Path, "spec", "path")
	f.add(deploy.SourceRole, k.Spec.NamePrefix, "spec", "namePrefix")
	f.add(deploy.SourceRole, k.Spec.NameSuffix, "spec", "nameSuffix")
	for name, value := range map[string]json.RawMessage{
		"postBuild": k.Spec.PostBuild, "patches": k.Spec.Patches, "components": k.Spec.Components,
		"images": k.Spec.Images, "commonMetadata": k.Spec.CommonMetadata,
	} {
		f.hidden(value, "spec", name)
	}
	o.Destination = deploy.Destination{Name: cluster(k.Spec.KubeConfig), Namespace: k.Spec.TargetNamespace}
	f.add(deploy.ClusterRole, o.Destination.Name, "spec", "kubeConfig")
	f.add(deploy.NamespaceRole, k.Spec.TargetNamespace, "spec", "targetNamespace")
	slices.SortStableFunc(f.all, func(a, b deploy.Field) int { return strings.Compare(a.Path, b.Path) })
	o.Fields = f.all
	o.Policy = deploy.PrunePolicy{
		Prune:   k.Spec.Prune && !k.Spec.Suspend,
		Cascade: cascades(k) && !k.Spec.Suspend,
		At:      map[string]dupcheck.Position{"prune": k.At.Of("spec", "prune"), "cascade": k.At.Of("spec", "deletionPolicy")},
	}
	return o
}

// cascades says whether the objects go with the Kustomization, unless it is
// suspended (kustomize-controller v1, finalizerShouldDeleteResources).
func cascades(k gitops.Kustomization) bool {
	switch k.Spec.DeletionPolicy {
	case "Orphan":
		return false
	case "Delete", "WaitForTermination":
		return true
	}
	return k.Spec.Prune // MirrorPrune
}

// helmRelease is a HelmRelease, whose objects are not known. Helm deletes objects
// that a chart no longer has, and everything with the release, unless it is
// suspended (helm-controller v2 internal/controller, reconcileDelete).
func helmRelease(r gitops.HelmRelease) deploy.Deployer {
	o := deployer(r.Head, deploy.FluxHelmRelease)
	f := fields{at: r.At}
	chart := r.Spec.Chart.Spec
	f.add(deploy.SourceRole, chart.SourceRef.String(), "spec", "chart", "spec", "sourceRef")
	f.add(deploy.SourceRole, chart.Chart, "spec", "chart", "spec", "chart")
	f.add(deploy.SourceRole, chart.Version, "spec", "chart", "spec", "version")
	f.add(deploy.SourceRole, strings.Join(chart.ValuesFiles, ", "), "spec", "chart", "spec", "valuesFiles")
	f.add(deploy.SourceRole, r.Spec.ChartRef.String(), "spec", "chartRef")
	f.add(deploy.SourceRole, r.Spec.ReleaseName, "spec", "releaseName")
	f.hidden(r.Spec.Values, "spec", "values")
	f.hidden(r.Spec.ValuesFrom, "spec", "valuesFrom")
	f.hidden(r.Spec.PostRenderers, "spec", "postRenderers")
	o.Destination = deploy.Destination{Name: cluster(r.Spec.KubeConfig), Namespace: r.Spec.TargetNamespace}
	if o.Destination.Namespace == "" {
		o.Destination.Namespace = r.Metadata.Namespace
	}
	f.add(deploy.ClusterRole, o.Destination.Name, "spec", "kubeConfig")
	f.add(deploy.NamespaceRole, r.Spec.TargetNamespace, "spec", "targetNamespace")
	o.Fields = f.all
	o.Policy = deploy.PrunePolicy{Prune: !r.Spec.Suspend, Cascade: !r.Spec.Suspend}
	if o.Desired.Unresolved == "" {
		o.Desired.Unresolved = "its chart is not rendered here"
	}
	return o
}

package flux

import (
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
	o.AddField(deploy.SourceRole, k.At, k.Spec.SourceRef.String(), "spec", "sourceRef")
	o.AddField(deploy.SourceRole, k.At, k.Spec.Path, "spec", "path")
	o.AddField(deploy.SourceRole, k.At, k.Spec.NamePrefix, "spec", "namePrefix")
	o.AddField(deploy.SourceRole, k.At, k.Spec.NameSuffix, "spec", "nameSuffix")
	for name, value := range map[string]json.RawMessage{
		"postBuild": k.Spec.PostBuild, "patches": k.Spec.Patches, "components": k.Spec.Components,
		"images": k.Spec.Images, "commonMetadata": k.Spec.CommonMetadata,
	} {
		o.AddHidden(k.At, value, nil, "spec", name)
	}
	o.Destination = deploy.Destination{Name: cluster(k.Spec.KubeConfig), Namespace: k.Spec.TargetNamespace}
	o.AddField(deploy.ClusterRole, k.At, o.Destination.Name, "spec", "kubeConfig")
	o.AddField(deploy.NamespaceRole, k.At, k.Spec.TargetNamespace, "spec", "targetNamespace")
	slices.SortStableFunc(o.Fields, func(a, b deploy.Field) int { return strings.Compare(a.Path, b.Path) })
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
	chart := r.Spec.Chart.Spec
	o.AddField(deploy.SourceRole, r.At, chart.SourceRef.String(), "spec", "chart", "spec", "sourceRef")
	o.AddField(deploy.SourceRole, r.At, chart.Chart, "spec", "chart", "spec", "chart")
	o.AddField(deploy.SourceRole, r.At, chart.Version, "spec", "chart", "spec", "version")
	o.AddField(deploy.SourceRole, r.At, strings.Join(chart.ValuesFiles, ", "), "spec", "chart", "spec", "valuesFiles")
	o.AddField(deploy.SourceRole, r.At, r.Spec.ChartRef.String(), "spec", "chartRef")
	o.AddField(deploy.SourceRole, r.At, r.Spec.ReleaseName, "spec", "releaseName")
	o.AddHidden(r.At, r.Spec.Values, nil, "spec", "values")
	o.AddHidden(r.At, r.Spec.ValuesFrom, nil, "spec", "valuesFrom")
	o.AddHidden(r.At, r.Spec.PostRenderers, nil, "spec", "postRenderers")
	o.Destination = deploy.Destination{Name: cluster(r.Spec.KubeConfig), Namespace: r.Spec.TargetNamespace}
	if o.Destination.Namespace == "" {
		o.Destination.Namespace = r.Metadata.Namespace
	}
	o.AddField(deploy.ClusterRole, r.At, o.Destination.Name, "spec", "kubeConfig")
	o.AddField(deploy.NamespaceRole, r.At, r.Spec.TargetNamespace, "spec", "targetNamespace")
	o.Policy = deploy.PrunePolicy{Prune: !r.Spec.Suspend, Cascade: !r.Spec.Suspend}
	if o.Desired.Unresolved == "" {
		o.Desired.Unresolved = "its chart is not rendered here"
	}
	return o
}

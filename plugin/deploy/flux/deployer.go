package flux

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"slices"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// deployer has the common parts of both kinds.
func deployer(h gitops.Head, tool deploy.Tool) deploy.Deployer {
	o := deploy.Deployer{
		Tool: tool, Instance: h.Object.Set, At: h.Object.At,
		ID: h.ID(""),
	}
	o.ID.Namespace, o.ID.Name = job.ShowOpaque(o.ID.Namespace), job.ShowOpaque(o.ID.Name)
	if h.Broken {
		o.Desired.Unresolved = "one of its fields is of a wrong type"
	}
	return o
}

// after are the deployers of its own kind on which a deployer depends.
func after(h gitops.Head, refs []gitops.Reference) (all []dupcheck.ID) {
	for _, ref := range refs {
		id := h.ID("")
		id.Namespace, id.Name = cmp.Or(ref.Namespace, id.Namespace), ref.Name
		all = append(all, id)
	}
	return all
}

// depends makes a deployer unresolved if a field is unknown that decides which objects it
// deploys: they may be any part of a repository.
func depends(o *deploy.Deployer, fields any, repo fs.FS) {
	text, err := json.Marshal(fields)
	if err != nil || job.IsOpaque(string(text)) {
		o.Desired.Unresolved = "a field of it depends on a variable that is not known"
		o.Desired.Inputs = deploy.DigestDir(repo, ".")
	}
}

// kustomization is a Kustomization without its objects.
func kustomization(k gitops.Kustomization, repo fs.FS) deploy.Deployer {
	o := deployer(k.Head, deploy.FluxKustomization)
	o.Owners = []deploy.Owner{{Mark: deploy.KustomizationLabels, Name: o.ID.Namespace + "/" + o.ID.Name}}
	spec := k.Spec
	o.AddField(deploy.SourceRole, k.At, sourceOf(k).String(), "spec", "sourceRef")
	o.AddField(deploy.SourceRole, k.At, clamp(spec.Path), "spec", "path")
	o.AddField(deploy.SourceRole, k.At, spec.NamePrefix, "spec", "namePrefix")
	o.AddField(deploy.SourceRole, k.At, spec.NameSuffix, "spec", "nameSuffix")
	o.AddHidden(deploy.SourceRole, k.At, spec.PostBuild, (*gitops.PostBuild)(nil), "spec", "postBuild")
	o.AddHidden(deploy.SourceRole, k.At, spec.Patches, []gitops.Patch(nil), "spec", "patches")
	o.AddHidden(deploy.SourceRole, k.At, spec.Components, []string(nil), "spec", "components")
	o.AddHidden(deploy.SourceRole, k.At, spec.IgnoreMissingComponents, false, "spec", "ignoreMissingComponents")
	o.AddHidden(deploy.SourceRole, k.At, spec.Images, []gitops.Image(nil), "spec", "images")
	o.AddHidden(deploy.SourceRole, k.At, spec.CommonMetadata, gitops.CommonMetadata{}, "spec", "commonMetadata")
	o.AddHidden(deploy.SourceRole, k.At, spec.PatchesStrategicMerge, json.RawMessage(nil), "spec", "patchesStrategicMerge")
	o.AddHidden(deploy.SourceRole, k.At, spec.PatchesJSON6902, json.RawMessage(nil), "spec", "patchesJson6902")
	o.Destination = deploy.Destination{Name: spec.KubeConfig.Cluster(o.ID.Namespace), Namespace: spec.TargetNamespace}
	o.AddField(deploy.ClusterRole, k.At, o.Destination.Name, "spec", "kubeConfig")
	o.AddField(deploy.NamespaceRole, k.At, spec.TargetNamespace, "spec", "targetNamespace")
	slices.SortStableFunc(o.Fields, func(a, b deploy.Field) int { return strings.Compare(a.Path, b.Path) })
	o.Suspended = spec.Suspend
	o.After = after(k.Head, spec.DependsOn)
	o.Policy = deploy.PrunePolicy{
		Forces:  spec.Force,
		Prune:   spec.Prune && !spec.Suspend,
		Cascade: cascades(k) && !spec.Suspend,
		At:      map[string]dupcheck.Position{"prune": k.At.Of("spec", "prune"), "cascade": k.At.Of("spec", "deletionPolicy")},
	}
	spec.PostBuild = nil // it may really have such values, which stay unchanged
	depends(&o, spec, repo)
	return o
}

// cascades says whether the objects are deleted with the Kustomization, unless it is
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

// helmRelease is a HelmRelease without its objects. Helm deletes objects that a chart
// no longer has, and everything with the release, unless it is suspended
// (helm-controller v2 internal/controller, reconcileDelete). If the release is
// another one, the old one is uninstalled (internal/action/verify.go,
// ReleaseTargetChanged).
func helmRelease(h gitops.HelmRelease, repo fs.FS) deploy.Deployer {
	o := deployer(h.Head, deploy.FluxHelmRelease)
	chart := h.Spec.Chart.Spec
	o.AddField(deploy.SourceRole, h.At, in(h.Metadata.Namespace, chart.SourceRef).String(), "spec", "chart", "spec", "sourceRef")
	o.AddField(deploy.SourceRole, h.At, chart.Chart, "spec", "chart", "spec", "chart")
	o.AddField(deploy.ValueRole, h.At, chart.Version, "spec", "chart", "spec", "version")
	o.AddField(deploy.ValueRole, h.At, strings.Join(chart.ValuesFiles, ", "), "spec", "chart", "spec", "valuesFiles")
	o.AddField(deploy.SourceRole, h.At, in(h.Metadata.Namespace, h.Spec.ChartRef).String(), "spec", "chartRef")
	storage, name := h.Release()
	o.Owners = []deploy.Owner{
		{Mark: deploy.HelmReleaseLabels, Name: o.ID.Namespace + "/" + o.ID.Name},
		{Mark: deploy.ReleaseAnnotations, Name: h.Namespace() + "/" + name},
	}
	o.AddField(deploy.ReleaseRole, h.At, name, "spec", "releaseName")
	o.AddField(deploy.ReleaseRole, h.At, storage, "spec", "storageNamespace")
	o.AddField(deploy.ReleaseRole, h.At, h.Namespace(), "spec", "targetNamespace")
	o.AddHidden(deploy.ValueRole, h.At, h.Spec.Values, json.RawMessage(nil), "spec", "values")
	o.AddHidden(deploy.ValueRole, h.At, h.Spec.ValuesFrom, []gitops.ValuesFrom(nil), "spec", "valuesFrom")
	o.AddHidden(deploy.SourceRole, h.At, h.Spec.PostRenderers, json.RawMessage(nil), "spec", "postRenderers")
	o.AddHidden(deploy.SourceRole, h.At, h.Spec.CommonMetadata, gitops.CommonMetadata{}, "spec", "commonMetadata")
	o.Destination = deploy.Destination{Name: h.Spec.KubeConfig.Cluster(o.ID.Namespace), Namespace: h.Namespace()}
	o.AddField(deploy.ClusterRole, h.At, o.Destination.Name, "spec", "kubeConfig")
	o.Suspended = h.Spec.Suspend
	o.After = after(h.Head, h.Spec.DependsOn)
	o.Policy = deploy.PrunePolicy{Prune: !h.Spec.Suspend, Cascade: !h.Spec.Suspend}
	spec := h.Spec
	spec.Values = nil // they are read where they are used
	depends(&o, spec, repo)
	return o
}

// operated is a ResourceSet or FluxInstance. It prunes objects that it no longer makes, and
// deletes all of them with itself (flux-operator v0.58 internal/controller).
func operated(x gitops.FluxOperated) deploy.Deployer {
	o := deployer(x.Head, deploy.FluxKustomization)
	o.AddHidden(deploy.SourceRole, x.At, x.Spec, gitops.FluxOperatedSpec{}, "spec")
	o.Policy = deploy.PrunePolicy{Prune: true, Cascade: true}
	o.Desired.Unresolved = "flux-operator makes its objects, and kuniq does not"
	return o
}

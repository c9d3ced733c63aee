// Package gitops decodes the objects that say what is deployed: the Applications,
// ApplicationSets and AppProjects of Argo CD, the Kustomizations and HelmReleases
// of Flux. It is the only reader of their fields.
//
//	declared := gitops.Parse(gitops.ArgoCD|gitops.Flux, "", "apps.yaml", data)
//
// Manifests are untrusted: a field of a wrong type is a [Problem] and is never
// taken for one that is not there.
//
// Stability: v0. Exported names may change in any release; the changelog lists
// each change.
package gitops

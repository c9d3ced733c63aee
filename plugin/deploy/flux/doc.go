// Package flux reads the Kustomizations and HelmReleases of Flux: their deployers for
// package deploy, and the origin of their objects.
//
//	resolver := deploy.NewResolver(deploy.Options{Tool: gitops.Flux, Adapter: flux.Options{}.Adapter})
//
// Stability: v0. Exported names may change in any release; the changelog lists
// each change.
package flux

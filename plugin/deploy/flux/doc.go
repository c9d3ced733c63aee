// Package flux reads the Kustomizations and HelmReleases of Flux: which deployers
// of package deploy they are, and where their objects come from.
//
//	resolver := deploy.NewResolver(deploy.Options{Tool: gitops.Flux, Adapter: flux.Options{}.Adapter})
//
// Stability: v0. Exported names may change in any release; the changelog lists
// each change.
package flux

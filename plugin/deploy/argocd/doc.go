// Package argocd reads the Applications and ApplicationSets of Argo CD: which deployers
// of package deploy they are, and where their objects come from.
//
//	resolver := deploy.NewResolver(deploy.Options{Tool: gitops.ArgoCD, Adapter: argocd.Options{}.Adapter})
//
// ApplicationSets are expanded as far as a checkout determines them, and there is a limit
// to the cost of all of them together. The package runs no program and talks to no
// cluster. Manifests are untrusted: a field with a wrong type, or one that costs too
// much, is reported and never treated as absent.
//
// Stability: v0. Exported names may change in any release; the changelog lists each
// change.
package argocd

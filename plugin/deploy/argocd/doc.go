// Package argocd reads the Applications and ApplicationSets of Argo CD: which
// deployers of package deploy they are, and where their objects come from.
//
//	resolver := deploy.NewResolver(deploy.Options{Tool: gitops.ArgoCD, Adapter: argocd.Options{}.Adapter})
//
// ApplicationSets are expanded as far as a checkout says, and there is a limit to
// what all of them together may cost. Nothing here runs a program or talks to a
// cluster. Manifests are untrusted: a field of a wrong type, or one that takes too
// much, is reported and never taken for one that is not there.
//
// Stability: v0. Exported names may change in any release; the changelog lists
// each change.
package argocd

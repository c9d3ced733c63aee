// Package argocd reads the Applications, ApplicationSets and AppProjects of
// Argo CD from manifests, and says what they deploy and how safe that is.
//
//	declared := argocd.Parse("apps.yaml", data)
//	state := argocd.Assembly{Checkout: fsys}.State(declared)
//	report := impact.Check(state, impact.Options{})
//
// [Parse] reads manifests. [Expander.Expand] returns the Applications
// that a set generates, as far as a checkout says. [Application.Owner] turns an
// Application into an owner of package impact, which compares and checks them,
// and [Assembly] does so for all of them, with what they deploy. It reads plain
// manifests by itself; other sources are for a [Renderer]. [Guard] finds what is not
// protected from being pruned, and [Protect] adds the annotation that protects
// it.
//
// Nothing here reads a file by itself, runs a program or talks to a cluster.
// The manifests are a stranger's: what is of a wrong type or too much is
// reported, and never taken for nothing.
package argocd

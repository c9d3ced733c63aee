// Package deploy says who deploys what.
//
// A [Deployer] puts objects into a cluster and takes them away again: an
// Application of Argo CD, a Kustomization or a HelmRelease of Flux. A [Snapshot]
// is all of them at one revision of a repository, each with the objects that it
// deploys or the reason why these are not known. Packages argocd and flux below
// this one read deployers from manifests. [Check] looks at one snapshot; package
// impact compares two.
//
// Nothing here runs a program or talks to a cluster. A part that is not known is
// never taken for nothing.
//
// Stability: v0. Exported names may change in any release until the JSON
// reports have held for two minor releases; the changelog lists each change.
package deploy

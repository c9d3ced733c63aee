// Package deploy finds out who deploys which objects.
//
// A [Deployer] puts objects into a cluster and removes them: an Application of Argo CD, a
// Kustomization or a HelmRelease of Flux. A [Snapshot] has all of them at one revision of
// a repository, each with the objects that it deploys or the reason why these are not
// known. Packages argocd and flux below this one read deployers from manifests. [Check]
// looks at one snapshot; package impact compares two.
//
// The package runs no program and talks to no cluster. An unknown part never counts as
// nothing.
//
// Stability: v0. Exported names may change in any release until the JSON reports have
// been stable for two minor releases; the changelog lists each change.
package deploy

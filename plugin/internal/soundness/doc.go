// Package soundness holds the verdict of package impact against an oracle that
// does not share its code.
//
// The oracle is a small cluster. It renders every deployer of a repository over
// the full tree, with kustomize and with the libraries of Flux, and it deletes what
// Argo CD and Flux would delete: the files of this package say by which rule. A
// random repository is synced, then a random change of it. An object that was in the
// cluster before and is not the same one afterwards is lost, and impact must not
// be green.
package soundness

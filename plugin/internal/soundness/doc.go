// Package soundness tests the verdict of package impact against an oracle that does not
// share its code.
//
// The oracle is a small cluster. It renders every deployer of a repository over the full
// tree, with kustomize and with the libraries of Flux, and it deletes the objects that Argo
// CD and Flux would delete: the files of this package name the rules. The test syncs a
// random repository, then a random change of it. An object that was in the cluster before
// and is not the same one afterwards is lost, and then impact must not be green.
package soundness

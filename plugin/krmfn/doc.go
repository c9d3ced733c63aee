// Package krmfn is kuniq as a KRM function (KRM Functions Specification v1, kustomize,
// cmd/config/docs/api-conventions/functions-spec.md): a program that gets a ResourceList
// from kustomize or kpt on standard input, and returns one on standard output.
//
// Run is all of it, as a pure function from bytes to bytes. The functionConfig selects
// what it does: kind UniqueObjects of kuniq.dev/v1alpha1 fails if an object is declared
// more than once, and kind OneObjectPerFile gives every object a file of its own. Without
// a functionConfig it is UniqueObjects. Doc is for programs that kpt asks for their
// documentation.
//
// An orchestrator writes the returned list as the new state of the package. So a clean
// list is returned byte for byte, and nothing but a ResourceList goes to standard output.
//
// The package is v0: the API may change in any minor release, as the changelog says.
package krmfn

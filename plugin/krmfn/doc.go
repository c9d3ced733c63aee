// Package krmfn is kuniq as a KRM function (KRM Functions Specification v1,
// kustomize, cmd/config/docs/api-conventions/functions-spec.md): a program that
// kustomize and kpt hand a ResourceList on standard input, and that hands one
// back on standard output.
//
// Run is all of it, as a pure function from bytes to bytes. The functionConfig
// decides what it does: kind UniqueObjects of kuniq.dev/v1alpha1 fails if an object
// is declared more than once, and kind OneObjectPerFile gives every object a file
// of its own. Without a functionConfig it is the former. Doc is for programs that
// kpt asks for their documentation.
//
// An orchestrator treats whatever comes back as the new state of the package.
// That is why a clean list goes back byte for byte as it came, and why nothing
// goes to standard output that is not a ResourceList.
//
// The package is v0: the API may change in any minor release, as the changelog
// says.
package krmfn

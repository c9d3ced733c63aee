// Package setup makes ready what finds the deployers of a directory: it puts together
// what git knows of it, what was decided in kuniq.yaml, other repositories at hand, and
// the adapter of Argo CD or Flux. Open does that with plain values, and what it returns
// is for package deploy and package impact.
//
// The API is v0: exported names may change from one minor version to the next, and
// the changelog lists every change.
package setup

// Package setup prepares the options with which packages deploy and impact find the
// deployers of a directory. Open takes plain values. It puts together the git repository
// of the directory, the decisions of kuniq.yaml, other repositories at hand, and the
// adapter of Argo CD or Flux.
//
// The API is v0: exported names may change from one minor version to the next, and
// the changelog lists every change.
package setup

// Package admission writes ValidatingAdmissionPolicies that make an API server refuse the
// effects of an accident in git: that one deployer takes over the objects of another, that
// an Application becomes another one, and that objects with state are deleted.
//
// [Generate] writes the policies of the guards with the given names, each with its binding.
// [Guards] lists the guards. One annotation or one command acknowledges a refused request.
// The message of the refusal prints it, and the constants are the names in it.
//
// The package is pure: it connects to no cluster, and gets the kinds of a tree as values.
// The policies need Kubernetes 1.30.
//
// Stability: v0. Exported names may change in any release; the changelog lists
// each change. The names of guards, annotations and labels stay.
package admission

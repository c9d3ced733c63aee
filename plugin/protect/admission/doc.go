// Package admission writes ValidatingAdmissionPolicies that make an API server
// refuse what an accident in git would do: that one deployer takes over the
// objects of another, that an Application becomes another one, and that objects
// with state are deleted.
//
// [Generate] writes the policies of the guards that are chosen by name, each with
// its binding. [Guards] lists them. A refused request can be acknowledged with one
// annotation or one command, which the message of the refusal prints; the
// constants are their names.
//
// All of it is pure: no cluster is asked, and the kinds of a tree are given as
// values. The policies need Kubernetes 1.30.
//
// Stability: v0. Exported names may change in any release; the changelog lists
// each change. The names of guards, annotations and labels stay.
package admission

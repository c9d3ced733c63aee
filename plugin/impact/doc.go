// Package impact compares what the owners of objects deploy, and says what a
// change would delete.
//
// An [Owner] is what puts objects into a cluster and takes them away again: an
// Application of Argo CD, a Kustomization or a HelmRelease of Flux. A [State]
// is all of them at one revision of a repository, with the objects that each
// deploys or the reason why these are not known. [Compare] takes two states and
// returns an [Impact]; [Check] looks at one state alone.
//
//	impact := impact.Compare(base, head, impact.Options{})
//	err := impact.Write(os.Stdout, "text", impact, "")
//
// Nothing here reads a file, runs a program or talks to a cluster. What is not
// known is never taken for nothing: an owner whose objects could not be
// resolved fails as soon as it changes.
package impact

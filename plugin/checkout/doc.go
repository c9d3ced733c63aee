// Package checkout knows the files of a tree: which of them are manifests,
// kustomizations, charts and Tanka environments, which refer to which others, and which
// directories Argo CD and Flux deploy.
//
//	tree := checkout.Find(fsys, []string{"."}, checkout.Options{})
//	for _, target := range tree.Targets { ... }  // kustomizations, charts, environments
//	for _, file := range tree.Files(".") { ... } // every file that was met
//
// [Find] walks the directories once, and lists every file of a directory: to be read, or
// left out with a reason. It reads a tree and changes nothing; it follows no symbolic
// link, executes nothing and fetches nothing.
//
// A kustomization file, a Chart.yaml or an environment by itself removes no file from
// that list. Only its rendered target does, and package render says which files it was
// rendered from.
//
// Errors about files are of type [Unresolved], and have a [Code].
//
// The package is v0: the API may change in any minor release, as the changelog says.
package checkout

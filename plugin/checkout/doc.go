// Package checkout knows what is in a tree of files: which of them are
// manifests, kustomizations, charts and Tanka environments, what refers to
// what, and which directories Argo CD and Flux deploy.
//
//	tree := checkout.Find(fsys, []string{"."}, checkout.Options{})
//	for _, target := range tree.Targets { ... }  // what can be rendered
//	for _, file := range tree.Files(".") { ... } // every file that was met
//
// [Find] walks the directories once, and every file that it meets is in the
// list of its directory: to be read, or left out with a reason. It reads a tree
// and changes nothing; it follows no symbolic link, executes nothing and
// fetches nothing.
//
// A kustomization file, a Chart.yaml or an environment alone takes no file out
// of that list. Only the target that was rendered from it does, and package
// render says which files it was rendered from.
package checkout

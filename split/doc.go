// Package split writes one object per file, and loses nothing.
//
// New makes a plan from streams of manifests. It decides the names, cuts the bytes, and
// refuses everything that cannot be cut without loss, all without touching the disk.
// Plan.WriteDir then creates a directory with all of it. Plan.Write writes all of it, or
// nothing, to an existing directory:
//
//	plan := split.New([]split.Input{{Name: "all.yaml", Data: data}}, split.Options{})
//	root, err := os.OpenRoot("rendered")
//	...
//	result, err := plan.Write(ctx, root, split.WriteOptions{})
//
// Files are slices of the input: comments, quoting, blank lines, line ends and anchors
// stay as they are, and text that can be cut out is never re-encoded. The plan's notes
// say what else an item of a List needs (less indentation, its type, the value of an
// alias).
//
// The package is v0: the API may change in any minor release, as the changelog says. The
// names of the built-in layouts and the format of .kuniq-index stay.
package split

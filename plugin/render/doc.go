// Package render renders the targets of a tree with the real libraries, so that kuniq
// compares the same objects that a cluster would get.
//
//	tree := checkout.Find(fsys, []string{"."}, checkout.Options{})
//	for _, target := range tree.Targets {
//		job, err := render.NewJob(tree, render.Target{Target: target})
//		...
//	}
//
// [NewJob] collects everything that the rendering of a target reads. Its error says why
// that is impossible: if a part is remote, outside of the tree or a plugin. The [Role] of
// every file says what happens to it. [Run] renders a job from memory: kustomize and
// jsonnet neither open a file nor connect to anything. For a chart it runs the helm
// command, if one is given, over a copy of the chart.
//
// A [Pool] runs many jobs, in this process or, for untrusted trees, in worker processes,
// each of which calls [Serve]: kustomize keeps state in its process and may take much
// memory.
//
// The tree is untrusted: nothing in it is executed, nothing that it names is fetched, and
// no symbolic link that leaves it is followed.
//
// Every renderer is a folder below this one, and a row of the table in render.go.
//
// The package is v0: the API may change in any minor release, as the changelog says.
package render

// Package render renders the targets of a tree with the real libraries, so that
// what is compared is what a cluster would get.
//
//	tree := checkout.Find(fsys, []string{"."}, checkout.Options{})
//	for _, target := range tree.Targets {
//		job, err := render.NewJob(tree, render.Target{Target: target})
//		...
//	}
//
// [NewJob] collects everything that the rendering of a target reads, and says why
// it cannot be done if any of it is remote, outside of the tree or a plugin. Of
// every file it says what becomes of it, its [Role]. [Run] renders a job from
// memory: kustomize and jsonnet neither open a file nor connect to anything. For a
// chart it runs the helm command, if one is given, over a copy of the chart.
//
// A [Pool] runs many jobs, in this process or, for trees that you do not trust, in
// worker processes, each of which calls [Serve]: kustomize keeps state in its
// process and may take much memory.
//
// The tree is untrusted: nothing in it is executed, nothing that it names is
// fetched, and no symbolic link that leaves it is followed.
//
// Every renderer is a folder below this one, and a row of the table in render.go.
//
// The package is v0: the API may change in any minor release, as the changelog
// says.
package render

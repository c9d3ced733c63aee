// Package render renders the targets of a tree with the real libraries, so that
// what is compared is what a cluster would get.
//
//	tree := checkout.Find(fsys, []string{"."}, checkout.Options{})
//	for _, target := range tree.Targets {
//		job, reason := render.NewJob(tree, render.Target{Target: target})
//		...
//	}
//
// [NewJob] collects everything that the rendering of a target reads, and says why
// it cannot be done if any of it is remote, outside of the tree or a plugin. Of
// every file it says what becomes of it, its [Role].
// [Job.Run] renders it from memory: kustomize and jsonnet neither open a file nor
// connect to anything. For a chart it runs the helm command, if one is given,
// over a copy of the chart. Because kustomize keeps state in its process and takes
// what memory it likes, a [Pool] runs jobs in worker processes, each of which
// calls [Serve].
//
// The tree is a stranger's: nothing in it is executed, nothing that it names is
// fetched, and no symbolic link is followed.
package render

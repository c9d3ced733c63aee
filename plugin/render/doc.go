// Package render finds in a tree what would be deployed, and renders it with
// the real libraries, so that what is compared is what a cluster would get.
//
//	parts := render.Find(fsys, []string{"."}, nil)
//	for _, root := range parts.Roots {
//		job, reason := parts.Job(root)
//		...
//	}
//
// [Find] reads a tree and changes nothing. Every kustomization that no other
// one refers to is a root; so are a Helm chart that no other one brings along, a
// Tanka environment, and a jsonnet program that is named. Bases, components and
// patches are parts of roots, and all other files are manifests by themselves.
//
// [Parts.Job] collects everything that the rendering of a root reads, and says
// why it cannot be done if any of it is remote, outside of the tree or a plugin.
// [Job.Run] renders it from memory: kustomize and jsonnet neither open a file nor
// connect to anything. For a chart it runs the helm command, if one is given,
// over a copy of the chart. Because kustomize keeps state in its process and takes
// what memory it likes, a [Pool] runs jobs in worker processes, each of which
// calls [Serve].
//
// The tree is a stranger's: nothing in it is executed, nothing that it names is
// fetched, and no symbolic link is followed.
package render

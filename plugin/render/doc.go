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
// one refers to is a root; so are a Helm chart and a Tanka environment. Bases,
// components and patches are parts of roots, and all other files are manifests
// by themselves.
//
// [Parts.Job] collects everything that the build of a root reads, and says why
// it cannot be done if any of it is remote, outside of the tree, a plugin or a
// chart. [Job.Run] builds it from memory: it neither opens a file nor
// connects to anything. Because kustomize keeps state in its process and takes
// what memory it likes, a [Pool] runs jobs in worker processes, each of which
// calls [Serve].
//
// The tree is a stranger's: nothing in it is executed, nothing that it names is
// fetched, and no symbolic link is followed.
package render

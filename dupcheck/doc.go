// Package dupcheck says who a Kubernetes object is, and finds objects that are
// declared more than once.
//
// Two manifests describe the same object if an API server keeps one object for
// both: the one applied last silently replaces the other. For all of a set of
// manifests use a [Checker]: Add the objects in the order in which they would
// be applied, then ask for the Report. For the identity of a single manifest
// use [NewID]. Package [github.com/kuniq/kuniq/dupcheck/manifest] reads
// manifests into objects, and package
// [github.com/kuniq/kuniq/dupcheck/report] renders a Report.
//
//	var c dupcheck.Checker
//	for o, err := range manifest.Read("app.yaml", f) {
//		if err != nil {
//			return err
//		}
//		c.Add(o)
//	}
//	for _, d := range c.Report().Diagnostics {
//		fmt.Println(d.Message)
//	}
//
// # Identity
//
// An [ID] is a group, a kind, a namespace and a name. The version is no part
// of it, because a server keeps one object under all versions of its kind.
// The fields of a manifest are not yet its identity:
//
//   - Some kinds have lived in two groups at once. A Deployment of extensions
//     is that of apps.
//   - A cluster-scoped object has no namespace, whatever its manifest says.
//   - A namespaced object without one is in the default namespace, which only
//     the caller knows: Rules.DefaultNamespace. Without it, an absent
//     namespace equals an absent one and may equal any other.
//   - The scope of a custom resource is in its CustomResourceDefinition, which
//     may come after it.
//   - With metadata.generateName alone an object is a new one each time. Kinds
//     that can only be created, such as TokenReview, and configuration files
//     that look like objects, such as a kustomization, have no identity.
//   - A variable such as "${APP}" is replaced after the build, so that the object
//     is not known: ID.HasVariable. It is equal to nothing.
//
// Names are compared byte by byte. Nothing is trimmed, case-folded or
// normalised, since servers store the objects that differ in this.
//
// The tables behind this were measured on real API servers and are in the folder data
// with a source for every row. They know all built-in types of Kubernetes 1.4 to
// 1.37. [Rules] can say what a server of your own does, such as an aggregated one.
//
// # Sets
//
// Objects of different deployable sets, such as those of two clusters, are
// never compared. A set is whatever string the caller puts into Object.Set; it
// is not guessed.
//
// # What is promised
//
//   - The same Report for the same objects in any order, but for the order of
//     the declarations in a Diagnostic, and with it which of them wins.
//   - Two IDs are equal under == if and only if they are the same object, so
//     that an ID can be the key of a map. Where this is not certain there is a
//     warning and the IDs differ, or they have a variable.
//   - No file, network or cluster is touched. The content of an object is asked
//     for only if it collides with another, and is not kept.
//   - No value of any field leaves this package unless Rules.ShowValues asks
//     for it, and none of a Secret ever does. Whatever comes from the input
//     stands in messages in quotes if it could do more than be seen.
//   - No input makes it panic, and none makes it run for long: contents beyond
//     what a cluster could hold are not compared, and then count as different.
//
// # Stability
//
// The API is v0: a release may change it, and CHANGELOG.md lists every change of an
// exported name. It becomes v1 when the report in JSON has held for two minor
// releases.
//
// Identity (the tables and the rules above) changes only where an API server was
// measured to do otherwise. Names of rules and fields of JSON are added
// and not renamed.
package dupcheck

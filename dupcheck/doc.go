// Package dupcheck identifies Kubernetes objects, and finds objects that are declared
// more than once.
//
// Two manifests describe the same object if an API server keeps one object for both: the
// one applied last silently replaces the other. Use a [Checker] for a set of manifests:
// Add the objects in the order in which they would be applied, then ask for the Report.
// Use [NewID] for the identity of a single manifest. Package
// [github.com/kuniq/kuniq/dupcheck/manifest] reads manifests into objects, and package
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
// An [ID] is a group, a kind, a namespace and a name. The version is no part of it,
// because a server keeps one object under all versions of its kind. The fields of a
// manifest are not yet its identity:
//
//   - Some kinds have lived in two groups at once. A Deployment of extensions
//     is that of apps.
//   - A cluster-scoped object has no namespace, whatever its manifest says.
//   - A namespaced object without one is in the default namespace, which only
//     the caller knows: Rules.DefaultNamespace. Without it, an absent
//     namespace equals an absent one and may equal any other.
//   - The scope of a custom resource is in its CustomResourceDefinition, which
//     may come after it.
//   - An object that has only metadata.generateName is a new one each time. Kinds
//     that can only be created, such as TokenReview, have no identity. Nor have
//     configuration files that look like objects, such as a kustomization.
//   - A variable such as "${APP}" is replaced after the build, so the object
//     is not known: ID.HasVariable. It equals nothing.
//
// Names are compared byte by byte. They are not trimmed, case-folded or normalised,
// because servers keep names apart that differ in this.
//
// The tables were measured on real API servers and are in the folder data, with a source
// for every row. They have all built-in types of Kubernetes 1.4 to 1.37. [Rules] can
// describe your own server, such as an aggregated one.
//
// # Sets
//
// Objects of different deployable sets, such as those of two clusters, are never
// compared. A set is any string that the caller puts into Object.Set; kuniq does not
// guess it.
//
// # Promises
//
//   - The Report does not depend on the order of the objects, except for the order of
//     the declarations in a Diagnostic, and so which of them wins.
//   - Two IDs are equal under == if and only if they are the same object, so
//     an ID can be the key of a map. If this is not certain, there is a
//     warning and the IDs differ, or they have a variable.
//   - No file, network or cluster is touched. The content of an object is read
//     only if it collides with another, and is not kept.
//   - No value of any field leaves this package unless Rules.ShowValues is set,
//     and none of a Secret ever does. Text from the input is quoted in messages if
//     printing it could do more than show it.
//   - No input makes it panic or run for long: contents that are larger than a cluster
//     could hold are not compared, and count as different.
//
// # Stability
//
// The API is v0: a release may change it, and CHANGELOG.md lists every change of an
// exported name. It becomes v1 when the report in JSON has been stable for two minor
// releases.
//
// Identity (the tables and the rules above) changes only if an API server was measured to
// behave differently. Names of rules and fields of JSON are added and never renamed.
package dupcheck

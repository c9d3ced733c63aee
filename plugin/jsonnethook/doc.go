// Package jsonnethook finds Kubernetes objects that are declared more than once in the
// value of a jsonnet program. It works on the decoded value, which kubecfg, Tanka and
// qbec have anyway, and does not import go-jsonnet; package gojsonnet below this one
// evaluates files, too.
//
// A tool that has decoded the output of one program needs one call:
//
//	if err := jsonnethook.Check(dupcheck.Rules{}, name, value); err != nil {
//		return err
//	}
//
// The message names every object with the jsonnet paths of all its declarations. Objects
// of several programs that are deployed together need a [Collector]. The page
// docs/hosts.md has patches for kubecfg, Tanka and qbec.
//
// # Findings
//
// Only two declarations of one object are reported: the host decides about names, types
// and namespaces. Rules.Severity switches on other rules of package dupcheck, one by one,
// and Collector.AllRules all of them. A value that could not be understood, such as a
// name that is a template, is always an error.
//
// Equal copies are reported, too, unless Rules.Severity switches identical-object off, as
// above.
//
// # The walk
//
// The walk is that of the tools. Any mapping with an apiVersion and a kind is an object.
// All other mappings, and arrays, are searched, in the order in which jsonnet prints
// them; null is nothing. Lists, typed and nested ones, are expanded as in manifest files.
// Any other value is an error of type [*LeafError]: kubecfg and Tanka refuse it, and an
// object could hide behind it.
//
// An object with apiVersion tanka.dev/v1alpha1 and kind Environment is a deployable set
// of its own, named as the environment is, because its data is deployed separately. Its
// spec.namespace, or "default" without one (tanka, pkg/spec/v1alpha1/environment.go), is
// the set's default namespace: Tanka first writes it into every namespaced object without
// a namespace.
//
// # Paths
//
// Positions have the source as their File and as their Path the jsonnet expression that
// leads to the object from the value of the whole program, such as
//
//	$.prod["iox-cd"].apps[3]
//
// Two different places never have the same path: {'a.b': x} is $["a.b"] and {a: {b: x}}
// is $.a.b. Only a path of more than 4096 characters is cut, and ends in "...".
//
// # Limits
//
// A key that is given twice leaves no trace in the output. In
//
//	{ web: deployment('web') } + { web: deployment('shop') }
//
// the second web replaces the first while jsonnet evaluates, so only one object is in the
// output and no check of the output can see the other. jsonnet itself refuses the same
// key twice between one pair of braces, but not across "+".
//
// # Stability
//
// The API is v0: a release may change it, and CHANGELOG.md lists every change of an
// exported name. It becomes v1 when the report in JSON has been stable for two minor
// releases.
package jsonnethook

// Package jsonnethook finds Kubernetes objects that are declared more than once
// in what a jsonnet program evaluates to. It works on the decoded value, which
// kubecfg, Tanka and qbec have at hand anyway, and does not import go-jsonnet;
// package gojsonnet below this one evaluates files, too.
//
// A tool that has decoded the output of one program needs one call:
//
//	if err := jsonnethook.Check(dupcheck.Rules{}, name, value); err != nil {
//		return err
//	}
//
// The message names every object with the jsonnet paths of all its declarations.
// Objects of several programs that are deployed together need a [Collector]. The page
// docs/hosts.md has patches for kubecfg, Tanka and qbec.
//
// # What is reported
//
// Two declarations of one object, and nothing else: a host has its own word on names,
// types and namespaces. Rules.Severity switches on other rules of package dupcheck,
// one by one, and Collector.AllRules all of them. A value that could not be
// understood, such as a name that is a template, is always an error.
//
// Equal copies are reported, too, unless Rules.Severity switches identical-object off,
// as above.
//
// # What is walked
//
// The walk is that of the tools. Any mapping with an apiVersion and a kind is
// an object; all other mappings, and arrays, are looked into, in the order in
// which jsonnet prints them; null is nothing. Lists, typed and nested ones, are
// expanded as in manifest files. Whatever else is met is an error of type
// [*LeafError]: kubecfg and Tanka refuse it, and an object could hide behind it.
//
// An object with apiVersion tanka.dev/v1alpha1 and kind Environment is a
// deployable set of its own, named as the environment is: what stands in its
// data is deployed apart from all else. Its spec.namespace, or "default"
// without one (tanka, pkg/spec/v1alpha1/environment.go), is the set's default
// namespace, as Tanka writes it into every namespaced object without a
// namespace before it does anything else.
//
// # What a path looks like
//
// Positions have the source as their File and as their Path the jsonnet
// expression that leads to the object from the value of the whole program, such
// as
//
//	$.prod["iox-cd"].apps[3]
//
// Two different places never have the same path: {'a.b': x} is $["a.b"] and
// {a: {b: x}} is $.a.b. Only a path of more than 4096 characters is cut, and
// ends in "...".
//
// # What cannot be seen from here
//
// A key that is given twice leaves no trace in the output. In
//
//	{ web: deployment('web') } + { web: deployment('shop') }
//
// the second web replaces the first while jsonnet evaluates, so that only one
// object comes out and no check of the output can tell. jsonnet itself refuses
// the same key twice between one pair of braces, but not across "+".
//
// # Stability
//
// The API is v0: a release may change it, and CHANGELOG.md lists every change of an
// exported name. It becomes v1 when the report in JSON has held for two minor
// releases.
package jsonnethook

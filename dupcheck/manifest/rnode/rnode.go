// Package rnode reads the objects in kyaml's nodes, as KRM functions and
// kustomize's own code hold them.
//
// # Stability
//
// The API is v0: a release may change it, and CHANGELOG.md lists every change of an
// exported name. It becomes v1 when the report in JSON has held for two minor
// releases.
package rnode

import (
	"iter"
	"strconv"

	"sigs.k8s.io/kustomize/kyaml/kio/kioutil"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// Objects yields the objects in a node: itself, or the items of a List. File
// and document of their positions come from the path and index annotations
// that kyaml's readers set (internal.config.kubernetes.io/path and index, or
// their older names), and are name and 0 where a node has none. Lines and
// columns are kyaml's own, counted from the beginning of the node's document.
func Objects(name string, node *yaml.RNode) iter.Seq2[dupcheck.Object, error] {
	return func(yield func(dupcheck.Object, error) bool) {
		if node.IsNil() {
			return
		}
		// The function looks annotations up without changing the node, and
		// fails only on what is no object, which has no annotations either.
		path, index, _ := kioutil.GetFileAnnotations(node)
		if path != "" {
			name = path
		}
		document, _ := strconv.Atoi(index)
		for o, err := range manifest.Node(name, node.YNode()) {
			o.At.Document = document
			if !yield(o, err) {
				return
			}
		}
	}
}

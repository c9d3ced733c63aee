// Package unstructured reads the objects in apimachinery's unstructured values,
// as controllers and clients hold them.
package unstructured

import (
	"iter"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// Objects yields the objects in an unstructured value: itself, or the items of
// a List. name is the file of their positions, which have no line.
func Objects(name string, u *unstructured.Unstructured) iter.Seq2[dupcheck.Object, error] {
	if u == nil {
		return func(func(dupcheck.Object, error) bool) {}
	}
	return manifest.Decoded(name, u.UnstructuredContent())
}

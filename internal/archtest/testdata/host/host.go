// Package host is a program of an older Kubernetes release, which must be able to
// import kuniq without a newer version of anything.
package host

import (
	"context"

	"github.com/google/go-jsonnet"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// List asks a server for the objects of a kind.
func List(ctx context.Context, from client.Client, kind schema.GroupVersionKind) ([]unstructured.Unstructured, error) {
	var list unstructured.UnstructuredList
	list.SetGroupVersionKind(kind)
	err := from.List(ctx, &list)
	return list.Items, err
}

// Dynamic returns a client for all kinds.
func Dynamic(config *rest.Config) (dynamic.Interface, error) { return dynamic.NewForConfig(config) }

// Build renders a kustomization.
func Build(files filesys.FileSystem, dir string) (resmap.ResMap, error) {
	return krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, dir)
}

// VM evaluates jsonnet.
func VM() *jsonnet.VM { return jsonnet.MakeVM() }

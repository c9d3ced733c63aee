package tanka_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
	"github.com/kuniq/kuniq/plugin/render/tanka"
)

// The objects of an environment have its namespace.
func ExampleRenderer() {
	tree := checkout.Find(fstest.MapFS{
		"jsonnetfile.json":               {Data: []byte("{}")},
		"environments/prod/spec.json":    {Data: []byte(`{"apiVersion": "tanka.dev/v1alpha1", "kind": "Environment", "spec": {"namespace": "shop"}}`)},
		"environments/prod/main.jsonnet": {Data: []byte("{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } }")},
	}, []string{"."}, checkout.Options{})
	c := job.NewCollector(tree, job.Target{Target: tree.Targets[0]})
	fmt.Println(tanka.Renderer{}.Collect(c), c.Job.Names())
	object := tanka.Renderer{}.Render(context.Background(), c.Job).Objects[0]
	fmt.Println(object.Namespace, object.Name)
	// Output:
	// <nil> [environments/prod/main.jsonnet environments/prod/spec.json]
	// shop web
}

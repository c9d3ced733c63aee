package kustomize_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
	"github.com/kuniq/kuniq/plugin/render/kustomize"
)

// A kustomization is collected first, and then built from memory.
func ExampleRenderer() {
	tree := checkout.Find(fstest.MapFS{
		"kustomization.yaml": {Data: []byte("namePrefix: prod-\nresources: [web.yaml]\n")},
		"web.yaml":           {Data: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: web}\n")},
	}, []string{"."}, checkout.Options{})
	c := job.NewCollector(tree, job.Target{Target: tree.Targets[0]})
	fmt.Println(kustomize.Renderer{}.Collect(c), c.Job.Names())
	fmt.Println(kustomize.Renderer{}.Render(context.Background(), c.Job).Objects[0].Name)
	// Output:
	// <nil> [kustomization.yaml web.yaml]
	// prod-web
}

package jsonnet_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
	"github.com/kuniq/kuniq/plugin/render/jsonnet"
)

// A program is collected with all that it imports, and then evaluated from memory.
func ExampleRenderer() {
	tree := checkout.Find(fstest.MapFS{
		"main.jsonnet":  {Data: []byte("(import 'web.libsonnet') { metadata: { name: 'prod-web' } }")},
		"web.libsonnet": {Data: []byte("{ apiVersion: 'v1', kind: 'Service' }")},
	}, []string{"."}, checkout.Options{})
	c := job.NewCollector(tree, job.Target{Target: checkout.Target{Kind: checkout.Program, Dir: ".", File: "main.jsonnet"}})
	fmt.Println(jsonnet.Renderer{}.Collect(c), c.Job.Names())
	fmt.Println(jsonnet.Renderer{}.Render(context.Background(), c.Job).Objects[0].Name)
	// Output:
	// <nil> [main.jsonnet web.libsonnet]
	// prod-web
}

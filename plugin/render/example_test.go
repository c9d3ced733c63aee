package render_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render"
)

// The zero value of Pool renders in this process.
func ExamplePool_Run() {
	fsys := fstest.MapFS{
		"prod/kustomization.yaml": {Data: []byte("namePrefix: prod-\nresources: [web.yaml]\n")},
		"prod/web.yaml":           {Data: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: web}\n")},
		"dev/kustomization.yaml":  {Data: []byte("resources: [https://example.com/base]\n")},
	}
	tree := checkout.Find(fsys, []string{"."}, checkout.Options{})
	job := func(i int) (render.Job, error) { return render.NewJob(tree, render.Target{Target: tree.Targets[i]}) }
	render.Pool{}.Run(context.Background(), len(tree.Targets), job, func(o render.Outcome) {
		fmt.Printf("%s: %d objects, %q\n", tree.Targets[o.Index].Dir, len(o.Objects), o.Reason)
		for _, object := range o.Objects {
			fmt.Println("  ", object.Kind, object.Name)
		}
	})
	// Output:
	// dev: 0 objects, "dev/kustomization.yaml: resources names something to be fetched: \"https://example.com/base\""
	// prod: 1 objects, ""
	//    Service prod-web
}

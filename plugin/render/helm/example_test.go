package helm_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/helm"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// A chart is collected without helm. Rendering runs the Command.
func ExampleRenderer() {
	tree := checkout.Find(fstest.MapFS{
		"Chart.yaml":         {Data: []byte("apiVersion: v2\nname: web\nversion: 1.0.0\n")},
		"values.yaml":        {Data: []byte("port: 80\n")},
		"templates/web.yaml": {Data: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: '{{ .Release.Name }}'}\n")},
	}, []string{"."}, checkout.Options{})
	c := job.NewCollector(tree, job.Target{Target: tree.Targets[0], Helm: job.Helm{Command: "/opt/none/helm", Release: "prod"}})
	fmt.Println(helm.Renderer{}.Collect(c), c.Job.Names())
	fmt.Println(helm.Renderer{}.Render(context.Background(), c.Job).Reason)
	// Output:
	// <nil> [Chart.yaml templates/web.yaml values.yaml]
	// the helm command cannot be run
}

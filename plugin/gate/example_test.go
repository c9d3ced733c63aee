package gate_test

import (
	"context"
	"fmt"

	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/policy"
)

// A repository in which two files of a kustomization are one object.
func ExampleCheck() {
	o := gate.Options{Policy: policy.Policy{Severity: []string{"namespace-ignored=off"}}}
	result, err := gate.Check(context.Background(), []string{"../../examples/gitops/collisions/copy"}, o)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, d := range result.Report.Diagnostics {
		fmt.Println(d.Severity, d.Message)
		for _, at := range d.Declarations {
			fmt.Printf("  %s:%d\n", at.File, at.Line)
		}
	}
	fmt.Println("unread:", len(result.Report.Unread))
	// Output:
	// error Deployment.apps shop/web is declared twice; the declarations differ at spec.paused
	//   ../../examples/gitops/collisions/copy/web.yaml:4
	//   ../../examples/gitops/collisions/copy/worker.yaml:4
	// unread: 0
}

// The objects that a directory deploys, with their contents.
func ExampleReadInventory() {
	inventory, err := gate.ReadInventory(context.Background(), []string{"../../examples/gitops/collisions/copy"}, gate.Options{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for l := range inventory.Objects() {
		content, err := l.Object.Body.Value()
		_, isMapping := content.(map[string]any)
		fmt.Println(l.ID, l.Object.At.File, isMapping, err)
	}
	// Output:
	// Deployment.apps shop/web ../../examples/gitops/collisions/copy/web.yaml true <nil>
	// Deployment.apps shop/web ../../examples/gitops/collisions/copy/worker.yaml true <nil>
}

package checkout_test

import (
	"cmp"
	"fmt"
	"testing/fstest"

	"github.com/kuniq/kuniq/plugin/checkout"
)

func ExampleFind() {
	fsys := fstest.MapFS{
		"base/kustomization.yaml": {Data: []byte("resources: [web.yaml]\n")},
		"base/web.yaml":           {Data: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: web}\n")},
		"prod/kustomization.yaml": {Data: []byte("resources: [../base]\n")},
		".github/ci.yaml":         {Data: []byte("on: push\n")},
	}
	tree := checkout.Find(fsys, []string{"."}, checkout.Options{})
	for _, target := range tree.Targets {
		fmt.Println("target", target.File)
	}
	for _, file := range tree.Files(".") {
		fmt.Println(file.Path+":", cmp.Or(file.Out, "to be read"))
	}
	// Output:
	// target prod/kustomization.yaml
	// .github/ci.yaml: a hidden directory
	// base/kustomization.yaml: to be read
	// base/web.yaml: to be read
	// prod/kustomization.yaml: to be read
}

package split_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/kuniq/kuniq/split"
)

const two = `# the shop
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
`

func Example() {
	plan := split.New([]split.Input{{Name: "all.yaml", Data: []byte(two)}}, split.Options{})
	for _, refusal := range plan.Refusals {
		fmt.Println(refusal.At.File, refusal.Reason)
	}
	for _, file := range plan.Files {
		fmt.Printf("%s (%d bytes): %s\n", file.Name, file.Size(), file.ID)
	}
	// Output:
	// v1.Namespace-shop.yaml (65 bytes): Namespace shop
	// v1.Service-shop.web.yaml (68 bytes): Service shop/web
}

func ExamplePlan_Write() {
	dir, err := os.MkdirTemp("", "rendered")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	root, err := os.OpenRoot(dir)
	if err != nil {
		log.Fatal(err)
	}
	defer root.Close()
	layout, err := split.ParseLayout(`{{.kind}}/{{.metadata.name}}`, nil)
	if err != nil {
		log.Fatal(err)
	}
	plan := split.New([]split.Input{{Name: "all.yaml", Data: []byte(two)}}, split.Options{Layout: layout})
	result, err := plan.Write(context.Background(), root, split.WriteOptions{Prune: true})
	if err != nil {
		log.Fatal(err) // nothing was changed
	}
	fmt.Println(result.Written)
	// Output: [Namespace/shop.yaml Service/web.yaml]
}

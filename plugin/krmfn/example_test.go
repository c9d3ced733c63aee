package krmfn_test

import (
	"fmt"

	"github.com/kuniq/kuniq/plugin/krmfn"
)

func ExampleRun() {
	list := `apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: {name: web, namespace: shop}
- apiVersion: extensions/v1beta1
  kind: Ingress
  metadata: {name: web, namespace: shop}
`
	out := krmfn.Run([]byte(list), krmfn.Env{})
	fmt.Println(out.Code)
	fmt.Print(out.Log)
	// Output:
	// 1
	// items[1]: error: Ingress.networking.k8s.io shop/web is declared twice; the declarations differ at apiVersion [duplicate-object]
	// items[0]: note: first declared here
	// note: applied in this order the one at items[1] wins
	// help: rename or remove one; if they are meant for different clusters, check them as separate sets
	//
	// kuniq: 2 objects, 1 error
}

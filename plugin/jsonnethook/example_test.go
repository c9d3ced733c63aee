package jsonnethook_test

import (
	"encoding/json"
	"fmt"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/jsonnethook"
)

// decoded is the value that a host has when its program is evaluated.
func decoded(text string) (tree any) {
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		panic(err)
	}
	return tree
}

func ExampleCheck() {
	tree := decoded(`{
	  "idpe": {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
	    "metadata": {"name": "idpe-cd", "namespace": "argocd"},
	    "spec": {"source": {"path": "idpe/yml"}}},
	  "iox-cd": {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
	    "metadata": {"name": "idpe-cd", "namespace": "argocd"},
	    "spec": {"source": {"path": "iox/yml"}}}
	}`)
	err := jsonnethook.Check(dupcheck.Rules{}, "main.jsonnet", tree)
	fmt.Println(err)
	// Output:
	// main.jsonnet: error: Application.argoproj.io argocd/idpe-cd is declared twice; the declarations differ at spec.source.path ($["iox-cd"]); first declared at main.jsonnet ($.idpe); the last one wins [duplicate-object]
}

// Objects of several programs that are deployed together.
func ExampleCollector() {
	c := jsonnethook.Collector{Rules: dupcheck.Rules{DefaultNamespace: "default"}}
	for _, file := range []string{"web.jsonnet", "shop.jsonnet"} {
		tree := decoded(`[{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "common"}}]`)
		if err := c.Add(file, tree); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(c.Err())
	// Output:
	// shop.jsonnet: error: ConfigMap default/common is declared twice with identical contents ($[0]); first declared at web.jsonnet ($[0]) [identical-object]
}

// A leaf is refused, as kubecfg and Tanka do it: an object could hide behind it.
func ExampleLeafError() {
	err := jsonnethook.Check(dupcheck.Rules{}, "main.jsonnet", decoded(`{"web": {"replicas": 3}}`))
	fmt.Println(err)
	// Output:
	// main.jsonnet: $.web.replicas is a number, not a Kubernetes object
}

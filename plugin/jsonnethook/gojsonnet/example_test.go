package gojsonnet_test

import (
	"fmt"

	"github.com/google/go-jsonnet"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/jsonnethook"
	"github.com/kuniq/kuniq/plugin/jsonnethook/gojsonnet"
)

func ExampleCheck() {
	vm := jsonnet.MakeVM()
	_, err := gojsonnet.Check(dupcheck.Rules{}, vm, "testdata/incident/main.jsonnet")
	fmt.Println(err)
	// Output:
	// testdata/incident/main.jsonnet:8:24: error: Application.argoproj.io argocd/idpe-cd is declared twice; the declarations differ at spec.destination.namespace, spec.source.path ($["iox-cd"]); first declared at testdata/incident/main.jsonnet:4:24 ($.idpe); the last one wins [duplicate-object]
}

// Nothing is wrong with what comes out when one key replaces another, and so
// a filter that sees only that cannot find it.
func ExampleSnippet_overridden() {
	const app = `local app(path) = {
	  apiVersion: 'argoproj.io/v1alpha1', kind: 'Application',
	  metadata: { name: path + '-cd', namespace: 'argocd' },
	};`
	for _, code := range []string{
		app + `{ idpe: app('idpe') } + { idpe: app('iox') }`,
		app + `{ idpe: app('idpe'), iox: app('idpe') }`,
	} {
		e, err := gojsonnet.Snippet(jsonnet.MakeVM(), "main.jsonnet", code)
		if err != nil {
			fmt.Println(err)
			continue
		}
		var c jsonnethook.Collector
		if err := c.Add(e.Source, e.Tree); err != nil {
			fmt.Println(err)
		}
		r := gojsonnet.Locate(c.Report(), e)
		fmt.Println(r.Objects, "objects:", jsonnethook.Err(r))
	}
	// Output:
	// 1 objects: <nil>
	// 2 objects: main.jsonnet:4:25: error: Application.argoproj.io argocd/idpe-cd is declared twice with identical contents ($.iox); first declared at main.jsonnet:4:6 ($.idpe) [identical-object]
}

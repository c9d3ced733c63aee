package flux_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
)

func ExampleOptions_Adapter() {
	checkout := fstest.MapFS{
		"flux.yaml": {Data: []byte("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: shop, namespace: flux-system}\n" +
			"spec: {path: ./shop, prune: true, sourceRef: {kind: GitRepository, name: config}}\n")},
		"shop/service.yaml": {Data: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n")},
	}
	resolver := deploy.NewResolver(deploy.Options{Tool: gitops.Flux, Adapter: flux.Options{}.Adapter})
	revision, err := resolver.Read(checkout)
	fmt.Println(err, resolver.Resolve(context.Background(), nil, revision))
	for _, d := range revision.Snapshot().Deployers {
		fmt.Println(d.Name(), "prunes:", d.Policy.Prune, "deploys:", d.Desired.Objects[0].Name)
	}
	// Output:
	// <nil> <nil>
	// Kustomization flux-system/shop prunes: true deploys: web
}

package deploy_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
)

const apps = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  source: {repoURL: "https://git.example.com/config", path: shop, targetRevision: HEAD}
  destination: {server: "https://prod", namespace: shop}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop-v2, namespace: argocd}
spec:
  source: {repoURL: "https://git.example.com/config", path: shop, targetRevision: HEAD}
  destination: {server: "https://prod", namespace: shop}
`

func ExampleResolver_Check() {
	repository := fstest.MapFS{
		"apps.yaml":                {Data: []byte(apps)},
		"shop/kustomization.yaml":  {Data: []byte("resources: [service.yaml]\n")},
		"shop/service.yaml":        {Data: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: web}\n")},
		"unrelated/namespace.yaml": {Data: []byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")},
	}
	resolver := deploy.NewResolver(deploy.Options{Tool: gitops.ArgoCD, Adapter: argocd.Options{}.Adapter})
	found, err := resolver.Check(context.Background(), repository, deploy.CheckOptions{})
	fmt.Println(err)
	for _, d := range found.Snapshot.Deployers {
		fmt.Println(d.Name(), "deploys", len(d.Desired.Objects))
	}
	for _, d := range found.Report.Diagnostics {
		fmt.Println(d.Message)
	}
	// Output:
	// <nil>
	// Application argocd/shop deploys 1
	// Application argocd/shop-v2 deploys 1
	// Service shop/web is deployed to the cluster https://prod by Application argocd/shop and Application argocd/shop-v2
}

package argocd_test

import (
	"fmt"
	"testing/fstest"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
)

func ExampleOptions_Adapter() {
	const set = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: teams, namespace: argocd}
spec:
  generators: [{git: {directories: [{path: "teams/*"}]}}]
  template:
    metadata: {name: '{{path.basename}}'}
    spec:
      source: {repoURL: https://git.example.com/config, path: '{{path}}'}
      destination: {name: prod, namespace: '{{path.basename}}'}
`
	checkout := fstest.MapFS{"set.yaml": {Data: []byte(set)}, "teams/red/a.yaml": {}, "teams/blue/a.yaml": {}}
	resolver := deploy.NewResolver(deploy.Options{Tool: gitops.ArgoCD, Adapter: argocd.Options{}.Adapter})
	revision, err := resolver.Read(checkout)
	fmt.Println(err)
	for _, d := range revision.Snapshot().Deployers {
		fmt.Println(d.Name(), "of", d.CreatedBy.ID.Kind, d.CreatedBy.ID.Name)
	}
	// Output:
	// <nil>
	// Application argocd/blue of ApplicationSet teams
	// Application argocd/red of ApplicationSet teams
}

package gitops_test

import (
	"fmt"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
)

func ExampleParse() {
	declared := gitops.Parse(gitops.ArgoCD, "", "app.yaml", []byte(`apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  source: {repoURL: "https://git.example.com/config", path: shop}
  syncPolicy: {automated: {prune: "yes"}}
`))
	app := declared.Applications[0]
	fmt.Println(app.ID("argocd"), app.Spec.All()[0].Path, app.At.Of("spec", "source", "path").Line)
	for _, p := range declared.Problems {
		fmt.Println(p.Reason)
	}
	// Output:
	// Application.argoproj.io argocd/shop shop 5
	// spec.syncPolicy.automated.prune is not true or false, so every API server refuses it
}

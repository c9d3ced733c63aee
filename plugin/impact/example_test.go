package impact_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/impact"
)

func ExampleTrees() {
	tree := func(source string) fstest.MapFS {
		return fstest.MapFS{
			"app.yaml": {Data: []byte("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop, namespace: argocd}\n" +
				"spec:\n  source: {repoURL: https://git.example.com/config, path: " + source + "}\n" +
				"  destination: {name: prod, namespace: shop}\n  syncPolicy: {automated: {prune: true}}\n")},
			"shop/volume.yaml":    {Data: []byte("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: orders}\n")},
			"shop-v2/config.yaml": {Data: []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n")},
		}
	}
	found, err := impact.Trees(context.Background(), tree("shop"), tree("shop-v2"), deploy.Options{}, impact.Options{})
	fmt.Println(err)
	fmt.Println(found.Headline())
	fmt.Println(found.Fails())
	// Output:
	// <nil>
	// 1 object of Application argocd/shop would be pruned: 1 PersistentVolumeClaim
	// true
}

// Revisions are those of git, such as branches and commits.
func ExampleBetween() {
	found, err := impact.Between(context.Background(), ".", "origin/main", "HEAD", deploy.Options{}, impact.Options{
		MaxPrune: impact.Limit{Set: true, Percent: 50},
		Allowed:  []impact.Allowance{{Deployer: "argocd/preview", From: "the policy of previews"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(found.Headline())
}

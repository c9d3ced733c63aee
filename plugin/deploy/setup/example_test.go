package setup_test

import (
	"context"
	"fmt"

	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/setup"
	"github.com/kuniq/kuniq/plugin/policy"
)

func ExampleOpen() {
	ctx := context.Background()
	s, err := setup.Open(ctx, setup.Options{Dir: "testdata", Policy: policy.Policy{Severity: []string{"shared-object=warning"}}, Rules: deploy.Rules()})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	tree, err := s.Tree()
	fmt.Println(err)
	found, err := deploy.NewResolver(s.Resolve).Check(ctx, tree, s.Check)
	fmt.Println(err)
	for _, d := range found.Report.Diagnostics {
		fmt.Println(d.Severity, d.Declarations[0].Position.File, d.Message)
	}
	// Output:
	// <nil>
	// <nil>
	// warning testdata/shop/service.yaml Service shop/web is deployed to the cluster https://prod by Application argocd/shop and Application argocd/shop-v2
}

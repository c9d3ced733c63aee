package policy_test

import (
	"fmt"

	"github.com/kuniq/kuniq/plugin/policy"
)

func ExampleParse() {
	p, err := policy.Parse([]byte("namespace: shop\nset:\n- env/{cluster}\nskip:\n- vendor\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	paths, err := policy.NewPaths(p.Set, p.Skip)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Namespace, paths.Set("env/prod/web.yaml"), paths.Skip("env/prod/vendor/a.yaml"))
	// Output: shop prod left out by skip vendor
}

package natives_test

import (
	"fmt"

	"github.com/google/go-jsonnet"

	"github.com/kuniq/kuniq/plugin/render/jsonnet/natives"
)

func ExampleAdd() {
	vm := jsonnet.MakeVM()
	natives.Add(vm)
	text, err := vm.EvaluateAnonymousSnippet("web.jsonnet", `std.native('parseYaml')('kind: Service')[0].kind`)
	fmt.Print(text, err)
	// Output:
	// "Service"
	// <nil>
}

package admission_test

import (
	"fmt"
	"strings"

	"github.com/kuniq/kuniq/plugin/protect/admission"
)

func ExampleGenerate() {
	policies, err := admission.Generate(admission.Options{
		Guards:  []string{"retain"},
		Actions: map[string]admission.Action{"retain-volume": admission.Warn},
	})
	fmt.Println(err)
	for line := range strings.Lines(string(policies)) {
		if strings.HasPrefix(line, "kind:") || strings.Contains(line, "validationActions:") {
			fmt.Print(line)
		}
	}
	// Output:
	// <nil>
	// kind: ValidatingAdmissionPolicy
	// kind: ValidatingAdmissionPolicyBinding
	//   validationActions: [Warn, Audit]
	// kind: ValidatingAdmissionPolicy
	// kind: ValidatingAdmissionPolicyBinding
	//   validationActions: [Warn, Audit]
}

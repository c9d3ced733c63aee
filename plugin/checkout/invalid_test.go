package checkout

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"sigs.k8s.io/kustomize/api/types"
)

// TestInvalid: what is wrong is said with its line, field and value, but nothing
// else that the file holds.
func TestInvalid(t *testing.T) {
	const no = "it is not a valid kustomization: "
	for text, want := range map[string]string{
		"namePrefix: x-\nnamespace: y\n":                      no + "line 2: namespace is a boolean (\"y\") and should be a string",
		"resource: [a.yaml]\n":                                no + "line 1: unknown field \"resource\"",
		"resources: a.yaml\n":                                 no + "line 1: resources is a string and should be a list",
		"patches:\n- hunter2.yaml\n":                          no + "line 2: patches is a string and should be a mapping",
		"namePrefix: 017\n":                                   no + "line 1: namePrefix is a number (\"017\") and should be a string",
		"a: 1\nb: {\n":                                        no + "line 2: not valid YAML",
		"patches:\n- path: a.yaml\n  options: {x: hunter2}\n": no + "line 3: unknown field \"x\"",
		"secretGenerator:\n- nam: hunter2\n":                  no + "line 2: unknown field \"nam\"",
	} {
		var k types.Kustomization
		err := k.Unmarshal([]byte(text))
		if assert.Error(t, err, text) {
			got := invalid([]byte(text), err)
			assert.NotContains(t, got, "hunter2")
			assert.Equal(t, want, got, err)
		}
	}
}

package policy_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/policy"
)

// TestSchema: the schema has the fields of Parse, takes what it takes, and refuses values
// of another type and fields that are not known.
func TestSchema(t *testing.T) {
	published, err := os.ReadFile("../../docs/kuniq.schema.json")
	require.NoError(t, err)
	assert.Equal(t, policy.Schema(), string(published), "docs/kuniq.schema.json is the one of this package")
	var form struct {
		Properties map[string]struct {
			Items struct {
				Properties struct {
					Cause struct{ Enum []checkout.Code }
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(published, &form))
	assert.Equal(t, policy.Fields(), slices.Sorted(maps.Keys(form.Properties)))
	assert.ElementsMatch(t, checkout.Codes(), form.Properties["allow-unresolved"].Items.Properties.Cause.Enum)

	value, err := jsonschema.UnmarshalJSON(strings.NewReader(policy.Schema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("kuniq.json", value))
	schema, err := c.Compile("kuniq.json")
	require.NoError(t, err)
	valid := func(text string) error {
		data, err := yaml.YAMLToJSON([]byte(text))
		require.NoError(t, err)
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
		require.NoError(t, err)
		return schema.Validate(value)
	}
	assert.NoError(t, valid(full))
	assert.NoError(t, valid("# nothing\n"))
	for field, values := range refused {
		for value, want := range values {
			if err := valid(field + ": " + value); strings.Contains(want, "expected") || strings.Contains(want, "there is no field") {
				assert.Error(t, err, "%s: %s", field, value)
			}
		}
	}
	assert.Error(t, valid("ignored: [a]"))
}

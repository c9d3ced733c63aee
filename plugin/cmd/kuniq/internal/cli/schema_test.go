package cli

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck/report"
)

var reportSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(report.Schema()))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("report.json", schema); err != nil {
		return nil, err
	}
	return c.Compile("report.json")
})

// validReport holds an output against the schema of the report, if it is a report
// in JSON. All tests that run a command ask it.
func validReport(output string) error {
	var is struct{ Diagnostics json.RawMessage }
	if json.Unmarshal([]byte(output), &is) != nil || is.Diagnostics == nil {
		return nil
	}
	schema, err := reportSchema()
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(output))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// TestSchemaRefuses: the test of the outputs can fail.
func TestSchemaRefuses(t *testing.T) {
	const object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
	got := run(t, object+"---\n"+object, "check", "-o", "json", "-").stdout
	require.NoError(t, validReport(got))
	for _, change := range [][2]string{
		{`"version": 1`, `"version": 2`},
		{`"rule"`, `"rules"`},
		{`"wins": 1`, `"wins": "1"`},
		{`"line": 4`, `"line": -1`},
		{`"unread": []`, `"unread": null`},
		{`"severity": "error"`, `"severity": "fatal"`},
	} {
		require.Contains(t, got, change[0])
		assert.Error(t, validReport(strings.Replace(got, change[0], change[1], 1)), change[1])
	}
}

package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/schema"
)

// compiled has the schemas by name. All but that of the report, whose contract has a test
// of its own, are made to refuse fields that they do not name: no output has a field that
// is missing in its schema.
var compiled = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	all := map[string]*jsonschema.Schema{}
	for _, s := range schema.All() {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(s.Text))
		if err != nil {
			return nil, err
		}
		if s.Name != "report" {
			closeObjects(value)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource(s.Name, value); err != nil {
			return nil, err
		}
		if all[s.Name], err = c.Compile(s.Name); err != nil {
			return nil, err
		}
	}
	return all, nil
})

// closeObjects adds to each schema with properties that there are no others.
func closeObjects(value any) {
	switch s := value.(type) {
	case map[string]any:
		if _, ok := s["properties"].(map[string]any); ok && s["additionalProperties"] == nil {
			s["additionalProperties"] = false
		}
		for _, child := range s {
			closeObjects(child)
		}
	case []any:
		for _, child := range s {
			closeObjects(child)
		}
	}
}

// schemaOf is the name of the schema of the output of a command in JSON.
func schemaOf(args []string) string {
	name := strings.Join(args[:min(2, len(args))], "-")
	switch first, _, _ := strings.Cut(name, "-"); {
	case strings.HasSuffix(name, "-impact"):
		return "impact"
	case first == "split" && slices.Contains(args, "--check"):
	case first == "restore":
		return name
	case slices.Contains([]string{"list", "split", "migrate", "vendor", "version"}, first):
		return first
	}
	return "report"
}

// validOutput holds what a command printed against its schema, if that is JSON which a
// schema describes. All tests that run a command ask it.
func validOutput(args []string, output string) error {
	format := regexp.MustCompile(`(?:-o|--output)[ =]?jsonl?( |$)`)
	if output == "" || !format.MatchString(strings.Join(args, " ")+" ") || slices.Contains(args, "--emit") {
		return nil
	}
	all, err := compiled()
	if err != nil {
		return err
	}
	name := schemaOf(args)
	d := json.NewDecoder(strings.NewReader(output))
	for {
		var text json.RawMessage
		if err := d.Decode(&text); err != nil {
			return ignoreEOF(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return err
		}
		if err := all[name].Validate(value); err != nil {
			return fmt.Errorf("schema %s: %w", name, err)
		}
	}
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// TestSchemaRefuses: the test of the outputs can fail.
func TestSchemaRefuses(t *testing.T) {
	const object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"
	json := []string{"check", "-o", "json", "-"}
	got := run(t, object+"---\n"+object, json...).stdout
	require.NoError(t, validOutput(json, got))
	for _, change := range [][2]string{
		{`"version": 1`, `"version": 2`},
		{`"rule"`, `"rules"`},
		{`"wins": 1`, `"wins": "1"`},
		{`"line": 4`, `"line": -1`},
		{`"unread": []`, `"unread": null`},
		{`"severity": "error"`, `"severity": "fatal"`},
	} {
		require.Contains(t, got, change[0])
		assert.Error(t, validOutput(json, strings.Replace(got, change[0], change[1], 1)), change[1])
	}
	assert.Error(t, validOutput([]string{"list", "-o", "jsonl"}, `{"set": ""}`))
	assert.Error(t, validOutput([]string{"version", "-o", "json"}, `{"version": "", "go": "", "platform": "", "more": 1}`))
}

// TestSchemas prints each schema, and the list of them.
func TestSchemas(t *testing.T) {
	list := run(t, "", "schema").stdout
	for _, s := range schema.All() {
		assert.Regexp(t, `(?m)^`+s.Name+` +[A-Z]\w* .+`, list)
		assert.Equal(t, s.Text, run(t, "", "schema", s.Name).stdout)
	}
	assert.Equal(t, exitUsage, run(t, "", "schema", "sarif").code)
}

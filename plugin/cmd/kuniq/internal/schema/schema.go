// Package schema has the JSON Schemas of kuniq's input files and of its outputs.
package schema

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/impact"
	"github.com/kuniq/kuniq/plugin/migrate"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/restore"
	"github.com/kuniq/kuniq/plugin/vendored"
	"github.com/kuniq/kuniq/split"
)

//go:embed version.schema.json
var version string

// Schema is a JSON Schema and its name.
type Schema struct{ Name, Text string }

// All returns all schemas, in the order of the help.
func All() []Schema {
	return []Schema{
		{"report", report.Schema()},
		{"list", report.ListSchema()},
		{"impact", impact.Schema()},
		{"split", split.Schema()},
		{"migrate", migrate.Schema()},
		{"restore-check", restore.CheckSchema()},
		{"restore-plan", restore.PlanSchema()},
		{"vendor", vendored.Schema()},
		{"version", version},
		{policy.File, policy.Schema()},
	}
}

// Names returns the names of all schemas.
func Names() (names []string) {
	for _, s := range All() {
		names = append(names, s.Name)
	}
	return names
}

// List writes a line about each schema. The error is that of the writer.
func List(w io.Writer) error {
	for _, s := range All() {
		var about struct{ Description string }
		if err := json.Unmarshal([]byte(s.Text), &about); err != nil {
			return err
		}
		first, _, _ := strings.Cut(about.Description, ". ")
		if _, err := fmt.Fprintf(w, "%-14s %s\n", s.Name, first); err != nil {
			return err
		}
	}
	return nil
}

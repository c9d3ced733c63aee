package cli

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/impact"
	"github.com/kuniq/kuniq/plugin/migrate"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/restore"
	"github.com/kuniq/kuniq/plugin/vendored"
	"github.com/kuniq/kuniq/split"
)

//go:embed version.schema.json
var versionSchema string

// schemas are the JSON Schemas of what kuniq reads and prints, in the order of the help.
var schemas = []struct{ name, text string }{
	{"report", report.Schema()},
	{"list", report.ListSchema()},
	{"impact", impact.Schema()},
	{"split", split.Schema()},
	{"migrate", migrate.Schema()},
	{"restore-check", restore.CheckSchema()},
	{"restore-plan", restore.PlanSchema()},
	{"vendor", vendored.Schema()},
	{"version", versionSchema},
	{policy.File, policy.Schema()},
}

func schemaCommand(c Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "schema [NAME]",
		Short:   "Print the JSON Schema of an output, or of " + policy.File,
		Long:    "schema prints the JSON Schema of that name, and without a name the list of all.",
		Example: "  # The schemas there are\n  kuniq schema\n\n  # The schema of a report in JSON\n  kuniq schema report > report.schema.json",
		RunE:    func(_ *cobra.Command, args []string) error { return printSchema(c, args) },
	}
	for _, s := range schemas {
		cmd.ValidArgs = append(cmd.ValidArgs, s.name)
	}
	cmd.SetHelpTemplate(helpTemplate(""))
	return cmd
}

func printSchema(c Command, args []string) error {
	var names []string
	for _, s := range schemas {
		names = append(names, s.name)
		switch {
		case len(args) == 1 && args[0] == s.name:
			fmt.Fprint(c.Stdout, s.text) // Main sees a failure
			return nil
		case len(args) == 0:
			var about struct{ Description string }
			if err := json.Unmarshal([]byte(s.text), &about); err != nil {
				return failf("%w", err)
			}
			first, _, _ := strings.Cut(about.Description, ". ")
			fmt.Fprintf(c.Stdout, "%-14s %s\n", s.name, first)
		}
	}
	if len(args) == 0 {
		return nil
	}
	return usagef("name one schema: %s", listOf(names))
}

package cli

import (
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/schema"
	"github.com/kuniq/kuniq/plugin/policy"
)

func schemaCommand(c Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:       "schema [NAME]",
		Short:     "Print the JSON Schema of an output, or of " + policy.File,
		Long:      "schema prints the JSON Schema of that name, and without a name the list of all.",
		Example:   "  # The schemas there are\n  kuniq schema\n\n  # The schema of a report in JSON\n  kuniq schema report > report.schema.json",
		ValidArgs: schema.Names(),
		RunE:      func(_ *cobra.Command, args []string) error { return printSchema(c, args) },
	}
	cmd.SetHelpTemplate(helpTemplate(""))
	return cmd
}

func printSchema(c Command, args []string) error {
	if len(args) == 0 {
		return schema.List(c.Stdout)
	}
	i := slices.Index(schema.Names(), args[0])
	if len(args) > 1 || i < 0 {
		return usagef("name one schema: %s", listOf(schema.Names()))
	}
	_, err := io.WriteString(c.Stdout, schema.All()[i].Text)
	return err
}

package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
)

func explainCommand(c Command) *cobra.Command {
	cmd := newCommand("explain [RULE...]", "Explain a rule, or list all of them", "explain", cobra.ArbitraryArgs,
		func(_ context.Context, args []string) error { return explain(c.Stdout, args) })
	cmd.ValidArgsFunction = completeRules
	return cmd
}

// completeRules completes the name of a rule.
func completeRules(*cobra.Command, []string, string) (names []cobra.Completion, _ cobra.ShellCompDirective) {
	for _, rule := range allRules() {
		names = append(names, cobra.CompletionWithDesc(string(rule.Rule), rule.Summary))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// explain prints the documentation of each of the rules, or a list of all rules.
func explain(w io.Writer, names []string) error {
	table := allRules()
	if len(names) == 0 {
		return listRules(w, table)
	}
	var chosen dupcheck.RuleTable
	for _, name := range names {
		rule, err := table.Parse(name)
		if err != nil {
			return usagef("%w", err)
		}
		info, _ := table.Info(rule)
		chosen = append(chosen, info)
	}
	for i, rule := range chosen {
		if i > 0 {
			fmt.Fprintln(w) // Main sees a failure
		}
		fmt.Fprintf(w, "# %s\n\n%s\n\n%s\n", rule.Rule, rule.Text, rule.Help)
	}
	return nil
}

// listRules prints a line for each rule.
func listRules(w io.Writer, table dupcheck.RuleTable) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, rule := range table {
		fmt.Fprintf(tw, "%s\t%s\t%s\n", rule.Rule, rule.Severity, rule.Summary)
	}
	return tw.Flush()
}

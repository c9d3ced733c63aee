package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
)

// levels are the values of --severity in the order of their weight.
var levels = []dupcheck.Severity{dupcheck.Error, dupcheck.Warning, dupcheck.Info, dupcheck.Off}

// completeSeverity completes first the rule and then the level.
func completeSeverity(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	if rule, _, ok := strings.Cut(typed, "="); ok {
		for _, level := range levels {
			out = append(out, rule+"="+level.String())
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
	for _, rule := range dupcheck.AllRules() {
		out = append(out, cobra.CompletionWithDesc(string(rule)+"=", rule.Summary()))
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

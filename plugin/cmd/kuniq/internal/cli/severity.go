package cli

import (
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/docs"
	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/impact"
	"github.com/kuniq/kuniq/plugin/protect"
	"github.com/kuniq/kuniq/split"
)

// levels are the values of --severity in the order of their weight.
var levels = []dupcheck.Severity{dupcheck.Error, dupcheck.Warning, dupcheck.Info, dupcheck.Off}

// allRules is the table of the rules of all commands, with their documentation.
func allRules() dupcheck.RuleTable { return explainedRules() }

// explainedRules parses the documentation only once, because every run needs it for its
// report.
var explainedRules = sync.OnceValue(func() dupcheck.RuleTable {
	return slices.Concat(dupcheck.AllRules(), split.Rules(), deploy.Rules(), impact.Rules(), protect.Rules()).Explained(docs.Rules)
})

// deployerRules are the rules of the commands for Argo CD and Flux.
func deployerRules() dupcheck.RuleTable {
	shared := slices.DeleteFunc(dupcheck.AllRules(), func(i dupcheck.RuleInfo) bool {
		return i.Rule != dupcheck.DuplicateObject && i.Rule != dupcheck.IdenticalObject
	})
	return slices.Concat(shared, deploy.Rules(), impact.Rules(), protect.Rules())
}

// completeSeverity completes first a rule of the table and then the level.
func completeSeverity(table dupcheck.RuleTable) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) (out []cobra.Completion, _ cobra.ShellCompDirective) {
		if rule, _, ok := strings.Cut(typed, "="); ok {
			for _, level := range levels {
				out = append(out, rule+"="+level.String())
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		}
		for _, rule := range table.Settable() {
			out = append(out, cobra.CompletionWithDesc(string(rule.Rule)+"=", rule.Summary))
		}
		return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
)

// levels are the values of --severity in the order of their weight.
var levels = []dupcheck.Severity{dupcheck.Error, dupcheck.Warning, dupcheck.Info, dupcheck.Off}

// severities returns what --identical and --severity ask for. The latter is
// the more precise one and comes last.
func (f *ruleFlags) severities() (map[dupcheck.Rule]dupcheck.Severity, error) {
	out := map[dupcheck.Rule]dupcheck.Severity{}
	if f.identical != "" {
		level, err := dupcheck.ParseSeverity(f.identical)
		if err != nil {
			return nil, usagef("--identical: %w", err)
		}
		out[dupcheck.IdenticalObject] = level
	}
	for _, setting := range f.severity {
		if err := setSeverity(out, setting); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func setSeverity(severities map[dupcheck.Rule]dupcheck.Severity, setting string) error {
	name, level, ok := strings.Cut(setting, "=")
	if !ok {
		return usagef("--severity %s is not of the form RULE=LEVEL", dupcheck.QuoteAlways(setting))
	}
	rule := dupcheck.Rule(name)
	if !slices.Contains(dupcheck.AllRules(), rule) {
		return usagef("--severity: unknown rule %s: use %s", dupcheck.QuoteAlways(name), listOf(ruleNames()))
	}
	severity, err := dupcheck.ParseSeverity(level)
	if err != nil {
		return usagef("--severity %s: %w", name, err)
	}
	severities[rule] = severity
	return nil
}

func ruleNames() []string {
	var names []string
	for _, r := range dupcheck.AllRules() {
		names = append(names, string(r))
	}
	return names
}

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

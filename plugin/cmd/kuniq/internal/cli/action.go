package cli

import (
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kuniq/kuniq/dupcheck"
)

// actionRefuses are the flags of check that the GitHub action does not take, with the
// reason. With some of them check would check nothing, or not the files that the inputs of
// the action name.
var actionRefuses = map[string]string{
	"help":           "it would check nothing",
	"output":         "the action makes its own reports, as annotations, SARIF and Markdown",
	"policy":         "the action takes kuniq.yaml",
	"policy-from":    "it is an input of the action",
	"write-baseline": "it would accept every finding",
}

// actionCommand is the command with which the GitHub action checks its input "args" before
// it runs check with them. Only check's own parser knows their meaning.
func actionCommand(c Command) *cobra.Command {
	return &cobra.Command{
		Use:                "action POLICY-FROM ARG...",
		Short:              "Refuse arguments that the GitHub action must not pass on; the action runs this itself",
		Hidden:             true,
		DisableFlagParsing: true,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("the input policy-from is missing")
			}
			return refuseArgs(c, args[0] != "", args[1:])
		},
	}
}

// refuseArgs refuses arguments that are not flags, and some flags.
func refuseArgs(c Command, policy bool, args []string) error {
	check, _, err := c.root().Find([]string{"check"})
	if err != nil {
		return err
	}
	flags := check.Flags()
	var refused error
	err = flags.ParseAll(args, func(f *pflag.Flag, value string) error {
		if why := actionRefuses[f.Name]; why != "" && refused == nil {
			refused = usagef("args must not have --%s: %s", f.Name, why)
		}
		if on, err := strconv.ParseBool(value); policy && f.Name == "strict" && (err != nil || !on) {
			refused = usagef("args must not have --strict=%s: the action is strict if it has policy-from", dupcheck.Quote(value))
		}
		return nil
	})
	switch {
	case refused != nil:
		return refused
	case err != nil:
		return usagef("args: %w", err)
	case flags.NArg() > 0:
		return usagef("args must not have %s, which is not a flag: put files and directories into the input path", dupcheck.QuoteAlways(flags.Arg(0)))
	case flags.ArgsLenAtDash() >= 0:
		return usagef("args must not have --: nothing after it is a flag")
	}
	return nil
}

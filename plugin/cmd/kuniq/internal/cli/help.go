package cli

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/tools/txtar"

	"github.com/kuniq/kuniq/dupcheck"
)

// rootTemplate is the help of kuniq itself.
const rootTemplate = `{{.Long}}

Usage:
  {{.CommandPath}} COMMAND

Examples:
{{.Example}}

Commands:{{range .Commands}}{{if or .IsAvailableCommand (eq .Name "help")}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}

Exit codes:
  0  clean
  1  findings
  2  wrong usage
  3  could not do the work, or not all of it

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}

Run '{{.CommandPath}} COMMAND --help' for more about a command.
`

// helpTexts has a file for each command, with its description and perhaps examples
// and exit codes. A command without exit codes of its own has those of check.
//
//go:embed help/*.txtar
var helpTexts embed.FS

// setHelp gives a command its help, from a file of helpTexts.
func setHelp(cmd *cobra.Command, name string) {
	cmd.SetHelpTemplate(helpTemplate(""))
	for _, file := range []string{"check", name} {
		data, err := helpTexts.ReadFile("help/" + file + ".txtar")
		if err != nil {
			panic(err) // it is a part of the program
		}
		for _, section := range txtar.Parse(data).Files {
			switch text := strings.TrimSuffix(string(section.Data), "\n"); {
			case section.Name == "exit codes":
				cmd.SetHelpTemplate(helpTemplate("\nExit codes:\n" + text + "\n"))
			case file != name:
			case section.Name == "examples":
				cmd.Example = text
			default:
				cmd.Long = text
			}
		}
	}
}

// newCommand makes a command with its help, from a file of helpTexts.
func newCommand(use, short, help string, args cobra.PositionalArgs, run func(ctx context.Context, args []string) error) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Args: args,
		RunE: func(cmd *cobra.Command, args []string) error { return run(cmd.Context(), args) },
	}
	setHelp(cmd, help)
	return cmd
}

// helpTemplate is the help of a command, with its exit codes between the
// examples and the flags.
func helpTemplate(codes string) string {
	return `{{.Long}}

Usage:
  {{.UseLine}}
{{if .HasExample}}
Examples:
{{.Example}}
{{end}}` + codes + `{{if .HasAvailableLocalFlags}}
Flags:
{{.LocalFlags.FlagUsagesWrapped 100 | trimTrailingWhitespaces}}
{{end}}` + sharedFlags
}

// sharedFlags are the flags of every command, as the help of a command shows them.
const sharedFlags = `{{if .HasAvailableInheritedFlags}}
Flags of every command:
{{.InheritedFlags.FlagUsagesWrapped 100 | trimTrailingWhitespaces}}
{{end}}`

// help is "kuniq help". Unlike cobra's own it refuses names that are not commands.
func help() *cobra.Command {
	cmd := &cobra.Command{
		Use:               "help [COMMAND]",
		Short:             "Help about a command",
		Long:              "help prints what COMMAND --help prints.",
		Example:           "  kuniq help check\n  kuniq help argocd impact",
		ValidArgsFunction: completeCommands,
		RunE: func(cmd *cobra.Command, args []string) error {
			topic, rest, err := cmd.Root().Find(args)
			if err == nil && len(rest) > 0 {
				err = knownCommand(topic, rest)
			}
			if err != nil {
				return err
			}
			topic.InitDefaultHelpFlag()
			return topic.Help()
		},
	}
	cmd.SetHelpTemplate(helpTemplate(""))
	return cmd
}

// completeCommands completes the name of a command.
func completeCommands(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var names []cobra.Completion
	for _, c := range cmd.Root().Commands() {
		if len(args) == 0 && c.IsAvailableCommand() {
			names = append(names, cobra.CompletionWithDesc(c.Name(), c.Short))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// initHelp adds the help flag to a command and to those below it. Cobra adds it late, and
// takes the command after an unknown flag for its value: kuniq -h check.
func initHelp(cmd *cobra.Command) {
	cmd.InitDefaultHelpFlag()
	for _, sub := range cmd.Commands() {
		initHelp(sub)
	}
}

// suggestFlag adds similar flags to an error about an unknown flag: those that cobra would
// suggest if they were commands.
func suggestFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || unknown.GetSpecifiedShortnames() != "" {
		return err
	}
	name := unknown.GetSpecifiedName()
	flags := &cobra.Command{SuggestionsMinimumDistance: min(2, len(name)-1)}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		flags.AddCommand(&cobra.Command{Use: f.Name, Run: func(*cobra.Command, []string) {}})
	})
	meant := flags.SuggestionsFor(name)
	if len(meant) == 0 {
		return err
	}
	return fmt.Errorf("%w: did you mean --%s?", err, strings.Join(meant, " or --"))
}

// knownCommand is for arguments in the place of a command.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	name := args[0]
	unknown := "unknown command " + dupcheck.QuoteAlways(name)
	cmd.SuggestionsMinimumDistance = min(2, len(name)-1) // otherwise "fn" would be near any short word
	if meant := cmd.SuggestionsFor(name); len(meant) > 0 {
		slices.Sort(meant)
		return usagef("%s: did you mean %s?", unknown, listOf(meant))
	}
	if _, err := os.Stat(name); err == nil || name == "-" {
		return usagef("%s: files are for '%s check'", unknown, cmd.CommandPath())
	}
	return usagef("%s", unknown)
}

// noArguments refuses arguments of a command that takes none.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no arguments", cmd.Name())
	}
	return nil
}

// listOf joins words as a sentence does.
func listOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

package cli

import (
	"slices"

	"github.com/spf13/cobra"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

const completionExample = `  source <(kuniq completion bash)
  kuniq completion zsh > "${fpath[1]}/_kuniq"
  kuniq completion fish > ~/.config/fish/completions/kuniq.fish
  kuniq completion powershell | Out-String | Invoke-Expression`

func completionCommand(c Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:       "completion bash|zsh|fish|powershell",
		Short:     "Print a completion script for a shell",
		Long:      "completion prints a script that completes kuniq's commands and flags in a shell.",
		Example:   completionExample,
		Args:      oneShell,
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := completionScript(c, cmd.Root(), args[0]); err != nil {
				return failf("%w", err)
			}
			return nil
		},
	}
	cmd.SetHelpTemplate(helpTemplate(""))
	return cmd
}

func oneShell(_ *cobra.Command, args []string) error {
	if len(args) != 1 || !slices.Contains(shells, args[0]) {
		return usagef("name one shell: %s", listOf(shells))
	}
	return nil
}

// completionScript prints the completion script of a shell.
func completionScript(c Command, root *cobra.Command, shell string) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(c.Stdout, true)
	case "zsh":
		return root.GenZshCompletion(c.Stdout)
	case "fish":
		return root.GenFishCompletion(c.Stdout, true)
	}
	return root.GenPowerShellCompletionWithDesc(c.Stdout)
}

// words completes one of a few words.
func words(all ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(all, cobra.ShellCompDirectiveNoFileComp)
}

// directories completes the names of directories.
func directories(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

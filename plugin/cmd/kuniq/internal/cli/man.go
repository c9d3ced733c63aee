package cli

import (
	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/man"
)

// manCommand writes the man pages. It is for packages, and hidden from users.
func manCommand(Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "man DIR",
		Short:   "Write the man pages of all commands",
		Long:    "man writes a man page for each command into a directory that exists.",
		Example: "  kuniq man /usr/local/share/man/man1",
		Hidden:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("name one directory for the man pages")
			}
			if err := man.Write(cmd.Root(), args[0], releaseName()); err != nil {
				return failf("%w", err)
			}
			return nil
		},
	}
	cmd.SetHelpTemplate(helpTemplate(""))
	return cmd
}

package cli

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/internal/replace"
)

// manCommand writes the man pages. It is for packages, and hidden from people.
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
			return writeMan(cmd.Root(), args[0])
		},
	}
	cmd.SetHelpTemplate(helpTemplate(""))
	return cmd
}

// writeMan writes the page of a command and those of the commands below it.
func writeMan(cmd *cobra.Command, dir string) error {
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-")
	if err := replace.File(filepath.Join(dir, name+".1"), manPage(cmd, name), 0o644); err != nil {
		return failf("%w", err)
	}
	for _, sub := range cmd.Commands() {
		if sub.Hidden {
			continue
		}
		if err := writeMan(sub, dir); err != nil {
			return err
		}
	}
	return nil
}

// heading is a line of a help text above a part of it.
var heading = regexp.MustCompile(`^([A-Z][a-z ]+):$`)

// manPage is the help of a command in roff, with its parts as sections. The lines are
// those of the help, which have their breaks.
func manPage(cmd *cobra.Command, name string) []byte {
	var help, page bytes.Buffer
	cmd.SetOut(&help)
	_ = cmd.Help() // writing to a buffer does not fail
	fmt.Fprintf(&page, ".TH %s 1 \"\" \"kuniq %s\" kuniq\n.SH NAME\n%s \\- %s\n.SH DESCRIPTION\n.nf\n",
		strings.ToUpper(name), releaseName(), name, cmd.Short)
	for line := range strings.Lines(help.String()) {
		line = strings.TrimSuffix(line, "\n")
		if part := heading.FindStringSubmatch(line); part != nil {
			fmt.Fprintf(&page, ".fi\n.SH %s\n.nf\n", strings.ToUpper(part[1]))
			continue
		}
		line = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`).Replace(line)
		if strings.HasPrefix(line, ".") {
			line = `\&` + line
		}
		page.WriteString(line + "\n")
	}
	return page.Bytes()
}

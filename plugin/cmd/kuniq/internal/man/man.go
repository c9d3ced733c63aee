// Package man makes man pages from the help texts of commands.
package man

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/internal/replace"
)

// Write writes the page of a command and the pages of its subcommands into a directory.
// version is that of the program, and may be empty. Errors are those of the system.
func Write(cmd *cobra.Command, dir, version string) error {
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-")
	if err := replace.File(filepath.Join(dir, name+".1"), page(cmd, name, version), 0o644); err != nil {
		return err
	}
	for _, sub := range cmd.Commands() {
		if sub.Hidden {
			continue
		}
		if err := Write(sub, dir, version); err != nil {
			return err
		}
	}
	return nil
}

// heading matches the line above a part of a help text.
var heading = regexp.MustCompile(`^([A-Z][a-z ]+):$`)

// page is the help of a command in roff, with its parts as sections. The lines keep the
// breaks of the help.
func page(cmd *cobra.Command, name, version string) []byte {
	var help, page bytes.Buffer
	cmd.SetOut(&help)
	_ = cmd.Help() // writing to a buffer does not fail
	fmt.Fprintf(&page, ".TH %s 1 \"\" \"kuniq %s\" kuniq\n.SH NAME\n%s \\- %s\n.SH DESCRIPTION\n.nf\n",
		strings.ToUpper(name), version, name, cmd.Short)
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

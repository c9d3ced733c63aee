package cli

import (
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/outfile"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/stream"
)

// manners are the flags of every command.
type manners struct {
	color string
	quiet bool
}

func (m *manners) register(root *cobra.Command) {
	choices := []string{"auto", "always", "never"}
	choiceFlag(root, &m.color, "color", "WHEN", choices, "whether to colour text: "+listOf(choices))
	root.Flags().BoolVarP(&m.quiet, "quiet", "q", false, "print no notes and no progress, only reports, warnings and errors")
	for _, name := range []string{"color", "quiet"} {
		root.PersistentFlags().AddFlag(root.Flags().Lookup(name))
	}
}

// colored says whether text that is written to w has colours. A report in a file has none.
// See no-color.org, force-color.org and bixense.com/clicolors for the variables.
func (c Command) colored(w io.Writer) bool {
	_, file := w.(*outfile.File)
	switch {
	case file:
		return false
	case c.manners.color != "auto":
		return c.manners.color == "always"
	case os.Getenv("NO_COLOR") != "":
		return false
	case isOn("FORCE_COLOR") || isOn("CLICOLOR_FORCE"):
		return true
	}
	screen := terminal(w)
	return os.Getenv("CLICOLOR") != "0" && os.Getenv("TERM") != "dumb" && screen != nil && stream.Colors(screen)
}

// isOn says whether a variable is set: 0 and false count as unset.
func isOn(variable string) bool {
	value := os.Getenv(variable)
	return value != "" && value != "0" && value != "false"
}

// notef prints a message that is not essential.
func (c Command) notef(format string, args ...any) {
	if !c.manners.quiet {
		c.sayf(format, args...)
	}
}

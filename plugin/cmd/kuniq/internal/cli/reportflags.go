package cli

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck/report"
)

var colorChoices = []string{"auto", "always", "never"}

// reportFlags are the flags about how a report looks.
type reportFlags struct {
	output string
	color  string
}

func (f *reportFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.output, "output", "o", "text", "format of the report: "+listOf(report.Formats()))
	flags.StringVar(&f.color, "color", "auto", "whether to colour the text report: "+listOf(colorChoices))
	value(cmd, "output", "FORMAT", words(report.Formats()...))
	value(cmd, "color", "WHEN", words(colorChoices...))
}

// validate refuses values before anything is read.
func (f *reportFlags) validate() error {
	if err := oneOf("--output", f.output, report.Formats()); err != nil {
		return err
	}
	return oneOf("--color", f.color, colorChoices)
}

// colored decides whether a report that goes to w has colours.
func (f *reportFlags) colored(w any) bool {
	if f.color != "auto" {
		return f.color == "always"
	}
	return colored(w)
}

// colored says whether w is a terminal that is to show colours.
func colored(w any) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}

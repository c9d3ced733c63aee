package cli

import (
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
)

// reportFlags are the flags about how a report looks.
type reportFlags struct {
	output string
	color  string
	all    bool
}

func (f *reportFlags) register(cmd *cobra.Command) {
	choices := []string{"auto", "always", "never"}
	choiceFlag(cmd, &f.output, "output,o", "FORMAT", report.Formats(), "format of the report: "+listOf(report.Formats()))
	choiceFlag(cmd, &f.color, "color", "WHEN", choices, "whether to colour the text report: "+listOf(choices))
	cmd.Flags().BoolVar(&f.all, "all", false, "show every finding in the text report, even if there are more than 20")
}

// write prints a report. The options are those that depend on it.
func (f *reportFlags) write(w io.Writer, r dupcheck.Report, o report.Options) error {
	o.Color, o.Version, o.Rules, o.Ways = f.colored(w), releaseName(), allRules(), ways
	o.Links, o.Brief = o.Color && isTerminal(w) && os.Getenv("TERM") != "linux", !f.all
	if err := report.Write(w, f.output, advisedReport(r), o); err != nil {
		return failf("writing the report: %w", err)
	}
	return nil
}

// writeFound prints a report unless it is one in words that has nothing to say: a
// gate that lets everything through is silent.
func (f *reportFlags) writeFound(w io.Writer, r dupcheck.Report, o report.Options) error {
	words := f.output == "text" || f.output == "oneline"
	if words && len(r.Diagnostics) == 0 && len(r.Unread) == 0 {
		return nil
	}
	return f.write(w, r, o)
}

// colored decides whether a report that goes to w has colours: by itself if w is a
// terminal that is to show them.
func (f *reportFlags) colored(w any) bool {
	if f.color != "auto" {
		return f.color == "always"
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}

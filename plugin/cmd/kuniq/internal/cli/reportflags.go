package cli

import (
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/advice"
)

// reportFlags are the flags about reports of findings.
type reportFlags struct {
	outputs
	all bool
}

func (f *reportFlags) register(cmd *cobra.Command) {
	f.outputs.register(cmd, "report", report.Formats())
	cmd.Flags().BoolVar(&f.all, "all", false, "show every finding in the text report, even if there are more than 20")
}

// write prints a report to a stream and into files. The options depend on the report.
func (f *reportFlags) write(c Command, stream io.Writer, r dupcheck.Report, o report.Options) error {
	r = advice.Report(r)
	o.Version, o.Rules, o.Ways, o.Brief = releaseName(), allRules(), advice.Ways, !f.all
	return f.outputs.write(stream, func(w io.Writer, format string) error {
		o.Color = c.colored(w)
		o.Links = o.Color && isTerminal(w) && os.Getenv("TERM") != "linux"
		return report.Write(w, format, r, o)
	})
}

// writeFound prints a report like write. But if a report in words has nothing to say, the
// stream gets none: a gate that lets everything pass is silent.
func (f *reportFlags) writeFound(c Command, stream io.Writer, r dupcheck.Report, o report.Options) error {
	format := f.outputs.String()
	if (format == "text" || format == "oneline") && len(r.Diagnostics) == 0 && len(r.Unread) == 0 {
		stream = io.Discard
	}
	return f.write(c, stream, r, o)
}

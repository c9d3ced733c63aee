package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck/report"
	"github.com/kuniq/kuniq/plugin/restore"
)

// restoreCheckFlags are the flags of restore check, as given.
type restoreCheckFlags struct {
	dump   dumpFlags
	output outputs
}

func restoreCheckCommand(c Command) *cobra.Command {
	var f restoreCheckFlags
	cmd := newCommand("check [flags] DUMP...", "Check whether a dump is enough", "restore-check", someInput,
		func(ctx context.Context, args []string) error { return f.run(ctx, c, args) })
	f.dump.register(cmd)
	f.output.register(cmd, "report", splitFormats)
	return cmd
}

func (f *restoreCheckFlags) run(ctx context.Context, c Command, args []string) error {
	d, err := f.dump.read(ctx, c, args, "")
	if err != nil {
		return err
	}
	r, err := restore.Check(d)
	if err != nil {
		return noRestoration(c, err, "")
	}
	refusals := r.Refusals()
	nothing := len(r.Bindings) == 0 && refusals == 0
	err = f.output.write(c.Stdout, func(w io.Writer, format string) error {
		if format == "json" {
			return r.WriteJSON(w)
		}
		printFindings(w, r.Findings)
		if nothing {
			return nil
		}
		last := fmt.Sprintf("%d of %s: the volume would be back", len(r.Bindings)-r.Count(restore.Refused), report.Count(len(r.Bindings), "claim"))
		if refusals > 0 {
			last += "; the dump is not enough for " + report.Count(refusals, "reason")
		}
		_, err := fmt.Fprintln(w, last)
		return err
	})
	switch {
	case err != nil:
		return err
	case nothing:
		return failf("no claim has a volume")
	case refusals > 0:
		return &exitError{code: exitFindings}
	}
	return nil
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/outcome"
	"github.com/kuniq/kuniq/plugin/policy"
	"github.com/kuniq/kuniq/plugin/restore"
)

func restoreCommand(c Command) *cobra.Command {
	cmd := newCommand("restore volumes|plan|check", "Bring volumes back on their disks after a deletion", "restore", knownCommand,
		func(context.Context, []string) error { return usagef("say what to restore: volumes, plan or check") })
	cmd.SetHelpTemplate(restoreTemplate)
	cmd.AddCommand(restoreVolumesCommand(c), restorePlanCommand(c), restoreCheckCommand(c))
	return cmd
}

// restoreTemplate is the help of a command with subcommands.
const restoreTemplate = `{{.Long}}

Usage:
  {{.UseLine}}

Examples:
{{.Example}}

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
` + sharedFlags

// dumpFlags are the flags of the commands that read dumps.
type dumpFlags struct {
	namespace string
	skips     []string
}

func (f *dumpFlags) register(cmd *cobra.Command) {
	textFlag(cmd, &f.namespace, "namespace,n", "NAMESPACE", words(), "namespace of claims that name none")
	registerSkip(cmd, &f.skips)
}

// read reads files, directories and standard input, but not the output directory: the files
// of an earlier run are not a dump.
func (f *dumpFlags) read(ctx context.Context, c Command, args []string, output string) (*restore.Dump, error) {
	in, err := (&splitFlags{dir: output, input: inputFlags{skips: f.skips, plain: true, stdinName: "-"}}).read(ctx, c, args)
	if err != nil {
		return nil, err
	}
	d := &restore.Dump{Namespace: f.namespace, Unread: in.unread}
	for _, file := range in.inputs {
		d.Add(file.Name, file.Data)
	}
	c.say(policy.Unused(in.chosen.Unused()...)...)
	return d, nil
}

// noRestoration says why dumps give no restoration.
func noRestoration(c Command, err error, ending string) error {
	var unread *restore.UnreadError
	switch {
	case errors.As(err, &unread):
		c.sayUnread(unread.Unread...)
	case errors.Is(err, restore.ErrBlank):
		return failf("--present: nothing in it, not even an empty List%s", ending)
	}
	return failf("%w%s", err, ending)
}

// printFindings prints findings, a line each.
func printFindings(w io.Writer, found []restore.Finding) {
	for _, f := range found {
		level := "warning"
		if f.Refuses {
			level = "refused"
		}
		where := "restore"
		if f.At.File != "" {
			where = outcome.At(f.At)
		}
		line := f.Line()
		if f.Option != restore.NoOption {
			line += " (--" + f.Option.String() + ")"
		}
		fmt.Fprintf(w, "%s: %s: %s [%s]\n", where, level, printable(line), f.Rule)
	}
}

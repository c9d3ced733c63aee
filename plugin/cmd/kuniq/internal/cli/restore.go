package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/restore"
)

const restoreLong = `restore is for the hours after a deletion. It brings volumes back on the disks
that they had, says what else is missing and in which order it comes back, and
checks before anything happens whether a dump would be enough for that.

It works on dumps and never talks to a cluster. This is the dump to take every
hour, and again of what is left after the deletion:

  kubectl get pv,pvc,sc,ns -A -o yaml > dump.yaml

docs/runbook.md is what to do, step by step.`

const restoreExample = `  # Would this dump be enough?
  kuniq restore check dump.yaml

  # Bring the volumes back: read restore/RESTORE.md
  kuniq restore volumes --present now.yaml -d restore/ dump.yaml

  # What is missing, in the order in which it comes back
  kuniq restore plan --lost deploy/ --dump dump.yaml --now now.yaml`

func (c Command) restore() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "restore volumes|plan|check",
		Short:   "Bring volumes back on their disks after a deletion",
		Long:    restoreLong,
		Example: restoreExample,
		Args:    knownCommand,
		RunE: func(*cobra.Command, []string) error {
			return usagef("say what to restore: volumes, plan or check")
		},
	}
	cmd.SetHelpTemplate(restoreTemplate)
	cmd.AddCommand(c.restoreVolumes(), c.restorePlan(), c.restoreCheck())
	return cmd
}

// restoreTemplate is the help of a command that has others.
const restoreTemplate = `{{.Long}}

Usage:
  {{.UseLine}}

Examples:
{{.Example}}

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
`

// dumpFlags are those of commands that read dumps.
type dumpFlags struct {
	namespace string
	skips     []string
}

func (f *dumpFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.namespace, "namespace", "n", "", "namespace of claims whose manifest names none")
	flags.StringArrayVar(&f.skips, "skip", nil, "leave out files and directories; a pattern without a slash matches at any depth (repeatable)")
	value(cmd, "namespace", "NAMESPACE", words())
	value(cmd, "skip", "GLOB", nil)
}

// restoreOutput registers the format of what is printed.
func restoreOutput(cmd *cobra.Command, output *string) {
	cmd.Flags().StringVarP(output, "output", "o", "text", "format of what is printed: "+listOf(splitFormats))
	value(cmd, "output", "FORMAT", words(splitFormats...))
}

// readDump reads files, directories and standard input, but not the output
// directory: the files of an earlier run are no dump.
func (c Command) readDump(ctx context.Context, f *dumpFlags, args []string, output string) (*restore.Dump, error) {
	in, err := c.readSplit(ctx, &splitFlags{dir: output, input: inputFlags{skips: f.skips, plain: true, stdinName: "-"}}, args)
	if err != nil {
		return nil, err
	}
	d := &restore.Dump{Namespace: f.namespace, Unread: in.unread}
	for _, file := range in.inputs {
		d.Add(file.Name, file.Data)
	}
	c.warnUnused(nil, in.chosen)
	return d, nil
}

// incomplete says which files of dumps could not be read. That ends the command,
// because they may hold a part of the volumes and claims.
func (c Command) incomplete(dumps ...*restore.Dump) error {
	n := 0
	for _, d := range dumps {
		if d == nil {
			continue
		}
		for _, u := range d.Unread {
			c.sayf("%s", u.Error())
			n++
		}
	}
	if n > 0 {
		return failf("not everything could be read; nothing was written")
	}
	return nil
}

// printFindings prints what there is to know about volumes, a line each.
func (c Command) printFindings(found []restore.Finding) {
	for _, f := range found {
		level := "warning"
		if f.Refuses {
			level = "refused"
		}
		where := "restore"
		if f.At.File != "" {
			where = at(f.At)
		}
		fmt.Fprintf(c.Stdout, "%s: %s: %s [%s]\n", where, level, printable(f.Line()), f.Rule)
	}
}

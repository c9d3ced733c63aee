package cli

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/child"
)

func execCommand(c Command) *cobra.Command {
	var f gateFlags
	cmd := newCommand("exec [flags] -- COMMAND ARG...", "Run a renderer and pass its output on if nothing is declared twice", "exec", nil,
		func(ctx context.Context, args []string) error { return runExec(c, ctx, &f, args) })
	f.register(cmd)
	cmd.Flags().SetInterspersed(false) // the flags behind the command are its own
	return cmd
}

func runExec(c Command, ctx context.Context, f *gateFlags, command []string) error {
	if len(command) == 0 || command[0] == "" {
		return usagef("name the command that renders, after --")
	}
	g, err := f.barrier(c)
	if err != nil {
		return err
	}
	name := filepath.Base(command[0])
	data, err := child.Run(ctx, command, child.Options{
		Stdin: c.Stdin, Stderr: c.Stderr, Most: mostGated, Terminal: isTerminal(c.Stdin) || isTerminal(c.Stderr),
	})
	if err != nil {
		return failf("%w; nothing was passed on", err)
	}
	if len(data) == 0 && !f.allowEmpty {
		return failf("%s printed nothing (--allow-empty if that is expected)", dupcheck.Quote(name))
	}
	return g.pass(ctx, name, data)
}

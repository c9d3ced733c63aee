// Package cli is the kuniq command: it reads flags, files and the environment,
// hands values to the libraries, and prints what they return.
package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/stream"
)

// Command is one run of kuniq, with everything of its process that it may use.
type Command struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	manners      *manners
	name         string // the name under which it runs, if not kuniq
	workerMemory int64  // the limit of a worker process, if not mostWorkerMemory
}

// Main runs kuniq with the arguments that follow its name and returns the exit
// code. It stops early when ctx is done.
func (c Command) Main(ctx context.Context, args []string) (code int) {
	out := &stream.Output{Writer: c.Stdout}
	c.Stdout, c.manners = out, &manners{}
	defer func() {
		if p := crash.Of(recover()); p != nil {
			code = c.crashed(p)
		}
	}()
	root := c.root()
	switch c.name {
	case asJsonnetName:
		root = asJsonnet(c)
	case kubectlName:
		asKubectl(root)
	}
	root.SetArgs(append([]string{}, args...)) // nil would mean those of the process
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		registerCompletions(root)
	}
	cmd, err := root.ExecuteContextC(ctx)
	exit := exitOf(err)
	if out.Err != nil {
		exit = &exitError{exitNoWork, out.Err}
		c.sayf("the output could not be written: %s", checkout.SystemReason(out.Err)) // not of the one file that it may be
	} else if exit.err != nil {
		fmt.Fprintln(c.Stderr, message(exit.err))
	}
	if exit.code == exitUsage {
		c.sayf("run '%s --help' for usage", cmd.CommandPath())
	}
	return exit.code
}

const rootLong = `kuniq finds Kubernetes manifests that are the same object.`

const rootExample = `  # Fail if anything below a directory is declared twice
  kuniq check deploy/`

func (c Command) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "kuniq",
		Short:         "Fail when two Kubernetes manifests are the same object",
		Long:          rootLong,
		Example:       rootExample,
		Version:       thisBuild().line(),
		Args:          knownCommand,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return runBare(c, cmd) },
	}
	root.SetIn(c.Stdin)
	root.SetOut(c.Stdout)
	root.SetErr(c.Stderr)
	c.manners.register(root)
	root.Flags().Bool("version", false, "print the version")
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetHelpTemplate(rootTemplate)
	root.SetHelpCommand(help())
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(checkCommand(c), listCommand(c), initCommand(c), splitCommand(c), migrateCommand(c), newArgoCD(c), newFlux(c), vendorCommand(c), guardCommand(c), explainCommand(c), filterCommand(c), execCommand(c), newJsonnet(c), fnCommand(c), restoreCommand(c), versionCommand(c), schemaCommand(c), manCommand(c), completionCommand(c), actionCommand(c), renderWorker(c), evaluatorCommand(c))
	root.SetFlagErrorFunc(suggestFlag)
	initHelp(root)
	return root
}

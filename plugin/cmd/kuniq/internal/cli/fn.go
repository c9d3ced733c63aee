package cli

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/krmfn"
	"github.com/kuniq/kuniq/plugin/protect"
)

func fnCommand(c Command) *cobra.Command {
	var doc bool
	cmd := newCommand("fn [flags] < RESOURCELIST", "Run as a KRM function for kustomize and kpt", "fn", noArguments, func(context.Context, []string) error {
		if doc {
			_, _ = c.Stdout.Write(krmfn.Doc()) // Main sees a failure
			return nil
		}
		if isTerminal(c.Stdin) {
			return usagef("fn reads a ResourceList from standard input")
		}
		input, err := readFunctionInput(c)
		if err != nil {
			return err
		}
		return runFn(c, input)
	})
	cmd.ValidArgsFunction = cobra.NoFileCompletions
	cmd.Flags().BoolVar(&doc, "doc", false, "print the documentation of the function as JSON, for kpt")
	return cmd
}

// readFunctionInput reads standard input. If it is too large for a function, it returns one
// byte more than a function takes.
func readFunctionInput(c Command) ([]byte, error) {
	if c.Stdin == nil {
		return nil, nil
	}
	input, err := io.ReadAll(io.LimitReader(c.Stdin, krmfn.MostBytes+1))
	if err != nil {
		return nil, failf("standard input cannot be read: %s", checkout.SystemReason(err))
	}
	return input, nil
}

func runFn(c Command, input []byte) error {
	if protect.AsksFor(input) {
		return runProtectState(c, input)
	}
	env := krmfn.Env{LayoutFunctions: layoutFunctions()}
	if root, err := os.OpenRoot("."); err == nil {
		defer root.Close()
		env.Dir = root.FS() // it follows no link out of the directory
	}
	out := krmfn.Run(input, env)
	_, _ = io.WriteString(c.Stderr, out.Log)
	_, _ = c.Stdout.Write(out.Output) // Main sees a failure
	if out.Code != exitClean {
		return &exitError{code: out.Code}
	}
	return nil
}

// runBare runs kuniq without arguments. It runs the function if kuniq was called as one,
// because an orchestrator may be given the path of a program and nothing else.
func runBare(c Command, cmd *cobra.Command) error {
	if c.Stdin != nil && !isTerminal(c.Stdin) && !isDevice(c.Stdin) {
		input, err := readFunctionInput(c)
		if err != nil {
			return err
		}
		if bytes.Contains(input, []byte("ResourceList")) { // it reports an invalid one itself
			return runFn(c, input)
		}
	}
	cmd.SetOut(c.Stderr)
	_ = cmd.Help()
	return usagef("no command given")
}

// isDevice says whether reading would not end, or would be of no use.
func isDevice(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err != nil || info.Mode()&fs.ModeDevice != 0
}

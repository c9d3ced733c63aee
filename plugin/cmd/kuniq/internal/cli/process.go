package cli

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

// Run runs kuniq as a process: it takes the arguments and the standard streams from the
// operating system and returns the exit code.
func Run() int {
	// Without this the process would die of SIGPIPE when the reader closes its output. With
	// it the write fails, and Main reports that.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // so that a second signal ends the process at once
	c := Command{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, name: programName(os.Args[0])}
	return c.Main(ctx, os.Args[1:])
}

// programName returns the name of a program, from the path by which it was started.
func programName(path string) string { return strings.TrimSuffix(filepath.Base(path), ".exe") }

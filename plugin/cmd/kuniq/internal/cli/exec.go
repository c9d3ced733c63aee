package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// execGrace is how long a renderer that was told to stop, or processes that it
// left behind, may still hold on to its output.
const execGrace = 10 * time.Second

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
	data, err := runRenderer(c, ctx, command)
	if err != nil {
		return failf("%w; nothing was passed on", err)
	}
	if len(data) == 0 && !f.allowEmpty {
		return failf("%s printed nothing (--allow-empty if that is expected)", dupcheck.Quote(name))
	}
	return g.pass(ctx, name, data)
}

// runRenderer runs a command and returns all that it printed, or an error if it did
// not end well.
func runRenderer(c Command, ctx context.Context, command []string) ([]byte, error) {
	out := bounded{most: mostGated}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Stdin, &out, c.Stderr
	cmd.WaitDelay = execGrace
	cmd.Cancel = func() error {
		// A signal is forwarded. It is a cause of its own, though errors.Is
		// takes it for context.Canceled, too.
		if context.Cause(ctx) != context.Canceled {
			return nil
		}
		return terminate(cmd.Process)
	}
	caught := make(chan os.Signal, 8)
	signal.Notify(caught, forwarded...)
	defer signal.Stop(caught)
	if err := cmd.Start(); err != nil {
		return nil, startFailure(command[0], err)
	}
	ended, ending := make(chan struct{}), false
	var forwarding crash.Group
	forwarding.Go(func() { ending = forward(c, cmd.Process, caught, ended) })
	err := cmd.Wait()
	close(ended)
	forwarding.Wait()
	name := dupcheck.Quote(filepath.Base(command[0]))
	switch {
	case ctx.Err() != nil || ending:
		return nil, fmt.Errorf("interrupted while %s ran", name)
	case out.full:
		return nil, fmt.Errorf("%s printed more than %d GiB", name, mostGated>>30)
	case errors.Is(err, exec.ErrWaitDelay):
		return nil, fmt.Errorf("%s ended, but left processes behind that keep its output open", name)
	case err != nil:
		return nil, fmt.Errorf("%s failed: %w", name, err)
	}
	return out.Bytes(), nil
}

// startFailure says in short why a command could not be started.
func startFailure(command string, err error) error {
	var lookup *exec.Error
	if errors.As(err, &lookup) {
		err = lookup.Err
	}
	return fmt.Errorf("%s could not be run: %s", dupcheck.QuoteAlways(command), checkout.SystemReason(err))
}

// forward passes signals on until the process has ended. It returns whether one
// of them ends kuniq, too: the process may be gone before ctx is.
func forward(c Command, p *os.Process, caught <-chan os.Signal, ended <-chan struct{}) (ending bool) {
	for {
		select {
		case s := <-caught:
			ending = ending || s == os.Interrupt || s == syscall.SIGTERM
			// A terminal sends these to both by itself.
			if !fromTerminal(s) || !isTerminal(c.Stdin) && !isTerminal(c.Stderr) {
				_ = p.Signal(s) // the process may be gone
			}
		case <-ended:
			return ending
		}
	}
}

// bounded is a buffer that takes so much and no more.
type bounded struct {
	bytes.Buffer
	most int
	full bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.most {
		b.full = true
		return 0, errors.New("too much output")
	}
	return b.Buffer.Write(p)
}

// Package child runs the rendering command of kuniq exec.
package child

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/checkout"
)

// grace is how long a stopped command, or processes that it left behind, may still hold its
// output open.
const grace = 10 * time.Second

// Options are the surroundings of a command. The zero value gives it no input, takes none
// of its output, and drops its messages.
type Options struct {
	// Stdin and Stderr are the streams of the command. They may be nil.
	Stdin  io.Reader
	Stderr io.Writer
	// Most is the number of bytes that the command may print.
	Most int64
	// Terminal says that a terminal itself sends its signals to the command.
	Terminal bool
}

// Run runs a command and returns its whole output, or an error if it did not end well. It
// forwards signals to the command, and stops it if ctx is canceled.
func Run(ctx context.Context, command []string, o Options) ([]byte, error) {
	out := bounded{most: o.Most}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = o.Stdin, &out, o.Stderr
	cmd.WaitDelay = grace
	cmd.Cancel = func() error {
		// The signal is forwarded. It is a cause of its own, although errors.Is also takes
		// it for context.Canceled.
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
	forwarding.Go(func() { ending = forward(cmd.Process, caught, ended, o.Terminal) })
	err := cmd.Wait()
	close(ended)
	forwarding.Wait()
	name := dupcheck.Quote(filepath.Base(command[0]))
	switch {
	case ctx.Err() != nil || ending:
		return nil, fmt.Errorf("interrupted while %s ran", name)
	case out.full:
		return nil, fmt.Errorf("%s printed more than %d GiB", name, o.Most>>30)
	case errors.Is(err, exec.ErrWaitDelay):
		return nil, fmt.Errorf("%s ended, but left processes behind that keep its output open", name)
	case err != nil:
		return nil, fmt.Errorf("%s failed: %w", name, err)
	}
	return out.Bytes(), nil
}

// startFailure says in short why a command did not start.
func startFailure(command string, err error) error {
	var lookup *exec.Error
	if errors.As(err, &lookup) {
		err = lookup.Err
	}
	return fmt.Errorf("%s could not be run: %s", dupcheck.QuoteAlways(command), checkout.SystemReason(err))
}

// forward passes signals on until the process has ended. It returns whether one of them also
// ends kuniq, because the process may end before ctx is done.
func forward(p *os.Process, caught <-chan os.Signal, ended <-chan struct{}, terminal bool) (ending bool) {
	for {
		select {
		case s := <-caught:
			ending = ending || s == os.Interrupt || s == syscall.SIGTERM
			// A terminal itself sends these to both.
			if !fromTerminal(s) || !terminal {
				_ = p.Signal(s) // the process may be gone
			}
		case <-ended:
			return ending
		}
	}
}

// bounded is a buffer of limited size.
type bounded struct {
	bytes.Buffer
	most int64
	full bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if int64(b.Len())+int64(len(p)) > b.most {
		b.full = true
		return 0, errors.New("too much output")
	}
	return b.Buffer.Write(p)
}

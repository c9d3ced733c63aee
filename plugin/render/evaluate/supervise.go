package evaluate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync/atomic"
	"time"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/worker"
)

// Supervisor runs requests in processes.
type Supervisor struct {
	// Command returns a command that has not been started, and that calls Serve
	// with its standard input and output.
	Command func() *exec.Cmd
	// Timeout is how long one program may take.
	Timeout time.Duration
	// Memory and Stack are what the process may have, in bytes. It is the
	// Command that sees to it; here they are for messages.
	Memory, Stack int64
	// Trace takes what std.trace prints, which is still to be quoted.
	Trace func(text string)
}

// Run runs a request. The error is a [*Failure], or that of ctx if it ends first,
// or a [*checkout.Unresolved] that says that a program took too much of something.
func (s Supervisor) Run(ctx context.Context, r Request) (Result, error) {
	p, err := worker.Start(s.Command())
	if err != nil {
		return Result{}, fmt.Errorf("starting the process that evaluates: %w", err)
	}
	defer context.AfterFunc(ctx, p.Interrupt)()
	w := watch{Supervisor: s, at: r.Programs[0].Name}
	w.late = time.AfterFunc(s.Timeout, func() {
		w.isLate.Store(true)
		p.Interrupt()
	})
	defer w.late.Stop()
	err = w.listen(p, r)
	death := p.Kill()
	switch {
	case err == nil:
	case errors.As(err, new(*Failure)):
	case ctx.Err() != nil:
		err = ctx.Err()
	case w.isLate.Load():
		err = w.failf(checkout.TooLong, "it took longer than %v", w.Timeout)
	default:
		err = w.died(death)
	}
	return Result{w.report, w.output.Bytes()}, err
}

// watch is what is known of a process.
type watch struct {
	Supervisor
	at     string // what it works on
	late   *time.Timer
	isLate atomic.Bool
	report dupcheck.Report
	output bytes.Buffer
}

// listen sends a request and takes messages until the last one.
func (w *watch) listen(p *worker.Process, r Request) error {
	if err := p.Send.Encode(r); err != nil {
		return err
	}
	for {
		var m message
		if err := p.Take.Decode(&m); err != nil {
			return err
		}
		switch m.Kind {
		case failed:
			return &Failure{m.Text, m.Words}
		case answered:
			return nil
		}
		w.take(m)
	}
}

// take takes one message in.
func (w *watch) take(m message) {
	switch m.Kind {
	case begun:
		w.at = m.Text
		w.late.Reset(w.Timeout)
	case traced:
		w.Trace(m.Text)
	case reported:
		w.late.Stop() // all work is done
		w.report = m.Report
	case printed:
		w.output.Write(m.Output)
	}
}

// died says why the process did.
func (w *watch) died(why worker.Death) error {
	switch why {
	case worker.Memory:
		return w.failf(checkout.Died, "it needed more than %s of memory", size(w.Memory))
	case worker.Recursion:
		return w.failf(checkout.Died, "it recursed too deeply, with more than %s of stack", size(w.Stack))
	}
	return w.failf(checkout.Died, "the process that evaluated it died; it may have needed more than %s of memory", size(w.Memory))
}

func (w *watch) failf(code checkout.Code, format string, args ...any) error {
	return checkout.Wrap(checkout.Errorf(code, format, args...), "%s", dupcheck.Quote(w.at))
}

// size returns a number of bytes in words.
func size(bytes int64) string {
	if bytes%(1<<30) == 0 {
		return fmt.Sprintf("%d GiB", bytes>>30)
	}
	return fmt.Sprintf("%d MiB", bytes>>20)
}

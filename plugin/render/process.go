package render

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"

	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
	"github.com/kuniq/kuniq/plugin/internal/worker"
)

// Serve runs the jobs that come in, one after another, and writes a result for
// each. It returns nil at the end of the input. The program that Pool.Command
// starts calls it with its standard streams.
func Serve(in io.Reader, out io.Writer) error {
	decoder, encoder := gob.NewDecoder(in), gob.NewEncoder(out)
	for {
		var job Job
		if err := decoder.Decode(&job); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading a job: %w", err)
		}
		if err := encoder.Encode(resultOf(job.Run)); err != nil {
			return fmt.Errorf("writing a result: %w", err)
		}
	}
}

// process runs jobs in a worker process. It starts one when it is needed.
type process struct {
	command func() *exec.Cmd
	timeout time.Duration

	worker *worker.Process
	send   *gob.Encoder
	take   *gob.Decoder
}

// run runs a job. Whatever goes wrong costs the process.
func (p *process) run(ctx context.Context, j Job) Result {
	if err := p.start(); err != nil {
		return Result{Reason: "no worker process could be started"}
	}
	ctx, stop := context.WithTimeout(ctx, p.timeout)
	defer stop()
	w := p.worker
	end := context.AfterFunc(ctx, w.Interrupt)
	var r Result
	err := p.send.Encode(j)
	if err == nil {
		err = p.take.Decode(&r)
	}
	if end() && err == nil {
		return r
	}
	p.worker = nil
	why := w.Kill()
	if ctx.Err() != nil {
		return Result{Reason: stopped(ctx, p.timeout)}
	}
	return Result{Reason: died(why)}
}

// start starts a process, unless there is one.
func (p *process) start() error {
	if p.worker != nil {
		return nil
	}
	w, err := worker.Start(p.command())
	if err != nil {
		return err
	}
	p.worker, p.send, p.take = w, gob.NewEncoder(w.In), gob.NewDecoder(w.Out)
	return nil
}

// stop lets the process end.
func (p *process) stop() {
	if p.worker != nil {
		p.worker.End()
	}
}

// stopped says why there is no result.
func stopped(ctx context.Context, timeout time.Duration) string {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return tooLong(timeout)
	}
	return "interrupted"
}

func tooLong(timeout time.Duration) string {
	return fmt.Sprintf("rendering it took longer than %v (--timeout)", timeout)
}

// died says why there is no result.
func died(why worker.Death) string {
	if why == worker.Recursion {
		return "it recurses too deeply"
	}
	return "the process that rendered it died; it may have needed too much memory"
}

// inProcess runs jobs in this process.
type inProcess struct {
	timeout time.Duration
	// wait is how long all others may take together that build with kustomize.
	wait time.Duration
}

// run runs a job, and leaves it behind if it takes too long.
func (p inProcess) run(ctx context.Context, j Job) Result {
	leave := func() {}
	if j.Kind == checkout.Kustomization {
		waiting, stop := context.WithTimeout(ctx, p.wait)
		defer stop()
		var err error
		if leave, err = kustomizer.Enter(waiting); err != nil {
			return Result{Reason: stopped(waiting, p.wait)}
		}
	}
	ctx, stop := context.WithTimeout(ctx, p.timeout)
	defer stop()
	r, err := crash.Await(ctx, func() Result {
		defer leave()
		return resultOf(j.run)
	})
	if err != nil {
		return Result{Reason: stopped(ctx, p.timeout)}
	}
	return r
}

func (inProcess) stop() {}

// resultOf returns the result of rendering, also if that panics.
func resultOf(render func() Result) (r Result) {
	defer func() {
		if p := crash.Of(recover()); p != nil {
			r = Result{Reason: "rendering it was stopped by a bug: " + p.Error()}
		}
	}()
	return render()
}

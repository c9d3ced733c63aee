package render

import (
	"cmp"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"

	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/worker"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// Serve runs the jobs that come in, one after another, and writes a result for
// each. It returns nil at the end of the input. The program that Pool.Command
// starts calls it with its standard streams.
func Serve(in io.Reader, out io.Writer) error {
	decoder, encoder := gob.NewDecoder(in), gob.NewEncoder(out)
	for {
		var j Job
		if err := decoder.Decode(&j); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading a job: %w", err)
		}
		if err := encoder.Encode(serve(j)); err != nil {
			return fmt.Errorf("writing a result: %w", err)
		}
	}
}

func serve(j Job) Result {
	ctx, stop := context.WithTimeout(context.Background(), cmp.Or(j.Timeout, DefaultTimeout))
	defer stop()
	return resultOf(func() Result { return Run(ctx, j) })
}

// process runs jobs in a worker process. It starts one when it is needed.
type process struct {
	command func() *exec.Cmd
	timeout time.Duration
	worker  *worker.Process // nil until it is needed
}

// run runs a job. Any failure ends the process.
func (p *process) run(ctx context.Context, j Job) Result {
	if p.worker == nil {
		var err error
		if p.worker, err = worker.Start(p.command()); err != nil {
			p.worker = nil
			return job.Failure(checkout.Errorf(checkout.Failed, "no worker process could be started"))
		}
	}
	ctx, stop := context.WithTimeout(ctx, p.timeout)
	defer stop()
	w := p.worker
	end := context.AfterFunc(ctx, w.Interrupt)
	var r Result
	err := w.Send.Encode(j)
	if err == nil {
		err = w.Take.Decode(&r)
	}
	if end() && err == nil {
		return r
	}
	p.worker = nil
	why := w.Kill()
	if ctx.Err() != nil {
		return job.Failure(job.Stopped(ctx, p.timeout))
	}
	return job.Failure(died(why))
}

// stop lets the process end.
func (p *process) stop() {
	if p.worker != nil {
		p.worker.End()
	}
}

// died says why there is no result.
func died(why worker.Death) error {
	if why == worker.Recursion {
		return checkout.Errorf(checkout.Died, "it recurses too deeply")
	}
	return checkout.Errorf(checkout.Died, "the process that rendered it died; it may have needed too much memory")
}

// inProcess runs jobs in this process.
type inProcess struct {
	timeout time.Duration
	// wait is how long all others may take together that build with kustomize.
	wait time.Duration
}

// run runs a job, and leaves it behind if it takes too long.
func (p inProcess) run(ctx context.Context, j Job) Result {
	waiting, stop := context.WithTimeout(ctx, p.wait)
	defer stop()
	leave, err := enter(waiting, j)
	if err != nil {
		return job.Failure(job.Stopped(waiting, p.wait))
	}
	ctx, stop = context.WithTimeout(ctx, p.timeout)
	defer stop()
	r, err := crash.Await(ctx, func() Result {
		defer leave()
		return resultOf(func() Result { return renderers[j.Kind].Render(ctx, j) })
	})
	if err != nil {
		return job.Failure(job.Stopped(ctx, p.timeout))
	}
	return r
}

func (inProcess) stop() {}

// resultOf returns the result of rendering, also if that panics.
func resultOf(render func() Result) (r Result) {
	defer func() {
		if p := crash.Of(recover()); p != nil {
			r = job.Failure(checkout.Errorf(checkout.Failed, "rendering it was stopped by a bug: %s", p.Error()))
		}
	}()
	return render()
}

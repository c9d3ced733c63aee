package render

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"

	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/internal/worker"
)

// Serve runs the jobs that come in, one after another, and writes a result for
// each. It returns nil at the end of the input. It is what a worker process of
// a Pool does with its standard streams.
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

// resultOf returns the result of rendering, also if that panics.
func resultOf(render func() Result) (r Result) {
	defer func() {
		if p := crash.Of(recover()); p != nil {
			r = Result{Reason: "rendering it was stopped by a bug: " + p.Error()}
		}
	}()
	return render()
}

// Pool runs jobs in worker processes, which may die without harm.
type Pool struct {
	// Command returns a command that has not been started, and that calls
	// Serve with its standard input and output.
	Command func() *exec.Cmd
	// Workers is how many processes there are, 0 means one for each CPU.
	Workers int
	// Timeout is how long one job may take, 0 means a minute.
	Timeout time.Duration
	// Cache is where results are kept and looked for.
	Cache Cache
}

// DefaultTimeout is how long one job may take if nothing else is said.
const DefaultTimeout = time.Minute

// Outcome is what came of one job of a Pool.
type Outcome struct {
	// Index is that of the job.
	Index int
	Result
	// Took is how long the worker worked on it.
	Took time.Duration
}

// Run makes the jobs 0 to n-1 and runs them. job returns a job or the reason
// why there is none; it is called concurrently. done is called with the
// outcomes in the order of the jobs, and never twice at once. A job that takes
// too long, or whose worker dies, has that for its reason. Run returns early,
// without an error, when ctx is done.
func (p Pool) Run(ctx context.Context, n int, job func(i int) (Job, string), done func(Outcome)) {
	next, outcomes := make(chan int), make(chan Outcome)
	ctx, cancel := context.WithCancel(ctx)
	temp := &scratch{}
	defer temp.remove()
	defer cancel()
	var workers, around crash.Group
	around.Go(func() {
		defer close(next)
		for i := range n {
			select {
			case next <- i:
			case <-ctx.Done():
				return
			}
		}
	})
	for range min(n, p.workers()) {
		workers.Go(func() { p.work(ctx, temp, job, next, outcomes) })
	}
	around.Go(func() {
		defer cancel() // if all workers panic
		defer close(outcomes)
		workers.Wait()
	})
	early := map[int]Outcome{}
	turn := 0
	for o := range outcomes {
		early[o.Index] = o
		for o, ok := early[turn]; ok; o, ok = early[turn] {
			delete(early, turn)
			done(o)
			turn++
		}
	}
	around.Wait()
}

func (p Pool) workers() int {
	if p.Workers > 0 {
		return p.Workers
	}
	return runtime.NumCPU()
}

// work runs jobs in one process at a time.
func (p Pool) work(ctx context.Context, temp *scratch, job func(int) (Job, string), next <-chan int, out chan<- Outcome) {
	w := &renderer{command: p.Command, timeout: p.Timeout}
	if w.timeout == 0 {
		w.timeout = DefaultTimeout
	}
	defer w.stop()
	for i := range next {
		o := Outcome{Index: i}
		j, reason := job(i)
		if reason == "" && j.Kind == checkout.Chart {
			j.Temp, reason = temp.dir()
		}
		if o.Reason = reason; reason == "" {
			j.Timeout = w.timeout
			o.Result, o.Took = p.one(ctx, w, j)
		}
		if ctx.Err() != nil {
			return
		}
		out <- o
	}
}

// one returns the result of a job: the one that was kept, or that of a worker.
func (p Pool) one(ctx context.Context, w *renderer, j Job) (Result, time.Duration) {
	begun := time.Now()
	if r, ok := p.Cache.get(j); ok {
		return r, time.Since(begun)
	}
	r := w.run(ctx, j)
	p.Cache.put(j, r)
	return r, time.Since(begun)
}

// scratch is a directory for the programs that are run, which is made when it is
// needed, and removed whatever became of them.
type scratch struct {
	mu   sync.Mutex
	name string
}

// dir returns the directory, or why there is none.
func (s *scratch) dir() (string, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.name == "" {
		name, err := os.MkdirTemp("", "kuniq-*")
		if err != nil {
			return "", "there is no room for a copy of the chart"
		}
		s.name = name
	}
	return s.name, ""
}

func (s *scratch) remove() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.name != "" {
		_ = os.RemoveAll(s.name) // it is in the system's temporary directory
	}
}

// renderer is a process that runs jobs. The zero value, with a command, starts
// one when it is needed.
type renderer struct {
	command func() *exec.Cmd
	timeout time.Duration

	process *worker.Process
	send    *gob.Encoder
	take    *gob.Decoder
}

// run runs a job. Whatever goes wrong costs the process.
func (w *renderer) run(ctx context.Context, j Job) Result {
	if err := w.start(); err != nil {
		return Result{Reason: "no worker process could be started"}
	}
	answer := make(chan Result, 1)
	var talk crash.Group
	talk.Go(func() {
		defer close(answer)
		var r Result
		if w.send.Encode(j) == nil && w.take.Decode(&r) == nil {
			answer <- r
		}
	})
	late := time.NewTimer(w.timeout)
	defer late.Stop()
	reason := "interrupted"
	select {
	case r, ok := <-answer:
		if ok {
			return r
		}
		return Result{Reason: died(w.kill())}
	case <-late.C:
		reason = tooLong(w.timeout)
	case <-ctx.Done():
	}
	w.kill()
	talk.Wait() // the pipes are closed, so that this does not last
	return Result{Reason: reason}
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

func (w *renderer) start() error {
	if w.process != nil {
		return nil
	}
	p, err := worker.Start(w.command())
	if err != nil {
		return err
	}
	w.process, w.send, w.take = p, gob.NewEncoder(p.In), gob.NewDecoder(p.Out)
	return nil
}

// kill ends the process at once.
func (w *renderer) kill() worker.Death {
	p := w.process
	w.process = nil
	return p.Kill()
}

// stop lets the process end.
func (w *renderer) stop() {
	if w.process != nil {
		w.process.End()
	}
}

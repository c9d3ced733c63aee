package render

import (
	"cmp"
	"context"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"

	"github.com/kuniq/kuniq/internal/crash"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/render/job"
)

// Pool runs jobs. The zero value runs them in this process, which is enough for trees
// that you trust. Then kustomizations are built one after another. kustomize may print
// warnings to standard error, and puts variables of your environment into generated
// objects if an .env file has a name without a value. A job that takes too long continues
// in the background, and one that needs too much memory ends the process. With a Command,
// jobs run in worker processes, which may die without harm.
type Pool struct {
	// Command returns a command that has not been started, and that calls Serve with its
	// standard input and output. It sets the environment and the limits of that process.
	Command func() *exec.Cmd
	// Workers is how many jobs run at once, 0 means one for each CPU.
	Workers int
	// Timeout is how long one job may take, 0 means a minute.
	Timeout time.Duration
	// Cache is where results are kept and looked for.
	Cache Cache
}

// DefaultTimeout is how long one job may take if nothing else is said.
const DefaultTimeout = time.Minute

// Outcome is the outcome of one job of a Pool.
type Outcome struct {
	// Index is the index of the job.
	Index int
	Result
	// Took is how long the worker worked on it.
	Took time.Duration
}

// Run makes the jobs 0 to n-1 and runs them. newJob returns a job or the reason why there
// is none; it is called concurrently. done is called with the outcomes in the order of
// the jobs, and never twice at once. If a job takes too long, or its worker dies, that is
// its reason. Run returns early, without an error, when ctx is done.
func (p Pool) Run(ctx context.Context, n int, newJob func(i int) (Job, error), done func(Outcome)) {
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
		workers.Go(func() { p.work(ctx, temp, newJob, next, outcomes) })
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

func (p Pool) timeout() time.Duration { return cmp.Or(p.Timeout, DefaultTimeout) }

// runner runs jobs one after another.
type runner interface {
	run(ctx context.Context, j Job) Result
	stop()
}

func (p Pool) runner() runner {
	if p.Command == nil {
		return inProcess{timeout: p.timeout(), wait: p.timeout() * time.Duration(p.workers())}
	}
	return &process{command: p.Command, timeout: p.timeout()}
}

// work runs jobs, one after another.
func (p Pool) work(ctx context.Context, temp *scratch, newJob func(int) (Job, error), next <-chan int, out chan<- Outcome) {
	w := p.runner()
	defer w.stop()
	for i := range next {
		o := Outcome{Index: i}
		j, err := newJob(i)
		if err == nil && j.Helm.Command != "" {
			j.Temp, err = temp.dir()
		}
		if err != nil {
			o.Result = job.Failure(err)
		} else {
			j.Timeout = p.timeout()
			o.Result, o.Took = p.one(ctx, w, j)
		}
		if ctx.Err() != nil {
			return
		}
		out <- o
	}
}

// one returns the result of a job, from the cache or from a worker.
func (p Pool) one(ctx context.Context, w runner, j Job) (Result, time.Duration) {
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
	once sync.Once
	name string
	err  error
}

// dir returns the directory.
func (s *scratch) dir() (string, error) {
	s.once.Do(func() {
		if s.name, s.err = os.MkdirTemp("", "kuniq-*"); s.err != nil {
			s.err = checkout.Errorf(checkout.Failed, "there is no room for a copy of the chart")
		}
	})
	return s.name, s.err
}

func (s *scratch) remove() {
	if s.name != "" {
		_ = os.RemoveAll(s.name) // it is in the system's temporary directory
	}
}

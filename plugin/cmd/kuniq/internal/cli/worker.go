package cli

import (
	"cmp"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/internal/kustomizer"
	"github.com/kuniq/kuniq/plugin/internal/worker"
	"github.com/kuniq/kuniq/plugin/render"
	"github.com/kuniq/kuniq/plugin/render/evaluate"
)

// workerName and evaluatorName are the commands that kuniq runs in a process of its own, to
// render and to evaluate jsonnet programs.
const (
	workerName    = "worker"
	evaluatorName = "evaluator"
)

// mostWorkerMemory is how much memory such a process may have.
const mostWorkerMemory = 2 << 30

// renderWorker is the command of a worker process. The caller has found that its targets
// need nothing except their input. The worker makes sure once more that they get nothing
// else.
func renderWorker(c Command) *cobra.Command {
	return c.process(workerName, "Render a target from standard input; kuniq runs this itself", func(in io.Reader) error {
		http.DefaultTransport = noNetwork{}
		kustomizer.Silence()
		if err := os.Setenv("PATH", ""); err != nil {
			return err
		}
		return render.Serve(in, c.Stdout)
	})
}

// evaluatorCommand is the command of a process that evaluates jsonnet programs.
func evaluatorCommand(c Command) *cobra.Command {
	return c.process(evaluatorName, "Evaluate programs from standard input; kuniq runs this itself", func(in io.Reader) error {
		return evaluate.Serve(in, c.Stdout)
	})
}

// process is the command of a process that serves kuniq, with a limit of its memory in
// bytes.
func (c Command) process(name, short string, serve func(io.Reader) error) *cobra.Command {
	return &cobra.Command{
		Use:    name + " BYTES",
		Short:  short,
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			most, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return usagef("%w", err)
			}
			worker.Limit(most)
			in := c.Stdin
			if in == os.Stdin {
				in = worker.Input(in)
			}
			if err := serve(in); err != nil {
				return failf("%w", err)
			}
			return nil
		},
	}
}

// noNetwork refuses every request.
type noNetwork struct{}

// RoundTrip fails.
func (noNetwork) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, http.ErrNotSupported
}

// workerCommand starts this same program as a worker, by the name of the command. Its
// environment is empty, because kustomize puts variables into generated objects if an .env
// file has a name without a value.
func (c Command) workerCommand(name string) (func() *exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, failf("finding the program to run the workers with: %w", err)
	}
	most := strconv.FormatInt(c.mostMemory(), 10)
	return func() *exec.Cmd {
		cmd := exec.Command(self)
		cmd.Args, cmd.Env = []string{"kuniq", name, most}, []string{}
		return cmd
	}, nil
}

// mostMemory is how much a worker process may have.
func (c Command) mostMemory() int64 { return cmp.Or(c.workerMemory, mostWorkerMemory) }

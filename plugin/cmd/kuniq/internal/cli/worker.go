package cli

import (
	"cmp"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/kuniq/kuniq/plugin/render"
)

// workerName is the command by which kuniq runs itself to render.
const workerName = "worker"

// mostWorkerMemory is how much memory a worker process may have.
const mostWorkerMemory = 2 << 30

// renderWorker is the command of a worker process. What it renders was found to
// need nothing but what comes in; that it gets nothing else is made sure of
// once more.
func (c Command) renderWorker() *cobra.Command {
	return &cobra.Command{
		Use:    workerName + " BYTES",
		Short:  "Render what comes in; kuniq runs it by itself",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			most, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return usagef("%w", err)
			}
			http.DefaultTransport = noNetwork{}
			if err := os.Setenv("PATH", ""); err != nil {
				return failf("%w", err)
			}
			debug.SetMemoryLimit(most / 4 * 3)
			// Most of what a root needs is garbage at once, and how much there may
			// be is limited anyway.
			debug.SetGCPercent(400)
			limitMemory(uint64(most))
			if err := render.Serve(c.Stdin, c.Stdout); err != nil {
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

// workerCommand starts this very program as a worker. A dead one says nothing
// on the terminal. It has no environment, which kustomize would put into what it
// generates where an .env file has a name without a value.
func (c Command) workerCommand() (func() *exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, failf("finding the program to run the workers with: %w", err)
	}
	most := strconv.FormatInt(cmp.Or(c.workerMemory, mostWorkerMemory), 10)
	return func() *exec.Cmd {
		cmd := exec.Command(self)
		cmd.Args, cmd.Env = []string{"kuniq", workerName, most}, []string{}
		return cmd
	}, nil
}

package cli

import (
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"

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
		Use:    workerName,
		Short:  "Render what comes in; kuniq runs it by itself",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			http.DefaultTransport = noNetwork{}
			if err := os.Setenv("PATH", ""); err != nil {
				return failf("%w", err)
			}
			debug.SetMemoryLimit(mostWorkerMemory / 4 * 3)
			limitMemory(mostWorkerMemory)
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
func workerCommand() (func() *exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, failf("finding the program to run the workers with: %w", err)
	}
	return func() *exec.Cmd {
		cmd := exec.Command(self)
		cmd.Args, cmd.Env = []string{"kuniq", workerName}, []string{}
		return cmd
	}, nil
}

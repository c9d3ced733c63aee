//go:build unix

package cli

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/internal/assertion"
)

func init() { programs["renderer"] = renderer }

// renderer prints half of its output and the line "ready", and waits for a signal, whose
// name it prints. It is no shell script, because a shell can miss a signal that arrives just
// before its "read".
func renderer() {
	names := map[os.Signal]string{syscall.SIGINT: "INT", syscall.SIGTERM: "TERM", syscall.SIGUSR1: "USR1"}
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, slices.Collect(maps.Keys(names))...)
	fmt.Print("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
	fmt.Fprintln(os.Stderr, "ready")
	go func() { // so that no renderer is left when a test fails
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(7)
	}()
	fmt.Fprintln(os.Stderr, "got", names[<-caught])
}

// TestExecForwardsSignals: the renderer gets the signal, and its output is not passed on,
// even if it then exits with 0.
func TestExecForwardsSignals(t *testing.T) {
	for name, signal := range map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			kuniq, stderr := rendering(t)
			require.NoError(t, kuniq.Process.Signal(signal))
			line, err := stderr.ReadString('\n')
			require.NoError(t, err)
			assert.Equal(t, "got "+name+"\n", line)
			line, err = stderr.ReadString('\n')
			require.NoError(t, err)
			assert.Equal(t, "kuniq: interrupted while renderer ran; nothing was passed on\n", line)
			assert.Equal(t, exitNoWork, kuniq.code(t))
			assert.Empty(t, kuniq.stdout.String())
		})
	}
}

// TestExecForwardsOtherSignals: those that do not end kuniq reach the renderer,
// too.
func TestExecForwardsOtherSignals(t *testing.T) {
	kuniq, stderr := rendering(t)
	require.NoError(t, kuniq.Process.Signal(syscall.SIGUSR1))
	line, err := stderr.ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "got USR1\n", line)
	assert.Equal(t, exitClean, kuniq.code(t))
	assert.Equal(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", kuniq.stdout.String())
}

// rendering starts kuniq exec with a renderer that waits, and returns their standard
// error.
func rendering(t *testing.T) (*started, *bufio.Reader) {
	t.Helper()
	kuniq := command("exec", "--", "renderer")
	stdin, stdinEnd := pipe(t)
	r, w := pipe(t)
	kuniq.Stdin, kuniq.Stderr = stdin, w
	require.NoError(t, kuniq.Start())
	require.NoError(t, w.Close())
	require.NoError(t, stdin.Close())
	t.Cleanup(func() { stdinEnd.Close() }) // open, so that the renderer waits
	stderr := bufio.NewReader(r)
	line, err := stderr.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready\n", line)
	return kuniq, stderr
}

// TestLongExecLeftovers: the renderer has ended, but a process that it started holds its
// output open. kuniq stops waiting.
func TestLongExecLeftovers(t *testing.T) {
	assertion.Long(t)
	kuniq := command("exec", "--", "sh", "-c", "echo 'apiVersion: v1'; sleep 60 & exit 0")
	require.NoError(t, kuniq.Start())
	assert.Equal(t, exitNoWork, kuniq.code(t))
	assert.Empty(t, kuniq.stdout.String())
	assert.Contains(t, kuniq.stderr.String(), "left processes behind")
}

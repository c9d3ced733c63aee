//go:build unix

package cli

import (
	"bufio"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// endlessProgram runs longer than a test can wait, and says that it has begun.
const endlessProgram = "std.trace('begun', {}) + std.foldl(function(a, i) std.foldl(function(b, j) b, std.range(1, 1000000), a), std.range(1, 1000000), {})"

// TestSignalsWhileEvaluating: they end an evaluation at once.
func TestSignalsWhileEvaluating(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		kuniq := command("jsonnet", "-e", endlessProgram)
		kuniq.Stderr = nil
		stderr, err := kuniq.StderrPipe()
		require.NoError(t, err)
		require.NoError(t, kuniq.Start())
		said := bufio.NewReader(stderr)
		line, err := said.ReadString('\n')
		require.NoError(t, err)
		assert.Equal(t, "TRACE: <cmdline>:1 begun\n", line)
		require.NoError(t, kuniq.Process.Signal(signal))
		rest, err := io.ReadAll(said)
		require.NoError(t, err)
		assert.Equal(t, "kuniq: interrupted\n", string(rest))
		assert.Equal(t, exitNoWork, kuniq.code(t))
		assert.Empty(t, kuniq.stdout.String())
	}
}

// TestProgramThatNeverComes: waiting for a program can be interrupted, too.
func TestProgramThatNeverComes(t *testing.T) {
	r, w := pipe(t)
	kuniq := command("jsonnet", "-")
	kuniq.Stdin = r
	require.NoError(t, kuniq.Start())
	_, err := w.WriteString(strings.Repeat(" ", 1<<20)) // more than a pipe holds
	require.NoError(t, err)
	require.NoError(t, kuniq.Process.Signal(os.Interrupt))
	assert.Equal(t, exitNoWork, kuniq.code(t))
	assert.Equal(t, "kuniq: interrupted\n", kuniq.stderr.String())
}

// TestSubstitutedPrograms: <(command) can be a program and the value of a flag.
// There is nothing beside it, so it imports from the working directory.
func TestSubstitutedPrograms(t *testing.T) {
	if _, err := os.Stat("/dev/fd"); err != nil {
		t.Skip("no /dev/fd")
	}
	tree(t, map[string]string{
		"d/name.libsonnet":      "'a'",
		"lib/objects.libsonnet": "function(n) { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: n } }",
	})
	for _, args := range [][]string{
		{"jsonnet", "-J", "lib", "/dev/fd/3"},
		{"jsonnet", "-J", "lib", "--ext-code-file", "v=/dev/fd/3", "-e", "std.extVar('v')"},
		{"jsonnet", "-J", "lib", "--tla-code-file", "v=/dev/fd/3", "-e", "function(v) v"},
	} {
		r, w := pipe(t)
		kuniq := command(args...)
		kuniq.ExtraFiles = []*os.File{r}
		require.NoError(t, kuniq.Start())
		_, err := w.WriteString("(import 'objects.libsonnet')(import 'd/name.libsonnet')")
		require.NoError(t, err)
		require.NoError(t, w.Close())
		assert.Equal(t, exitClean, kuniq.code(t), kuniq.stderr.String())
		assert.Equal(t, "1 file, 1 object, no duplicates\n", kuniq.stdout.String())
	}
	r, w := pipe(t)
	kuniq := command("jsonnet", "--ext-str-file", "v=/dev/fd/3", "-e", "(import 'lib/objects.libsonnet')(std.extVar('v'))", "--emit", "yaml")
	kuniq.ExtraFiles = []*os.File{r}
	require.NoError(t, kuniq.Start())
	_, err := w.WriteString("by-name")
	require.NoError(t, err)
	require.NoError(t, w.Close())
	assert.Equal(t, exitClean, kuniq.code(t), kuniq.stderr.String())
	assert.Contains(t, kuniq.stdout.String(), "name: by-name\n")
}

package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// broken is a stream that has a bug.
type broken struct{ at []int }

func (b broken) Read([]byte) (int, error)  { return b.at[len(b.at)], nil }
func (b broken) Write([]byte) (int, error) { return b.at[len(b.at)], nil }

// TestPanicIsNoUsage: a panic in any goroutine of the command is exit code 3 with
// one line, and never a stack or exit code 2. Nothing in the files makes kuniq
// panic as far as is known, so it is the streams that do.
func TestPanicIsNoUsage(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("a.yaml", []byte("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"), 0o644))
	const bug = "stopped by a bug in kuniq: runtime error: index out of range [0] with length 0 (KUNIQ_DEBUG=1 prints the stack)\n"
	for _, tt := range []struct {
		args   string
		stdin  io.Reader
		stdout io.Writer
		want   string
	}{
		{"filter", broken{}, io.Discard, "kuniq: " + bug},
		{"fn", broken{}, io.Discard, "kuniq: " + bug},
		{"check -", broken{}, io.Discard, "kuniq: " + bug},
		{"list -", broken{}, io.Discard, "kuniq: " + bug},
		{"check a.yaml", nil, broken{}, "kuniq: " + bug},
		{"check -o json a.yaml", nil, broken{}, "kuniq: " + bug},
		{"argocd guard --plain a.yaml", nil, broken{}, "kuniq: " + bug},
		{"argocd protect a.yaml", nil, broken{}, "kuniq: a.yaml: " + bug}, // which prints while it reads
		{"--help", nil, broken{}, "kuniq: " + bug},
	} {
		t.Run(tt.args, func(t *testing.T) {
			var stderr bytes.Buffer
			c := Command{Stdin: tt.stdin, Stdout: tt.stdout, Stderr: &stderr}
			assert.Equal(t, exitNoWork, c.Main(context.Background(), strings.Fields(tt.args)))
			assert.Equal(t, tt.want, stderr.String())

			t.Setenv("KUNIQ_DEBUG", "1")
			stderr.Reset()
			assert.Equal(t, exitNoWork, c.Main(context.Background(), strings.Fields(tt.args)))
			assert.True(t, strings.HasPrefix(stderr.String(), tt.want))
			assert.Contains(t, stderr.String(), "crash_test.go:")
		})
	}
}

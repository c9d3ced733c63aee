package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const twoOfOne = "{apiVersion: v1, kind: Namespace, metadata: {name: a}}\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: a}}\n"

func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var stdout, stderr bytes.Buffer
	code := Command{Stdin: strings.NewReader(twoOfOne), Stdout: &stdout, Stderr: &stderr}.Main(ctx, []string{"check", "-"})
	assert.Equal(t, exitNoWork, code)
	assert.Empty(t, stdout.String())
	assert.Equal(t, "kuniq: interrupted\n", stderr.String())
}

// TestCancelledWhileWaiting: also where standard input never ends. Earlier
// findings are not printed as if there were no more.
func TestCancelledWhileWaiting(t *testing.T) {
	tree(t, map[string]string{"a.yaml": twoOfOne})
	ctx, cancel := context.WithCancel(context.Background())
	in := &endless{waiting: cancel, end: make(chan struct{})}
	defer close(in.end)
	var stdout, stderr bytes.Buffer
	code := Command{Stdin: in, Stdout: &stdout, Stderr: &stderr}.Main(ctx, []string{"check", "a.yaml", "-"})
	assert.Equal(t, exitNoWork, code)
	assert.Empty(t, stdout.String())
	assert.Equal(t, "kuniq: interrupted\n", stderr.String())
}

// endless is a reader that says when it is waited for.
type endless struct {
	waiting func()
	end     chan struct{}
}

func (e *endless) Read([]byte) (int, error) {
	e.waiting()
	<-e.end
	return 0, io.EOF
}

// TestBrokenOutput: what was not written was not said.
func TestBrokenOutput(t *testing.T) {
	for _, args := range [][]string{
		{"check", "-"},
		{"check", "-o", "json", "-"},
		{"check", "--help"},
		{"--help"},
		{"help", "check"},
		{"version"},
		{"--version"},
		{"completion", "bash"},
		{"completion", "zsh"},
		{"completion", "fish"},
		{"completion", "powershell"},
	} {
		for _, input := range []string{"{apiVersion: v1, kind: Namespace, metadata: {name: a}}", twoOfOne, "kind: \""} {
			var stderr bytes.Buffer
			code := Command{Stdin: strings.NewReader(input), Stdout: brokenWriter{}, Stderr: &stderr}.Main(context.Background(), args)
			assert.Equal(t, exitNoWork, code, "%q", args)
			assert.Contains(t, stderr.String(), "kuniq: the output could not be written: broken\n")
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken") }

// TestNoArgumentsAtAll: nil are no arguments, and not those of this process.
func TestNoArgumentsAtAll(t *testing.T) {
	before := os.Args
	t.Cleanup(func() { os.Args = before })
	os.Args = []string{"kuniq", "version"}
	var stdout, stderr bytes.Buffer
	assert.Equal(t, exitUsage, Command{Stdin: nil, Stdout: &stdout, Stderr: &stderr}.Main(context.Background(), nil))
	assert.Contains(t, stderr.String(), "\nkuniq: no command given\n")
}

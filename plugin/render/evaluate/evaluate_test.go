package evaluate

import (
	"context"
	"encoding/gob"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/render/job"
)

// processVariable makes this test binary the process of a Supervisor.
const processVariable = "KUNIQ_TEST_EVALUATOR"

func TestMain(m *testing.M) {
	switch os.Getenv(processVariable) {
	case "":
		os.Exit(m.Run())
	case "dies":
		os.Exit(1)
	case "babbles":
		_, _ = os.Stdout.WriteString("fatal error: out of memory")
		os.Exit(2)
	case "recurses":
		_, _ = os.Stderr.WriteString("runtime: goroutine stack exceeds 1-byte limit\nfatal error: stack overflow\n" + strings.Repeat("x", 1<<20))
		os.Exit(2)
	case "is full":
		_, _ = os.Stderr.WriteString("runtime: out of memory: cannot allocate 1-byte block\nfatal error: out of memory\n")
		os.Exit(2)
	}
	if Serve(os.Stdin, os.Stdout) != nil {
		os.Exit(1)
	}
}

// supervisor has processes of some sort.
func supervisor(t *testing.T, sort string) Supervisor {
	self, err := os.Executable()
	require.NoError(t, err)
	return Supervisor{
		Command: func() *exec.Cmd {
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), processVariable+"="+sort)
			return cmd
		},
		Timeout: time.Minute, Memory: 2 << 30, Stack: 512 << 20,
		Trace: func(text string) { assert.Fail(t, text) },
	}
}

// snippet asks for one program.
func snippet(code string) Request {
	return Request{Programs: []Program{{Name: "<cmdline>", Code: code, Snippet: true}}, Dir: "/", Top: "/nowhere", MaxStack: 500}
}

const object = "{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }"

func TestRun(t *testing.T) {
	r := snippet("[" + object + ", " + object + "]")
	r.Emit = "json"
	got, err := supervisor(t, "works").Run(t.Context(), r)
	require.NoError(t, err)
	require.Len(t, got.Report.Diagnostics, 1)
	assert.Equal(t, 1, got.Report.Diagnostics[0].Declarations[1].Line)
	assert.Equal(t, 2, strings.Count(string(got.Output), "ConfigMap"))
}

// TestLargeOutput: it comes in parts, and whole.
func TestLargeOutput(t *testing.T) {
	r := snippet(object + " { data: { a: std.repeat('0123456789', 250000) } }")
	r.Emit = Text
	got, err := supervisor(t, "works").Run(t.Context(), r)
	require.NoError(t, err)
	assert.Contains(t, string(got.Output), strings.Repeat("0123456789", 250000)+`"`)
}

func TestFailures(t *testing.T) {
	for code, want := range map[string]Failure{
		"error 'no'": {"RUNTIME ERROR: no\n\t<cmdline>:1:1-11\t$\n\tDuring evaluation\t\n", true},
		"{ a: 1 }":   {"<cmdline>: $.a is a number, not a Kubernetes object", false},
	} {
		_, err := supervisor(t, "works").Run(t.Context(), snippet(code))
		assert.Equal(t, &want, err)
	}
	_, err := supervisor(t, "works").Run(t.Context(), snippet("error std.repeat('x', 1000000)"))
	assert.Len(t, err.Error(), mostWords)
}

func TestDeaths(t *testing.T) {
	for sort, want := range map[string]string{
		"dies":     "<cmdline>: the process that evaluated it died; it may have needed more than 2 GiB of memory",
		"babbles":  "<cmdline>: the process that evaluated it died; it may have needed more than 2 GiB of memory",
		"recurses": "<cmdline>: it recursed too deeply, with more than 512 MiB of stack",
		"is full":  "<cmdline>: it needed more than 2 GiB of memory",
	} {
		_, err := supervisor(t, sort).Run(t.Context(), snippet(object))
		assert.EqualError(t, err, want)
	}
}

// endless runs longer than a test can wait.
const endless = "std.foldl(function(a, i) std.foldl(function(b, j) b, std.range(1, 1000000), a), std.range(1, 1000000), {})"

func TestTimeout(t *testing.T) {
	s := supervisor(t, "works")
	s.Timeout = time.Millisecond
	_, err := s.Run(t.Context(), snippet(endless))
	assert.EqualError(t, err, "<cmdline>: it took longer than 1ms")
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := supervisor(t, "works")
	s.Trace = func(text string) {
		assert.Equal(t, "TRACE: <cmdline>:1 begun", text)
		cancel()
	}
	_, err := s.Run(ctx, snippet("std.trace('begun', {}) + "+endless))
	assert.ErrorIs(t, err, context.Canceled)
}

// TestPanic: of what go-jsonnet says when it panics its stacks are left out. So
// they are if the panic comes out of it.
func TestPanic(t *testing.T) {
	_, err := supervisor(t, "works").Run(t.Context(), snippet("std.removeAt([], 1)"))
	assert.Equal(t, &Failure{Text: "<cmdline>: go-jsonnet panicked: runtime error: slice bounds out of range [:1] with capacity 0"}, err)

	e := evaluation{Request: Request{Programs: []Program{{Name: "a\n"}}}, to: gob.NewEncoder(panicking{})}
	_, failure := e.run()
	assert.Equal(t, &Failure{Text: `"a\n": go-jsonnet panicked: no`}, failure)
}

type panicking struct{}

func (panicking) Write([]byte) (int, error) { panic("no") }

func TestParseVariable(t *testing.T) {
	env := func(name string) (string, bool) { return "of " + name, name == "SET" }
	for s, want := range map[string]job.Variable{
		"a=b=c": {Name: "a", Value: "b=c", Code: true}, "a=": {Name: "a", Code: true}, "SET": {Name: "SET", Value: "of SET", Code: true},
	} {
		got, err := ParseVariable(s, job.Variable{Code: true}, false, env)
		assert.NoError(t, err)
		assert.Equal(t, Variable{Variable: want}, got)
	}
	got, err := ParseVariable("a=f.json", job.Variable{}, true, env)
	assert.NoError(t, err)
	assert.Equal(t, Variable{Variable: job.Variable{Name: "a"}, File: "f.json"}, got)
	for _, s := range []string{"", "=b", "UNSET"} {
		_, err = ParseVariable(s, job.Variable{}, false, env)
		assert.Error(t, err, s)
	}
	_, err = ParseVariable("SET", job.Variable{}, true, env)
	assert.EqualError(t, err, `"SET" is not of the form NAME=FILE`)
}

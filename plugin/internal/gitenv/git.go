package gitenv

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
)

// Git runs the git command in a directory. The zero value runs it in the working
// directory.
type Git struct {
	Dir    string
	Config [][2]string // overrides what the repository's own configuration says
	Stdin  string
	// Patterns allows patterns as paths, for the one command that has no other way.
	Patterns bool
}

// Error is a failure of the git command.
type Error struct {
	Command string
	Stderr  string
	Err     error
}

// Error says which command failed, and why in the words of git.
func (e *Error) Error() string {
	return "git " + e.Command + ": " + dupcheck.Quote(cmp.Or(Reason(e.Stderr), e.Err.Error()))
}

// Unwrap returns the error of running the command.
func (e *Error) Unwrap() error { return e.Err }

// ExitCode returns the exit code of the failed command, or -1 if the error is another one.
func ExitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return -1
}

// Stream runs git and passes its output to read, which need not read all of it.
func (g Git) Stream(ctx context.Context, read func(io.Reader) error, args ...string) error {
	running, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(running, "git", args...)
	var literal []string
	if !g.Patterns {
		literal = []string{"GIT_LITERAL_PATHSPECS=1"}
	}
	var stderr bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stderr = g.Dir, Environment(g.Config, literal...), strings.NewReader(g.Stdin), &stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return &Error{args[0], "", err}
	}
	if err := read(out); err != nil {
		stop()
		_ = cmd.Wait() // it was stopped
		return err
	}
	if err := cmd.Wait(); err != nil {
		return cmp.Or(ctx.Err(), error(&Error{args[0], stderr.String(), err}))
	}
	return nil
}

// Line returns the one line that git prints.
func (g Git) Line(ctx context.Context, args ...string) (string, error) {
	var out []byte
	err := g.Stream(ctx, func(r io.Reader) (err error) {
		out, err = io.ReadAll(r)
		return err
	}, args...)
	return strings.TrimSuffix(string(out), "\n"), err
}

// Each passes on the NUL-terminated fields that git prints, one by one.
func (g Git) Each(ctx context.Context, field func(string), args ...string) error {
	return g.Stream(ctx, func(r io.Reader) error {
		in := bufio.NewReader(r)
		for {
			s, err := in.ReadString(0)
			if errors.Is(err, io.EOF) && s == "" {
				return nil
			}
			if err != nil {
				return err
			}
			field(strings.TrimSuffix(s, "\x00"))
		}
	}, args...)
}

// Fields returns the NUL-terminated fields that git prints.
func (g Git) Fields(ctx context.Context, args ...string) (all []string, err error) {
	err = g.Each(ctx, func(s string) { all = append(all, s) }, args...)
	return all, err
}

// Asking returns a git that reads paths from its standard input, each with a NUL
// behind it.
func (g Git) Asking(paths []string) Git {
	var b strings.Builder
	for _, p := range paths {
		b.WriteString(p + "\x00")
	}
	g.Stdin = b.String()
	return g
}

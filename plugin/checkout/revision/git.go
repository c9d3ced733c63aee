package revision

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
	"github.com/kuniq/kuniq/plugin/internal/gitenv"
)

// git runs the git command in a directory.
type git struct {
	dir    string
	config [][2]string // overrides what the repository's own configuration says
	stdin  string
}

// environment is that of the git command.
func (g git) environment() []string {
	return gitenv.Environment(g.config, "GIT_LITERAL_PATHSPECS=1")
}

// gitError is a failure of the git command.
type gitError struct {
	command string
	stderr  string
	err     error
}

func (e *gitError) Error() string {
	return "git " + e.command + ": " + dupcheck.Quote(cmp.Or(gitenv.Reason(e.stderr), e.err.Error()))
}

func (e *gitError) Unwrap() error { return e.err }

// stream runs git and hands its output to read, which may leave a rest.
func (g git) stream(ctx context.Context, read func(io.Reader) error, args ...string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Env, cmd.Stdin = g.dir, g.environment(), strings.NewReader(g.stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return &gitError{args[0], "", err}
	}
	if err := read(out); err != nil {
		stop()
		_ = cmd.Wait() // it was stopped
		return err
	}
	if err := cmd.Wait(); err != nil {
		return &gitError{args[0], stderr.String(), err}
	}
	return nil
}

// line returns the one line that git prints.
func (g git) line(ctx context.Context, args ...string) (string, error) {
	var out []byte
	err := g.stream(ctx, func(r io.Reader) (err error) {
		out, err = io.ReadAll(r)
		return err
	}, args...)
	return strings.TrimSuffix(string(out), "\n"), err
}

// fields hands over the NUL-terminated fields that git prints, one by one.
func (g git) fields(ctx context.Context, field func(string), args ...string) error {
	return g.stream(ctx, func(r io.Reader) error {
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

// withoutFilters returns git with all clean and smudge filters disabled: they
// are commands that git would run on the files of the working tree.
func (g git) withoutFilters(ctx context.Context) (git, error) {
	err := g.fields(ctx, func(key string) {
		name := key[:max(0, strings.LastIndexByte(key, '.'))]
		g.config = append(g.config, [2]string{key, ""}, [2]string{name + ".required", "false"})
	}, "config", "--null", "--name-only", "--get-regexp", `^filter\..*\.(clean|smudge|process)$`)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return g, nil // there are none
	}
	return g, err
}

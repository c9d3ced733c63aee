package migrate

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"os/exec"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/internal/gitenv"
)

// git runs the git command in a directory.
type git struct {
	dir string
	// config overrides what the repository's own configuration says.
	config [][2]string
	// patterns lets paths be patterns, for the one command that knows no
	// other.
	patterns bool
}

// environment is that of the git command.
func (g git) environment() []string {
	if g.patterns {
		return gitenv.Environment(g.config)
	}
	return gitenv.Environment(g.config, "GIT_LITERAL_PATHSPECS=1")
}

// gitError is a failure of the git command.
type gitError struct {
	command string
	code    int // -1 if it did not run
	stderr  string
	err     error
}

func (e *gitError) Error() string {
	return "git " + e.command + ": " + dupcheck.Quote(cmp.Or(gitenv.Reason(e.stderr), e.err.Error()))
}

func (e *gitError) Unwrap() error { return e.err }

// run runs git and returns what it prints. Paths in args are paths, not
// patterns.
func (g git) run(ctx context.Context, stdin []byte, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Env = g.dir, g.environment()
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(stdin), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		code := -1
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			code = exit.ExitCode()
		}
		return nil, &gitError{command: args[0], code: code, stderr: stderr.String(), err: err}
	}
	return stdout.Bytes(), nil
}

// line returns the one line that git prints.
func (g git) line(ctx context.Context, args ...string) (string, error) {
	out, err := g.run(ctx, nil, args...)
	return strings.TrimSuffix(string(out), "\n"), err
}

// fields returns the NUL-terminated fields that git prints.
func (g git) fields(ctx context.Context, stdin []byte, args ...string) ([]string, error) {
	out, err := g.run(ctx, stdin, args...)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"), nil
}

// nulTerminated joins paths for a command that reads them from its standard input.
func nulTerminated(paths []string) []byte {
	var b bytes.Buffer
	for _, p := range paths {
		b.WriteString(p)
		b.WriteByte(0)
	}
	return b.Bytes()
}

// ownFilters returns overrides for the filters that the repository itself
// configures, which are commands that git would run, and their names. Those of
// git-lfs and git-crypt stay: both put their own commands there, and without
// them every file would look changed.
func (g git) ownFilters(ctx context.Context) (config [][2]string, names map[string]bool, err error) {
	out, err := g.fields(ctx, nil, "config", "--null", "--show-scope", "--get-regexp", `^filter\..*\.(clean|smudge|process)$`)
	var failed *gitError
	if errors.As(err, &failed) && failed.code == 1 {
		return nil, nil, nil // none
	}
	if err != nil {
		return nil, nil, err
	}
	names = map[string]bool{}
	for i := 0; i+1 < len(out); i += 2 {
		key, command, _ := strings.Cut(out[i+1], "\n")
		if scope := out[i]; scope != "local" && scope != "worktree" || knownFilter(command) {
			continue
		}
		name := strings.TrimPrefix(key[:strings.LastIndexByte(key, '.')], "filter.")
		names[name] = true
		config = append(config, [2]string{key, ""}, [2]string{"filter." + name + ".required", "false"})
	}
	return config, names, nil
}

// knownFilter says whether a filter's command is that of git-lfs or git-crypt
// and nothing else.
func knownFilter(command string) bool {
	if strings.ContainsAny(command, ";|&$`<>\\\n") {
		return false
	}
	program, _, _ := strings.Cut(command, " ")
	switch strings.Trim(program, `"`) {
	case "git-lfs", "git-crypt":
		return true
	}
	return false
}

package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/cmd/kuniq/internal/cli"
)

var update = flag.Bool("update", false, "write the real outputs into the documents")

// TestMain makes this test binary what kuniq renders with: it runs itself.
func TestMain(m *testing.M) {
	if os.Args[0] == "kuniq" {
		os.Exit(cli.Run())
	}
	os.Exit(m.Run())
}

// TestDocuments runs the commands of all pages in a fresh clone, except those
// in the list elsewhere. A block "sh" has commands that succeed. A block
// "console" has commands behind "$ ", each with the output that it prints.
// Commands run in the root of the clone, or, once their section has given files
// in blocks that begin with "# FILE", in a directory with those files.
func TestDocuments(t *testing.T) {
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	c := newClone(t, root)
	listed := map[exception]bool{}
	for _, name := range pages(t, root) {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(root, name)
			before, err := os.ReadFile(path)
			require.NoError(t, err)
			d := document{clone: c, page: name, listed: listed}
			after := d.rerun(t, string(before))
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(after), 0o644))
				return
			}
			require.Equal(t, string(before), after, "the document shows another output than the command (go test ./plugin/cmd/kuniq -run TestDocuments -update)")
		})
	}
	if f := flag.Lookup("test.run").Value.String(); !strings.Contains(f, "/") {
		for _, e := range elsewhere {
			assert.True(t, listed[e], "no page has the command that is listed: %+v", e)
		}
	}
}

// pages returns the names of the documents, as paths in the repository.
func pages(t *testing.T, root string) []string {
	var all []string
	for _, pattern := range []string{"*.md", "docs/*.md", "examples/*/README.md"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		require.NoError(t, err)
		for _, path := range found {
			name, err := filepath.Rel(root, path)
			require.NoError(t, err)
			all = append(all, filepath.ToSlash(name))
		}
	}
	require.Greater(t, len(all), 25)
	return all
}

// A clone is a copy of the repository as it is, also with what is not committed
// yet, and the environment of the commands that run in it.
type clone struct {
	dir string
	env []string
}

func newClone(t *testing.T, root string) clone {
	t.Helper()
	c := clone{dir: filepath.Join(t.TempDir(), "kuniq")}
	files := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	files.Dir = root
	out, err := files.Output()
	require.NoError(t, err)
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil {
			continue // deleted, and that is not committed yet
		}
		data, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		to := filepath.Join(c.dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		require.NoError(t, os.WriteFile(to, data, info.Mode()))
	}
	bin := t.TempDir()
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, filepath.Join(bin, "kuniq")))
	dirs, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE").Output()
	require.NoError(t, err)
	cache := strings.Fields(string(dirs))
	c.env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "LC_ALL=C",
		"GOBIN="+t.TempDir(), "GOCACHE="+cache[0], "GOMODCACHE="+cache[1], "HOME="+t.TempDir(), "COLUMNS=120", "GOFLAGS=-trimpath", // so that the cache serves every directory
		"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	out, code := c.shell(t, c.dir, "git init -q -b main && git add --all && git commit -q -m clone && git update-ref refs/remotes/origin/main HEAD")
	require.Zero(t, code, "%s", out)
	return c
}

// shell runs one command, and returns all that it prints and its exit code.
func (c clone) shell(t *testing.T, dir, command string) ([]byte, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Dir, cmd.Env, cmd.WaitDelay = dir, c.env, time.Second
	out, err := cmd.CombinedOutput()
	require.NotNil(t, cmd.ProcessState, "%v", err)
	require.NoError(t, ctx.Err(), "%s\n%s", command, out)
	return out, cmd.ProcessState.ExitCode()
}

// clean takes back what the commands of a section have written.
func (c clone) clean(t *testing.T) {
	t.Helper()
	out, code := c.shell(t, c.dir, "git reset -q --hard main && git clean -q -f -d -x")
	require.Zero(t, code, "%s", out)
}

// A document is one page while its commands run.
type document struct {
	clone
	page   string
	listed map[exception]bool // that were met
}

var fence = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```\n")

// rerun returns the text with the outputs that its commands have now.
func (d *document) rerun(t *testing.T, text string) string {
	section, dir, done := -1, d.dir, 0
	var out strings.Builder
	for _, m := range fence.FindAllStringSubmatchIndex(text, -1) {
		if heading := strings.LastIndex(text[:m[0]], "\n##"); heading != section {
			section, dir = heading, d.dir
			d.clean(t)
		}
		language, body := text[m[2]:m[3]], text[m[4]:m[5]]
		first, rest, _ := strings.Cut(body, "\n")
		file, named := strings.CutPrefix(first, "# ")
		switch {
		case language == "yaml" && named && strings.HasSuffix(file, ".yaml"):
			if dir == d.dir {
				dir = t.TempDir()
			}
			full := filepath.Join(dir, file)
			require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
			require.NoError(t, os.WriteFile(full, []byte(rest), 0o644))
		case language == "console":
			out.WriteString(text[done:m[4]] + d.console(t, dir, body))
			done = m[5]
		case language == "sh":
			for _, command := range commands(t, body) {
				if _, code, ran := d.run(t, dir, command); ran {
					require.Equal(t, fails[command], code, command)
				}
			}
		}
	}
	return out.String() + text[done:]
}

var prompt = regexp.MustCompile(`(?m)^\$ (.*)\n`)

// console returns a block with the outputs that its commands have now.
func (d *document) console(t *testing.T, dir, body string) string {
	var out strings.Builder
	found := prompt.FindAllStringSubmatchIndex(body, -1)
	require.True(t, len(found) > 0 && found[0][0] == 0, "a console block begins with no command:\n%s", body)
	for i, m := range found {
		end := len(body)
		if i+1 < len(found) {
			end = found[i+1][0]
		}
		command := body[m[2]:m[3]]
		output, code, ran := d.run(t, dir, command)
		if !ran {
			output = body[m[1]:end]
		} else {
			require.Equal(t, codeOf(output), code, "%s\n%s", command, output)
		}
		out.WriteString(body[m[0]:m[1]] + output)
	}
	return out.String()
}

var (
	errorsFound = regexp.MustCompile(`\b[1-9]\d* (errors?|missing)\b|: would be protected: |\bexit status 1\b`)
	notAll      = regexp.MustCompile(`\b[1-9]\d* unread\b`)
)

// codeOf returns the exit code that goes with an output of kuniq.
func codeOf(output string) int {
	switch {
	case notAll.MatchString(output):
		return 3
	case errorsFound.MatchString(output):
		return 1
	}
	return 0
}

// run runs one command, unless it is listed. It returns all that the command
// prints, its exit code, and whether it ran.
func (d *document) run(t *testing.T, dir, command string) (output string, code int, ran bool) {
	t.Helper()
	if i := slices.IndexFunc(elsewhere, func(e exception) bool { return e.matches(d.page, command) }); i >= 0 {
		d.listed[elsewhere[i]] = true
		return "", 0, false
	}
	// The same program, without the time to link it and the line "exit status 1".
	out, code := d.shell(t, dir, strings.Replace(command, "go run ./plugin/cmd/kuniq ", "kuniq ", 1))
	return string(out), code, true
}

// commands cuts a block into commands: a line, or as many as the shell needs.
func commands(t *testing.T, body string) []string {
	t.Helper()
	var all []string
	command := ""
	for line := range strings.Lines(body) {
		command += line
		if strings.HasPrefix(command, "#") {
			command = ""
			continue
		}
		if exec.CommandContext(context.Background(), "sh", "-n", "-c", command).Run() == nil && !strings.HasSuffix(command, "\\\n") {
			all = append(all, strings.TrimSuffix(command, "\n"))
			command = ""
		}
	}
	require.Empty(t, command, "no complete command")
	return all
}

// printed returns all that a run of kuniq prints in a directory.
func printed(t *testing.T, dir string, args ...string) string {
	t.Helper()
	t.Chdir(dir)
	var both bytes.Buffer
	cli.Command{Stdin: strings.NewReader(""), Stdout: &both, Stderr: &both}.Main(context.Background(), args)
	return both.String()
}

// TestSplitExample splits the example again and compares every byte.
func TestSplitExample(t *testing.T) {
	example, err := filepath.Abs("../../../examples/split")
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "out")
	said := printed(t, example, "split", "-d", out, "rendered.yaml")
	require.DirExists(t, out, said)
	t.Chdir(example)
	require.Equal(t, filesIn(t, "expected"), filesIn(t, out))
}

func filesIn(t *testing.T, dir string) map[string]string {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	files := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		files[e.Name()] = string(data)
	}
	return files
}

package e2e

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the real outputs into the READMEs of the examples")

// runReadme runs the console blocks of a README of examples/, one after the
// other, in a copy of its directory, and compares what they print. A block is
// one line for a shell, "$ COMMAND", and its output. headings, if any are
// given, are those of the sections to run; the others need another tool.
func runReadme(t *testing.T, example string, env []string, headings ...string) {
	t.Helper()
	work := t.TempDir()
	workspace(t, work)
	env = append(env, "HOME="+work, "LC_ALL=C")
	path := filepath.Join(root(t), "examples", example, "README.md")
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	after := rerun(t, string(before), headings, func(line string) string {
		return shell(t, filepath.Join(work, "examples", example), env, line)
	})
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(after), 0o644))
		return
	}
	require.Equal(t, string(before), after, "the README shows another output (KUNIQ_E2E=1 go test ./plugin/internal/e2e -run %s -update)", t.Name())
}

var console = regexp.MustCompile("(?ms)^```console\n\\$ (.*?)\n(.*?)^```\n")

// rerun returns the document with the outputs that its commands have now.
func rerun(t *testing.T, document string, headings []string, run func(line string) string) string {
	t.Helper()
	var out strings.Builder
	ran, done := 0, 0
	for _, m := range console.FindAllStringSubmatchIndex(document, -1) {
		if !within(document[:m[0]], headings) {
			continue
		}
		ran++
		out.WriteString(document[done:m[4]] + run(document[m[2]:m[3]]))
		done = m[5]
	}
	require.NotZero(t, ran, "the document shows no output")
	return out.String() + document[done:]
}

// within says whether the last heading of a text is one of those that are
// wanted.
func within(text string, headings []string) bool {
	last := text[strings.LastIndex(text, "\n## ")+1:]
	for _, h := range headings {
		if strings.HasPrefix(last, "## "+h+"\n") {
			return true
		}
	}
	return len(headings) == 0
}

// shell runs one line and returns all that it prints, whatever its exit code.
func shell(t *testing.T, dir string, env []string, line string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err, line)
	}
	require.NoError(t, ctx.Err(), line)
	if len(out) > 0 && out[len(out)-1] != '\n' {
		out = append(out, '\n')
	}
	return steady(string(out), filepath.Dir(filepath.Dir(dir)))
}

var took = regexp.MustCompile(`in [0-9.]+(ms|s)\b`)

// steady replaces what differs between two runs: kpt prints times, and tools
// print where they are.
func steady(text, work string) string {
	text = strings.ReplaceAll(text, filepath.Join(scratch, "bin"), "/usr/local/bin")
	return took.ReplaceAllString(strings.ReplaceAll(text, work, "..."), "in 0s")
}

func TestKustomizeReadme(t *testing.T) {
	asked(t)
	runReadme(t, "kustomize", []string{"PATH=" + pathOf(t, kustomize)})
}

// Package examples holds programs that use kuniq, and inputs to try it on.
package examples

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/internal/assertion"
)

// outside makes a module that is not part of this repository of the program in a
// directory here, builds it, and returns the program.
func outside(t *testing.T, dir string) string {
	t.Helper()
	modules := goTool(t, ".", "list", "-m", "-f", "{{if .Main}}{{.Path}}={{.Dir}}{{end}}", "all")
	at := t.TempDir()
	goTool(t, at, "mod", "init", "example.com/outside")
	for _, module := range strings.Fields(modules) {
		name, _, _ := strings.Cut(module, "=")
		goTool(t, at, "mod", "edit", "-replace", module, "-require", name+"@v0.0.0")
		if sum, err := os.ReadFile(filepath.Join(strings.TrimPrefix(module, name+"="), "go.sum")); err == nil {
			file, err := os.OpenFile(filepath.Join(at, "go.sum"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
			require.NoError(t, err)
			_, err = file.Write(sum)
			require.NoError(t, err)
			require.NoError(t, file.Close())
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "main.go"))
	require.NoError(t, err)
	assert.LessOrEqual(t, strings.Count(string(text[strings.Index(string(text), "func main"):]), "\n"), 15)
	require.NoError(t, os.WriteFile(filepath.Join(at, "main.go"), text, 0o644))
	goTool(t, at, "build", "-mod=mod", "-o", "program", ".")
	return filepath.Join(at, "program")
}

func goTool(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	if dir != "." {
		cmd.Env = append(os.Environ(), "GOWORK=off")
	}
	out, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); ok {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, exit.Stderr)
	}
	require.NoError(t, err)
	return string(out)
}

// A Go program finds what the command finds.
func TestLongGate(t *testing.T) {
	assertion.Long(t)
	program := outside(t, "gate")
	command := filepath.Join(t.TempDir(), "kuniq")
	goTool(t, ".", "build", "-o", command, "../plugin/cmd/kuniq")
	for _, dir := range []string{"gitops/collisions", "gitops/repository"} {
		got, err := exec.Command(program, dir).Output()
		var failed *exec.ExitError
		require.ErrorAs(t, err, &failed)
		assert.Equal(t, 1, failed.ExitCode())
		out, _ := exec.Command(command, "check", "-o", "json", dir).Output()
		var report struct {
			Diagnostics []struct{ Severity, Message string }
			Unread      []struct{ File, Reason string }
		}
		require.NoError(t, json.Unmarshal(out, &report))
		var want strings.Builder
		for _, d := range report.Diagnostics {
			fmt.Fprintln(&want, d.Severity, d.Message)
		}
		for _, u := range report.Unread {
			fmt.Fprintf(&want, "unread %s: %s\n", u.File, u.Reason)
		}
		assert.NotEmpty(t, want.String())
		assert.Equal(t, want.String(), string(got))
	}
}

// A Go program sees the impact that the command sees.
func TestLongImpact(t *testing.T) {
	assertion.Long(t)
	program := outside(t, "impact")
	command := filepath.Join(t.TempDir(), "kuniq")
	goTool(t, ".", "build", "-o", command, "../plugin/cmd/kuniq")
	dir := t.TempDir()
	git := func(args ...string) {
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	git("init", "-q")
	for _, from := range []string{"argocd/base", "argocd/head"} {
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "env")))
		require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
		git("add", "-A")
		git("commit", "-q", "-m", from)
	}
	got, err := exec.Command(program, dir, "HEAD~1", "HEAD").Output()
	require.NoError(t, err)
	out, _ := exec.Command(command, "argocd", "impact", "--base", "HEAD~1", "--max-prune", "100%", "-o", "json", dir).Output()
	var report struct {
		Headline  string
		Deployers []struct {
			Findings []struct{ Severity, Message string }
		}
	}
	require.NoError(t, json.Unmarshal(out, &report))
	want := report.Headline + "\n"
	for _, change := range report.Deployers {
		for _, f := range change.Findings {
			want += f.Severity + " " + f.Message + "\n"
		}
	}
	assert.Contains(t, want, "would be pruned")
	assert.Equal(t, want, string(got))
}

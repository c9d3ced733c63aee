//go:build unix

package cli

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// started is kuniq as a process of its own.
type started struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
}

func command(args ...string) *started {
	s := &started{Cmd: exec.Command("kuniq", args...)}
	s.Stdout, s.Stderr = &s.stdout, &s.stderr
	return s
}

// code waits for the process and returns its exit code, or -1 if it died of a
// signal.
func (s *started) code(t *testing.T) int {
	t.Helper()
	if err := s.Wait(); err != nil {
		require.ErrorAs(t, err, new(*exec.ExitError))
	}
	return s.ProcessState.ExitCode()
}

// pipe returns a pipe whose ends are closed after the test.
func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { r.Close(); w.Close() })
	return r, w
}

func TestSignals(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		r, w := pipe(t)
		kuniq := command("check", "-")
		kuniq.Stdin = r
		require.NoError(t, kuniq.Start())
		// More than a pipe holds: when this returns, kuniq is reading.
		_, err := w.WriteString(strings.Repeat(twoOfOne, 1<<20/len(twoOfOne)))
		require.NoError(t, err)
		require.NoError(t, kuniq.Process.Signal(signal))
		assert.Equal(t, exitNoWork, kuniq.code(t))
		assert.Empty(t, kuniq.stdout.String())
		assert.Equal(t, "kuniq: interrupted\n", kuniq.stderr.String())
	}
}

// TestOutputWithoutReader: kuniq does not die of a signal, it says so.
func TestOutputWithoutReader(t *testing.T) {
	r, w := pipe(t)
	r.Close()
	kuniq := command("check", "-")
	kuniq.Stdin, kuniq.Stdout = strings.NewReader(twoOfOne), w
	require.NoError(t, kuniq.Start())
	assert.Equal(t, exitNoWork, kuniq.code(t))
	assert.Equal(t, "kuniq: the output could not be written: broken pipe\n", kuniq.stderr.String())
}

// TestProcessSubstitution: <(command) is a path below /dev/fd.
func TestProcessSubstitution(t *testing.T) {
	if _, err := os.Stat("/dev/fd"); err != nil {
		t.Skip("no /dev/fd")
	}
	r, w := pipe(t)
	kuniq := command("check", "-o", "oneline", "/dev/fd/3", "-")
	kuniq.ExtraFiles = []*os.File{r}
	kuniq.Stdin = strings.NewReader("{apiVersion: v1, kind: Namespace, metadata: {name: a}, spec: {}}")
	require.NoError(t, kuniq.Start())
	_, err := w.WriteString("{apiVersion: v1, kind: Namespace, metadata: {name: a}}")
	require.NoError(t, err)
	require.NoError(t, w.Close())
	assert.Equal(t, exitFindings, kuniq.code(t))
	assert.Contains(t, kuniq.stdout.String(), "-:1:52: error: Namespace a is declared twice; the declarations differ at spec; first declared at /dev/fd/3:1:52")
}

// TestPipesAreNotOpened: a named pipe without a writer would never end.
func TestPipesAreNotOpened(t *testing.T) {
	tree(t, map[string]string{"d/ok.yaml": "{apiVersion: v1, kind: Namespace, metadata: {name: a}}"})
	require.NoError(t, syscall.Mkfifo("d/pipe.yaml", 0o666))
	require.NoError(t, syscall.Mkfifo("d/pipe", 0o666))
	got := run(t, "", "check", "-o", "oneline", "d")
	assert.Equal(t, exitNoWork, got.code)
	assert.Equal(t, "d/pipe.yaml: unread: not a regular file\n1 file, 1 object, 1 unread\n", got.stdout)
	got = run(t, "", "check", "-o", "oneline", "d/pipe", "d/ok.yaml")
	assert.Equal(t, exitNoWork, got.code)
	assert.Equal(t, "d/pipe: unread: not a regular file\n1 file, 1 object, 1 unread\n", got.stdout)

	require.NoError(t, os.Remove("d/pipe.yaml"))
	got = run(t, "", "check", "d")
	assert.Equal(t, exitClean, got.code, "other files do not matter")
}

// TestPipesThatAreNamedAreNotOpened: no command opens a named pipe to which a deployer, a
// target or a flag refers, as a file, as a directory, or as a part of a path.
func TestPipesThatAreNamedAreNotOpened(t *testing.T) {
	const application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: %s, namespace: argocd}\nspec:\n" +
		"  source: {repoURL: https://git.example.com/x, path: %s}\n  destination: {server: https://kubernetes.default.svc, namespace: a}\n---\n"
	const flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: %s, namespace: flux-system}\n" +
		"spec: {path: %s, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}\n---\n"
	var deployers strings.Builder
	for i, at := range []string{"pipe.yaml", "pipe.yaml/deep", "kustomized", "chart", "program"} {
		fmt.Fprintf(&deployers, application+flux, fmt.Sprint("a", i), at, fmt.Sprint("f", i), at)
	}
	files := map[string]string{
		"apps.yaml":                  deployers.String(),
		"named/kustomization.yaml":   "resources: [../pipe.yaml, ../pipe.yaml/deep, ../kustomized]\n",
		"chart/Chart.yaml":           "apiVersion: v2\nname: a\nversion: 0.1.0\n",
		"program/main.jsonnet":       `import "pipe.libsonnet"`,
		"kustomized/.keep":           "",
		"chart/templates/.keep":      "",
		"helm/kustomization.yaml":    "helmCharts: [{name: a, releaseName: a}]\nhelmGlobals: {chartHome: ../pipe.yaml}\n",
		"generate/kustomization.yml": "configMapGenerator: [{name: a, files: [../pipe.yaml], envs: [pipe.env]}]\n",
	}
	tree(t, files)
	before, err := os.Getwd()
	require.NoError(t, err)
	tree(t, files)
	for _, pipe := range []string{
		"pipe.yaml", "kustomized/kustomization.yaml", "chart/values.yaml", "chart/templates/a.yaml", "program/pipe.libsonnet",
		"generate/pipe.env", ".gitmodules", ".gitlab-ci.yml",
	} {
		require.NoError(t, syscall.Mkfifo(pipe, 0o666))
	}
	for _, args := range []string{
		"check .", "check named", "check chart", "check program/main.jsonnet", "list .", "argocd check .", "flux check .", "argocd guard .",
		"argocd impact --base " + before + " --head . .", "flux impact --base . --head " + before + " .", "argocd protect .", "init",
		"argocd check --repo https://git.example.com/y=pipe.yaml .", "check --vendor pipe.yaml .", "check --jpath pipe.yaml .",
	} {
		got := run(t, "", strings.Fields(args)...)
		assert.Equal(t, exitNoWork, got.code, "%s: %s %s", args, got.stdout, got.stderr)
	}
	assert.Equal(t, exitClean, run(t, "", "vendor").code)
}

func TestDevicesAreNotRead(t *testing.T) {
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip("no /dev/zero")
	}
	tree(t, nil)
	require.NoError(t, os.Mkdir("d", 0o777))
	require.NoError(t, os.Symlink("/dev/zero", "d/zero.yaml"))
	got := run(t, "", "check", "/dev/zero", "d/zero.yaml", "d")
	assert.Equal(t, exitNoWork, got.code)
	assert.Contains(t, got.stdout, "/dev/zero: unread: not a regular file\n")
	assert.Contains(t, got.stdout, "d/zero.yaml: unread: ")
}

func TestUnreadableFile(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	tree(t, map[string]string{"d/a.yaml": twoOfOne, "d/sub/b.yaml": "", "d/closed.yaml": twoOfOne})
	require.NoError(t, os.Chmod("d/closed.yaml", 0))
	require.NoError(t, os.Chmod("d/sub", 0))
	t.Cleanup(func() { _ = os.Chmod("d/sub", 0o777) })
	got := run(t, "", "check", "-o", "oneline", "d", "d/closed.yaml")
	assert.Equal(t, exitNoWork, got.code)
	assert.Contains(t, got.stdout, "\nd/closed.yaml: unread: permission denied\nd/sub: unread: permission denied\n")
	assert.Contains(t, got.stdout, "1 file, 2 objects, 1 error, ")
}

// TestLinks: a link is followed to a file in the same directory tree, and never
// in circles or out of it.
func TestLinks(t *testing.T) {
	tree(t, map[string]string{
		"d/a.yaml":       "{apiVersion: v1, kind: Namespace, metadata: {name: a}}",
		"d/sub/b.yaml":   "{apiVersion: v1, kind: Namespace, metadata: {name: b}}",
		"outside/c.yaml": "{apiVersion: v1, kind: Namespace, metadata: {name: c}}",
	})
	link := func(to, from string) { require.NoError(t, os.Symlink(to, from)) }

	link("..", "d/sub/loop")
	link("sub/b.yaml", "d/again.yaml")
	got := run(t, "", "check", "-o", "oneline", "d")
	assert.Equal(t, exitClean, got.code)
	assert.Equal(t, "2 files, 2 objects, no duplicates, 1 skipped; left out: d/sub/loop (1 file)\n", got.stdout)

	link("../outside/c.yaml", "d/out.yaml")
	link("../outside", "d/outdir")
	link("circle.yaml", "d/circle.yaml")
	link("/proc/self/environ", "d/proc.yaml")
	link("missing", "d/missing.yaml")
	got = run(t, "", "check", "-o", "oneline", "d")
	assert.Equal(t, exitNoWork, got.code)
	for _, line := range []string{
		"d/out.yaml: unread: a link that leaves the directory",
		"d/proc.yaml: unread: a link that leaves the directory",
		"d/outdir: unread: a link that leaves the directory",
		"d/circle.yaml: unread: a link that cannot be followed",
		"d/missing.yaml: unread: a link that cannot be followed",
		"2 files, 2 objects, 5 unread, 1 skipped; left out: d/sub/loop (1 file)\n",
	} {
		assert.Contains(t, got.stdout, line)
	}

	// An argument may be a link.
	got = run(t, "", "check", "d/out.yaml")
	assert.Equal(t, exitClean, got.code)
}

// TestLinkToTheEnvironment: a pull request may bring a link whose name CI passes
// on. Nothing of what it leads to is printed.
func TestLinkToTheEnvironment(t *testing.T) {
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		t.Skip("no /proc")
	}
	tree(t, nil)
	require.NoError(t, os.Symlink("/proc/self/environ", "a.yaml"))
	for _, variable := range []string{"A=hunter2", "A=hunter2: b: c", "A: *hunter2", "kind: hunter2\napiVersion: *hunter2"} {
		for _, file := range []string{"a.yaml", "/proc/self/environ", "/proc/self/cmdline"} {
			kuniq := command("check", "-o", "json", filepath.FromSlash(file))
			kuniq.Env = []string{variable}
			require.NoError(t, kuniq.Start())
			assert.Equal(t, exitNoWork, kuniq.code(t))
			assert.NotContains(t, kuniq.stdout.String()+kuniq.stderr.String(), "hunter2")
		}
	}
}

package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

const howToRun = "runs real tools: KUNIQ_E2E=1 go test ./plugin/internal/e2e -count=1 -timeout 25m"

// tool is a program at the version that the facts were measured with.
type tool struct{ name, pkg, version string }

// replaces are the tools whose modules have replace directives, for which
// "go install" refuses them. They are built from a module that requires them.
var replaces = []tool{tanka}

var (
	kustomize = tool{"kustomize", "sigs.k8s.io/kustomize/kustomize/v5", "v5.8.2"}
	helm3     = tool{"helm", "helm.sh/helm/v3/cmd/helm", "v3.22.0"}
	helm4     = tool{"helm", "helm.sh/helm/v4/cmd/helm", "v4.3.1"}
	jsonnet20 = tool{"jsonnet", "github.com/google/go-jsonnet/cmd/jsonnet", "v0.20.0"} // the one that kubecfg and Tanka have built in
	jsonnet22 = tool{"jsonnet", "github.com/google/go-jsonnet/cmd/jsonnet", "v0.22.0"}
	tanka     = tool{"tk", "github.com/grafana/tanka/cmd/tk", "v0.28.0"}
)

// scratch is removed when all tests are done.
var scratch string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if scratch, err = os.MkdirTemp("", "kuniq-e2e"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(scratch)
		return m.Run()
	}())
}

// asked skips a test unless the environment asks for it.
func asked(t *testing.T) {
	t.Helper()
	if os.Getenv("KUNIQ_E2E") != "1" {
		t.Skip(howToRun)
	}
}

// install returns the directory of a tool, in which it puts the tool once for
// all runs. It shares the place with the gates of .ci/run.
func (x tool) install(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(goPath(t), "kuniq-ci", x.name+"-"+x.version)
	if _, err := os.Stat(filepath.Join(dir, x.name)); err == nil {
		return dir
	}
	t.Logf("installing %s %s", x.name, x.version)
	if slices.Contains(replaces, x) {
		module := t.TempDir()
		golang(t, module, nil, "mod", "init", "tools")
		golang(t, module, nil, "get", x.pkg+"@"+x.version)
		golang(t, module, nil, "build", "-o", filepath.Join(dir, x.name), x.pkg)
		return dir
	}
	golang(t, "", []string{"GOBIN=" + dir}, "install", x.pkg+"@"+x.version)
	return dir
}

var goPath = func() func(t *testing.T) string {
	once := sync.OnceValues(func() (string, error) {
		out, err := exec.Command("go", "env", "GOPATH").Output()
		return strings.TrimSpace(string(out)), err
	})
	return func(t *testing.T) string {
		path, err := once()
		require.NoError(t, err)
		return filepath.SplitList(path)[0]
	}
}()

// buildFlags are those of the published binaries; the Dockerfile names them,
// too.
var buildFlags = []string{"-trimpath", "-ldflags=-s -w"}

var kuniqOnce sync.Once

// buildKuniq returns the directory of the command built from this tree.
func buildKuniq(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(scratch, "bin")
	kuniqOnce.Do(func() {
		args := append([]string{"build", "-o", dir + string(filepath.Separator)}, buildFlags...)
		golang(t, root(t), nil, append(args, "./plugin/cmd/kuniq")...)
	})
	require.FileExists(t, filepath.Join(dir, "kuniq"))
	return dir
}

// golang runs the go command without cgo, so that what it builds is static.
func golang(t *testing.T, dir string, env []string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS="), env...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// root is the root of the repository.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", ".."))
	require.NoError(t, err)
	return dir
}

// pathOf puts kuniq and the tools in front of the PATH.
func pathOf(t *testing.T, tools ...tool) string {
	t.Helper()
	dirs := []string{buildKuniq(t)}
	for _, x := range tools {
		dirs = append(dirs, x.install(t))
	}
	return strings.Join(append(dirs, os.Getenv("PATH")), string(filepath.ListSeparator))
}

// workspace copies what a user has of this repository into a directory: the
// examples, the Helm plugin and the jsonnet library.
func workspace(t *testing.T, dir string) {
	t.Helper()
	for _, part := range []string{"examples", "plugin/helm", "plugin/jsonnethook"} {
		from := filepath.Join(root(t), part)
		if _, err := os.Stat(from); err == nil {
			require.NoError(t, os.CopyFS(filepath.Join(dir, part), os.DirFS(from)))
		}
	}
}

// scripts runs testdata/DIR with kuniq and some tools in the PATH.
func scripts(t *testing.T, dir string, tools ...tool) {
	t.Helper()
	asked(t)
	path := pathOf(t, tools...)
	testscript.Run(t, testscript.Params{
		Dir:  filepath.Join("testdata", dir),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
		Setup: func(env *testscript.Env) error {
			workspace(t, env.WorkDir)
			env.Setenv("PATH", path)
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
	})
}

// exits is the script command "exits CODE PROGRAM ARG...".
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

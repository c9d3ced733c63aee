package archtest

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMain runs no test with GOWORK=off: they look at all modules.
func TestMain(m *testing.M) {
	if os.Getenv("GOWORK") != "off" {
		os.Exit(m.Run())
	}
}

// needsProxy skips a test that asks the module proxy and takes minutes.
func needsProxy(t *testing.T) {
	t.Helper()
	if os.Getenv("KUNIQ_MODULES") == "" {
		t.Skip("KUNIQ_MODULES=1 builds every module alone, at its lowest versions")
	}
}

// golang runs the go command, outside of go.work, and returns what it prints.
func golang(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOWORK=off", "GOFLAGS="), env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "%s: %v go %v: %s%s", dir, env, args, out, &stderr)
	return string(out)
}

// workspace is what go.work says.
type workspace struct {
	Use     []struct{ DiskPath string }
	Replace []struct {
		Old struct{ Path, Version string }
		New struct{ Path string }
	}
}

func readWorkspace(t *testing.T) (w workspace, root string) {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal([]byte(golang(t, root, nil, "work", "edit", "-json", "go.work")), &w))
	return w, root
}

// replaceSiblings has a go.mod take the modules of this repository, none of which
// needs to be published, from where they are.
func replaceSiblings(t *testing.T, file string) {
	t.Helper()
	w, root := readWorkspace(t)
	args := []string{"mod", "edit"}
	for _, r := range w.Replace {
		args = append(args, fmt.Sprintf("-replace=%s@%s=%s", r.Old.Path, r.Old.Version, filepath.Join(root, r.New.Path)))
	}
	golang(t, root, nil, append(args, file)...)
}

// alone returns the flag for a copy of the go.mod of a module with which it can be
// built outside of go.work: with the versions that it states itself.
func alone(t *testing.T, dir string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "go.mod")
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if name == "go.mod" || !os.IsNotExist(err) {
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(file), name), data, 0o600))
		}
	}
	replaceSiblings(t, file)
	return "-modfile=" + file
}

// toolchain is the one that a go.mod states: for a library the lowest that works.
func toolchain(t *testing.T, dir string) string {
	t.Helper()
	return "GOTOOLCHAIN=go" + strings.TrimSpace(golang(t, dir, nil, "list", "-m", "-f", "{{.GoVersion}}"))
}

// TestTidy: every go.mod has what its module needs, and nothing else.
func TestTidy(t *testing.T) {
	needsProxy(t)
	w, root := readWorkspace(t)
	for _, use := range w.Use {
		dir := filepath.Join(root, use.DiskPath)
		golang(t, dir, nil, "mod", "tidy", "-diff", alone(t, dir))
	}
}

// TestLowestVersions builds and tests the libraries with exactly the versions and
// the toolchain in their go.mod, and for 32 bits and WebAssembly, too.
func TestLowestVersions(t *testing.T) {
	needsProxy(t)
	_, root := readWorkspace(t)
	for _, library := range libraries {
		dir := filepath.Join(root, library)
		modfile, lowest := alone(t, dir), toolchain(t, dir)
		for _, env := range [][]string{{}, {"GOARCH=386"}, {"GOOS=wasip1", "GOARCH=wasm"}} {
			golang(t, dir, append(env, lowest), "vet", modfile, "./...")
		}
		golang(t, dir, []string{lowest}, "test", modfile, "./...")
		if library == "dupcheck" {
			golang(t, dir, []string{lowest, "GOARCH=386"}, "test", "-short", modfile, "./...")
		}
	}
}

// TestWebAssembly runs the tests of dupcheck as WebAssembly. Those that are left out
// expect links out of the tree, which the runtime refuses, or errors in the words of
// Unix.
func TestWebAssembly(t *testing.T) {
	needsProxy(t)
	_, root := readWorkspace(t)
	programs := t.TempDir()
	golang(t, root, []string{"GOBIN=" + programs}, "install", "github.com/tetratelabs/wazero/cmd/wazero@v1.9.0")
	wazero := filepath.Join(programs, "wazero") + " run -mount /:/ -env-inherit -cachedir " + filepath.Join(programs, "cache")
	dir := filepath.Join(root, "dupcheck")
	golang(t, dir, []string{"GOOS=wasip1", "GOARCH=wasm"}, "test", "-short", "-vet=off", "-exec="+wazero,
		"-skip=^(TestTreeOrder|TestTreeLinks|TestChanged|TestBytes)$", alone(t, dir), "./...")
}

// TestBuildLists: how many modules a program gets that imports kuniq.
func TestBuildLists(t *testing.T) {
	needsProxy(t)
	for most, imports := range map[int][]string{
		12: {"dupcheck", "dupcheck/manifest", "dupcheck/report"},
		25: {"plugin/jsonnethook", "plugin/jsonnethook/gojsonnet"},
	} {
		dir := t.TempDir()
		source := "package outside\n\n"
		for _, pkg := range imports {
			source += fmt.Sprintf("import _ %q\n", module+"/"+pkg)
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, "outside.go"), []byte(source), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/outside\n\ngo 1.24.0\n"), 0o600))
		replaceSiblings(t, filepath.Join(dir, "go.mod"))
		all := buildList(t, dir)
		t.Logf("%v: %d modules", imports, len(all))
		assert.LessOrEqual(t, len(all), most, "%v", all)
	}
}

// buildList tidies a module and returns the versions of all modules.
func buildList(t *testing.T, dir string) map[string]string {
	t.Helper()
	lowest := []string{toolchain(t, dir)}
	golang(t, dir, lowest, "mod", "tidy")
	all := map[string]string{}
	for line := range strings.Lines(golang(t, dir, lowest, "list", "-m", "-f", "{{.Path}} {{.Version}}", "all")) {
		path, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		all[path] = version
	}
	return all
}

// TestHost: a program of an older Kubernetes release imports kuniq, and no version
// that it has gets another one.
func TestHost(t *testing.T) {
	needsProxy(t)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/host")))
	before, lowest := buildList(t, dir), toolchain(t, dir)
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/hooks")))
	replaceSiblings(t, filepath.Join(dir, "go.mod"))
	after := buildList(t, dir)
	var more []string
	for path, version := range after {
		if old, ok := before[path]; ok {
			assert.Equal(t, old, version, path)
		} else {
			more = append(more, path)
		}
	}
	slices.Sort(more)
	assert.Equal(t, []string{
		module + "/dupcheck", module + "/internal", module + "/plugin/jsonnethook", module + "/split", "go.yaml.in/yaml/v3",
	}, more)
	assert.Len(t, after, len(before)+len(more))
	assert.Equal(t, lowest, toolchain(t, dir))
	golang(t, dir, []string{lowest}, "test", "./...")
}

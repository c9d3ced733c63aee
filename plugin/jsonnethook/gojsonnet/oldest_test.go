package gojsonnet_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// oldest is the version of go-jsonnet that kubecfg pins (kubecfg v0.36.0,
// go.mod). Who uses this package there must not be made to change it.
const oldest = "github.com/google/go-jsonnet@v0.20.0"

// TestOldestVersion compiles this package with the oldest version of go-jsonnet
// and runs all its other tests.
func TestOldestVersion(t *testing.T) {
	if testing.Short() {
		t.Skip("asks the Go proxy for " + oldest)
	}
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	modFile := filepath.Join(dir, "go.mod")
	run := func(args ...string) string {
		cmd := exec.Command("go", args...)
		cmd.Dir = root
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "go %v: %s", args, out)
		return string(out)
	}
	run("mod", "edit", "-require="+oldest, modFile)
	const flags = "-mod=mod"
	require.Equal(t, "v0.20.0\n", run("list", flags, "-modfile="+modFile, "-m", "-f", "{{.Version}}", "github.com/google/go-jsonnet"))
	run("test", flags, "-modfile="+modFile, "-short", "-count=1", "./plugin/jsonnethook/...")
}

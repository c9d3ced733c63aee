package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPreCommit runs both hooks with the real pre-commit, from a clone of this repository
// as it was committed last.
func TestPreCommit(t *testing.T) {
	asked(t)
	if _, err := exec.LookPath("pre-commit"); err != nil {
		t.Log("installing pre-commit")
		out, err := exec.Command("sh", "-c", "apt-get update && apt-get install -y pre-commit").CombinedOutput()
		require.NoError(t, err, "THERE IS NO pre-commit, and apt-get cannot install it, so that the hooks were not run: %s", out)
	}
	hooks := filepath.Join(t.TempDir(), "kuniq")
	mustRun(t, root(t), os.Getenv("PATH"), "git", "clone", "-q", ".", hooks)
	rev := strings.TrimSpace(mustRun(t, hooks, os.Getenv("PATH"), "git", "rev-parse", "HEAD"))
	// The hook of the source builds kuniq with the modules that are here already.
	for _, cache := range []string{"GOMODCACHE", "GOCACHE"} {
		dir, err := exec.Command("go", "env", cache).Output()
		require.NoError(t, err)
		t.Setenv(cache, strings.TrimSpace(string(dir)))
	}
	t.Setenv("PRE_COMMIT_HOME", t.TempDir())

	const object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n"
	for id, path := range map[string]string{"kuniq-system": pathOf(t), "kuniq": os.Getenv("PATH")} {
		t.Run(id, func(t *testing.T) {
			t.Setenv("PATH", path)
			dir := t.TempDir()
			write(t, dir, "a.yaml", object)
			write(t, dir, "deploy/b.yaml", object)
			write(t, dir, "readme.md", "")
			write(t, dir, ".pre-commit-config.yaml", "repos:\n- repo: "+hooks+"\n  rev: "+rev+"\n  hooks: [{id: "+id+"}]\n")
			mustRun(t, dir, path, "git", "init", "-q")
			mustRun(t, dir, path, "git", "add", ".")
			mustRun(t, dir, path, "pre-commit", "install-hooks")
			run := func(files ...string) (string, error) {
				return command(t, dir, "pre-commit", append([]string{"run", "--verbose", "--files"}, files...)...)
			}
			out, err := run("a.yaml")
			require.Error(t, err, out)
			assert.Contains(t, out, "deploy/b.yaml:4:9: error: ConfigMap web is declared twice", "the other half is in no file of the commit")
			out, err = run("readme.md")
			require.NoError(t, err, out)
			assert.Contains(t, out, "no files to check")
			require.NoError(t, os.Remove(filepath.Join(dir, "deploy", "b.yaml")))
			out, err = run("a.yaml")
			require.NoError(t, err, out)
			assert.Contains(t, out, "no duplicates")
		})
	}
}

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestKustomize runs testdata/kustomize: what kustomize itself misses or dies
// of, and the traps of its functions.
func TestKustomize(t *testing.T) { scripts(t, "kustomize", kustomize) }

// unique is a configuration of the function for a transformer.
const unique = `apiVersion: kuniq.dev/v1alpha1
kind: UniqueObjects
metadata:
  name: unique
  annotations:
    config.kubernetes.io/function: |
      exec:
        path: kuniq
`

// TestPassThrough builds kustomizations with and without the function as a
// transformer and compares every byte. Only transformerAnnotations, whose very
// purpose it is, may show it.
func TestPassThrough(t *testing.T) {
	asked(t)
	t.Setenv("PATH", pathOf(t, kustomize))
	for _, app := range []struct{ from, top string }{
		{filepath.Join(root(t), "examples", "kustomize"), "staging"},
		{filepath.Join("testdata", "passthrough", "operator"), "."},
		{filepath.Join("testdata", "passthrough", "odd"), "."},
	} {
		for _, metadata := range []string{"", "[originAnnotations]", "[managedByLabel, originAnnotations]", "[any]"} {
			t.Run(filepath.Base(app.from)+metadata, func(t *testing.T) {
				plain, _ := build(t, app.from, app.top, metadata, "")
				require.Greater(t, strings.Count(plain, "\nkind: "), 1)
				checked, said := build(t, app.from, app.top, metadata, "transformers: [unique.yaml]\n")
				require.Regexp(t, `^kuniq: \d+ objects, no duplicates.*\n$`, said)
				require.Equal(t, plain, checked)
			})
		}
	}
}

// build builds a copy of a kustomization to whose file lines were added.
func build(t *testing.T, from, top, metadata, lines string) (stdout, stderr string) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
	dir = filepath.Join(dir, top)
	file := filepath.Join(dir, "kustomization.yaml")
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	if metadata != "" {
		lines += "buildMetadata: " + metadata + "\n"
	}
	require.NoError(t, os.WriteFile(file, append(data, lines...), 0o644))
	write(t, dir, "unique.yaml", unique)
	cmd := exec.Command("kustomize", "build", "--enable-alpha-plugins", "--enable-exec", dir)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Run(), errs.String())
	return out.String(), errs.String()
}

package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/kuniq/kuniq/internal/assertion"
)

// TestSoundness: no gate is green by accident, nor red without reason. Each case is
// a tree with the command that is run in it, what has to come of it (finding is
// exit code 1, unread 3, red either of them, quiet 0), and what the output has to
// say, or must never say. It runs every fifth of them.
func TestSoundness(t *testing.T) { soundnessCases(t, 5) }

// TestLongSoundness runs them all.
func TestLongSoundness(t *testing.T) {
	assertion.Long(t)
	soundnessCases(t, 1)
}

func soundnessCases(t *testing.T, every int) {
	t.Helper()
	files, err := filepath.Glob("testdata/soundness/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for i, file := range files {
		if i%every > 0 {
			continue
		}
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Chdir(t.TempDir())
			for _, f := range archive.Files {
				require.NoError(t, os.MkdirAll(filepath.Dir(f.Name), 0o777))
				require.NoError(t, os.WriteFile(f.Name, f.Data, 0o666))
			}
			soundness(t, string(archive.Comment))
		})
	}
}

// soundness runs what the lines of a case say.
func soundness(t *testing.T, lines string) {
	t.Helper()
	var got result
	helm := ""
	for line := range strings.Lines(lines) {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		out := got.stdout + got.stderr
		switch verb {
		case "#":
		case "helm": // is needed, and given as HELM
			helm = realHelm(t)
		case "kuniq":
			words, err := shellWords(strings.ReplaceAll(rest, "HELM", helm))
			require.NoError(t, err)
			got = run(t, "", words...)
		case "want":
			codes := map[string][]int{"finding": {1}, "unread": {3}, "red": {1, 3}, "quiet": {0}}[rest]
			assert.Contains(t, codes, got.code, out)
		case "say":
			assert.Contains(t, out, rest)
		case "never":
			assert.NotContains(t, out, rest)
		default:
			t.Fatalf("the case says %q", verb)
		}
	}
}

// realHelm is the helm command of $HELM, or else the one that is found.
func realHelm(t *testing.T) string {
	t.Helper()
	helm := os.Getenv("HELM")
	if helm == "" {
		helm, _ = exec.LookPath("helm") // it is looked at below
	}
	if helm == "" {
		t.Skip("there is no helm command")
	}
	return helm
}

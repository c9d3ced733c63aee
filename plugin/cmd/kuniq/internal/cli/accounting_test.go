package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/kuniq/kuniq/internal/assertion"
)

// filesBelow are all files below the working directory but git's own.
func filesBelow(t *testing.T) (all []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.Name() == ".git" && e.IsDir():
			return fs.SkipDir
		case e.Name() != ".git" && !e.IsDir():
			all = append(all, filepath.ToSlash(name))
		}
		return nil
	}))
	return all
}

// statesOf are the states of all files that a check of the working directory
// meets.
func statesOf(t *testing.T, args ...string) map[string]string {
	t.Helper()
	got := run(t, "", append([]string{"check", "-o", "json", "--files", "."}, args...)...)
	require.Contains(t, []int{exitClean, exitFindings, exitNoWork}, got.code, got.stderr)
	r := decodeContract(t, got.stdout)
	states := map[string]string{}
	for _, s := range r.FileStates {
		require.NotContains(t, states, s.File, "one state")
		states[s.File] = s.State
	}
	require.Len(t, r.FileStates, r.Accounting.Files, "the numbers add up to the files")
	return states
}

// TestLongEveryFileIsAccountedFor: on every fixture of the project each file is in
// one state, and the states add up to the files that are there.
func TestLongEveryFileIsAccountedFor(t *testing.T) {
	assertion.Long(t)
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	require.NoError(t, err)
	examples, err := filepath.Abs("../../../../../examples")
	require.NoError(t, err)
	trees := map[string]func(t *testing.T){
		"examples": func(t *testing.T) { t.Chdir(t.TempDir()); require.NoError(t, os.CopyFS(".", os.DirFS(examples))) },
	}
	for _, script := range scripts {
		archive, err := txtar.ParseFile(script)
		require.NoError(t, err)
		trees[strings.TrimSuffix(filepath.Base(script), ".txtar")] = func(t *testing.T) {
			t.Chdir(t.TempDir())
			for _, f := range archive.Files {
				if f.Name == "kuniq.yaml" {
					f.Name = "policy.yaml"
				}
				require.NoError(t, os.MkdirAll(filepath.Dir(f.Name), 0o777))
				require.NoError(t, os.WriteFile(f.Name, f.Data, 0o666))
			}
		}
	}
	for name, make := range trees {
		t.Run(name, func(t *testing.T) {
			make(t)
			all := filesBelow(t)
			for _, flags := range [][]string{nil, {"--strict"}, {"--plain"}, {"--skip", "base"}, {"--allow-unresolved", "**"}} {
				states := statesOf(t, flags...)
				for _, file := range all {
					assert.Contains(t, states, file, "%v", flags)
				}
				for file, state := range states {
					if _, err := os.Lstat(file); err == nil && state != "unread" {
						assert.Contains(t, all, file, "%v: %s", flags, state)
					}
				}
			}
		})
	}
}

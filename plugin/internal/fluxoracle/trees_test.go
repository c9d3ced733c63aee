package fluxoracle

import (
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// testdata is that of the module of Flux.
func testdata(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/fluxcd/pkg/kustomize").Output()
	require.NoError(t, err)
	return filepath.Join(strings.TrimSpace(string(out)), "testdata")
}

// mostBelow is how many manifests a directory may have below it, since all are built
// together.
const mostBelow = 100

// directories are those with manifests in them, and counts these.
func directories(t *testing.T, top string, files *int) (dirs []string) {
	t.Helper()
	below := map[string]int{}
	require.NoError(t, filepath.WalkDir(top, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(name)) {
			return err
		}
		*files++
		rel, err := filepath.Rel(top, filepath.Dir(name))
		if !slices.Contains(dirs, rel) {
			dirs = append(dirs, rel)
		}
		for ; ; rel = filepath.Dir(rel) {
			if below[rel]++; rel == "." {
				return err
			}
		}
	}))
	return slices.DeleteFunc(dirs, func(dir string) bool { return dir == "." || below[dir] > mostBelow }) // the objects of Flux are at the top
}

// withoutLinks is a tree that has only files and directories.
type withoutLinks struct{ fs.FS }

// ReadDir is that of fs.ReadDirFS.
func (w withoutLinks) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(w.FS, name)
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return !e.IsDir() && !e.Type().IsRegular() || e.Name() == ".git" }), err
}

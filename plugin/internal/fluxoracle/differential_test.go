package fluxoracle

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// agree compares both. Objects that are known here are the same there, and a tree that is
// refused there is refused here, or not known.
func agree(t, top *testing.T, x tree) bool {
	t.Helper()
	a, b := ours(t, x), theirs(t, top, x)
	if a.refused != b.refused || !a.refused && a.String() != b.String() {
		if reason := named(a, b); reason != "" {
			t.Logf("a difference with a name: %s", reason)
			return true
		}
		return assert.Failf(t, "kuniq and Flux differ", "kuniq: %s (%s)\nFlux: %s (%s)\n%s", a, a.why, b, b.why, show(t, x))
	}
	return true
}

// named says which known difference it is: none is a wrong answer, since nothing is
// said to be known.
func named(a, b outcome) string {
	switch {
	case a.refused && strings.Contains(a.why, " remote"):
		return "what is fetched"
	case a.refused && strings.Contains(a.why, " absent"), a.refused && strings.Contains(a.why, " too-large"):
		return "what is not in the checkout"
	}
	return ""
}

func show(t *testing.T, x tree) string {
	t.Helper()
	out := fmt.Sprintf("spec %v vars %v ignore %v\n", x.spec, x.vars, x.ignore)
	_ = filepath.WalkDir(x.dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && len(out) < 20_000 {
			text, _ := os.ReadFile(name)
			out += fmt.Sprintf("-- %s %v --\n%s\n", strings.TrimPrefix(name, x.dir), e.Type(), text)
		}
		return nil
	})
	return out
}

func specFor(dir string) map[string]any {
	return map[string]any{
		"path": dir, "prune": true, "interval": "10m",
		"sourceRef": map[string]any{"kind": "GitRepository", "name": "flux-system"},
	}
}

// specs are some ways to deploy a directory.
func specs(dir string) []map[string]any {
	plain, moved, named, patched := specFor(dir), specFor(dir), specFor(dir), specFor(dir)
	moved["targetNamespace"] = "other"
	named["namePrefix"], named["nameSuffix"] = "before-", "-after"
	named["postBuild"] = map[string]any{"substitute": map[string]any{"cluster_env": "prod", "cluster_region": "eu"}}
	patched["patches"] = []any{map[string]any{
		"patch": "- {op: replace, path: /metadata/name, value: renamed}\n", "target": map[string]any{"kind": "ConfigMap", "name": "a.*"},
	}}
	return []map[string]any{plain, moved, named, patched}
}

// TestDirectories deploys the directories of Flux's own test data in all ways, and
// those of KUNIQ_TREES in one each.
func TestDirectories(t *testing.T) {
	own, files := testdata(t), 0
	for _, dir := range append(filepath.SplitList(os.Getenv("KUNIQ_TREES")), own) {
		top := t.TempDir()
		require.NoError(t, os.CopyFS(top, withoutLinks{os.DirFS(dir)}))
		cached := checkout.NewCachingFS(os.DirFS(top))
		for n, name := range directories(t, top, &files) {
			for i, spec := range specs(name) {
				if dir != own && i != n%len(specs(name)) {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/%d", filepath.Base(dir), name, i), func(inner *testing.T) {
					agree(inner, t, tree{dir: top, files: cached, spec: spec})
				})
			}
		}
	}
	t.Logf("%d manifests", files)
}

package migrate

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestExample migrates examples/migrate/before, with the places changed first
// that the plan warns about, and compares what comes out with after.
func TestExample(t *testing.T) {
	example := filepath.Join("..", "..", "examples", "migrate")
	dir := t.TempDir()
	gitIn(t, dir, "init", "-q")
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(example, "before"))))
	commit(t, dir)
	p := plan(t, dir, Options{})
	require.Len(t, p.Warnings, 2)
	assert.True(t, p.Warnings[0].Prunes)
	for _, w := range p.Warnings {
		fixed, err := os.ReadFile(filepath.Join(example, "after", w.File))
		require.NoError(t, err)
		put(t, dir, w.File, string(fixed))
	}
	commit(t, dir)
	p, _ = migrated(t, dir, Options{}, WriteOptions{})
	assert.Empty(t, warnings(p))
	assert.Equal(t, []Root{{Dir: "base", Verified: true}, {Dir: "overlays/prod", Verified: true}}, p.Roots)
	assert.Equal(t, tree(t, filepath.Join(example, "after")), tree(t, dir))
	assert.True(t, plan(t, dir, Options{}).Empty())
}

package cli

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/internal/assertion"
)

// plainRoot is a kustomization of one small object.
const plainRoot = `configMapGenerator: [{name: small, literals: [a=b]}]`

// TestLongWorkerMemory: a root that needs more memory than a worker may have is
// unresolved for that reason. Those before and after it, in the same worker,
// are rendered.
func TestLongWorkerMemory(t *testing.T) {
	assertion.Long(t)
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"a/kustomization.yaml": plainRoot,
		"b/kustomization.yaml": "configMapGenerator: [{name: large, files: [large.txt]}]",
		"c/kustomization.yaml": plainRoot,
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o777))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
	}
	writeFile(t, "b/large.txt", func(w io.StringWriter) {
		many := strings.Repeat("many words\n", 1<<10)
		for range 32 << 20 / len(many) {
			_, _ = w.WriteString(many)
		}
	})
	r := runSmall(t, 256<<20, "check", "--jobs", "1", ".")
	assert.Equal(t, exitNoWork, r.code)
	assert.Equal(t, "1 part not read\n\nb: unread: unresolved: the process that rendered it died; it may have needed too much memory\n\n"+
		"2 files, 2 objects, 1 unread\n", r.stdout)
	assert.Equal(t, "kuniq: not everything could be read: 1 unread\n", r.stderr)

	r = runSmall(t, 256<<20, "check", "--jobs", "1", ".", "--allow-unresolved", "b")
	assert.Equal(t, result{exitClean, "no duplicates\n\nnote: not known, as allow-unresolved b allows: b\n\n2 files, 2 objects, no duplicates, 1 skipped; left out: b (1 file)\n", ""}, r)
}

package restore

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/internal/assertion"
	"github.com/kuniq/kuniq/split"
)

// TestLongLarge: ten thousand volumes in one List, one of which is still there.
func TestLongLarge(t *testing.T) {
	assertion.Long(t)
	const n = 10_000
	text := dumpFile(t, "dump.yaml")
	_, text, _ = strings.Cut(text, "items:\n")
	items, _, _ := strings.Cut(text, "kind: List")
	list := func(from int) string {
		var b strings.Builder
		b.WriteString("apiVersion: v1\nitems:\n")
		for i := from; i < n; i++ {
			id := fmt.Sprintf("%05d", i)
			b.WriteString(strings.NewReplacer("pvc-0a11", "pvc-"+id, "vol-0a11", "vol-"+id, "ingester-0", fmt.Sprintf("ingester-%d", i),
				"000000000001", id).Replace(items))
		}
		b.WriteString("kind: List\n")
		return b.String()
	}
	present := strings.ReplaceAll(list(n-1), "phase: Bound", "phase: Released")
	present, claims, _ := strings.Cut(present, "- apiVersion: v1\n  kind: PersistentVolumeClaim\n")
	require.NotEmpty(t, claims)
	present += "kind: List\n" // the last volume
	r := volumes(dump(t, list(0)), Options{Present: dump(t, present)})
	require.Zero(t, r.Refusals(), "%v", r.Findings)
	assert.Len(t, r.Bindings, n)
	assert.Equal(t, n-1, r.Count(Gone))
	assert.Equal(t, 1, r.Count(Released))
	root, err := os.OpenRoot(t.TempDir())
	require.NoError(t, err)
	defer root.Close()
	result, err := r.Plan().Write(t.Context(), root, split.WriteOptions{Extension: ".md", Prune: true})
	require.NoError(t, err)
	assert.Len(t, result.Written, n+n-1+1+2+1) // claims, volumes, namespace, two patches, RESTORE.md
}

package journal

import (
	"crypto/sha256"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/internal/assertion"
)

var require = assertion.Stop

func TestSameContent(t *testing.T) {
	for _, size := range []int{0, 1, 99, 100, 101, 200, 250} {
		content := []byte(strings.Repeat("x", size))
		for _, is := range []string{string(content) + "x", strings.Repeat("x", max(size-1, 0)), strings.Repeat("x", max(size-1, 0)) + "y"} {
			same, err := sameContent(strings.NewReader(is), content, make([]byte, 100))
			require.NoError(t, err)
			require.Equal(t, is == string(content), same, "%d, %d", size, len(is))
		}
	}
}

// FuzzParse: a journal that is accepted is written exactly so, and its paths are below
// the directory.
func FuzzParse(f *testing.F) {
	digest := func(content string) string { return Digest(sha256.Sum256([]byte(content))).String() }
	last := digest("1") + " - .index\n"
	f.Add(Header + "- - b\n- " + digest("1") + " a.yaml\n" + digest("2") + " - b/c.yaml\n" + last + "end 4\n")
	f.Add(Header + "note x\n" + last + "end 1\n")
	f.Fuzz(func(t *testing.T, text string) {
		j, err := parse(text, &Options{Last: ".index"})
		if err != nil {
			return
		}
		require.Equal(t, text, string(j.format()))
		for _, c := range j.Changes {
			require.True(t, filepath.IsLocal(c.Path))
		}
		for _, dir := range j.dirs {
			require.True(t, filepath.IsLocal(dir))
		}
	})
}

func TestInEffectNamesTheFirstOnes(t *testing.T) {
	r := rollback{&Run{changes: make([]Change, mostNamed+2)}}
	require.Equal(t, "every file is as it was", r.inEffect())
	for i := range r.changes {
		r.changes[i] = Change{Path: "a", New: Digest{1}, made: true}
	}
	require.Equal(t, strings.Repeat("a is new, ", mostNamed)+"and 2 more that the journal names", r.inEffect())
}

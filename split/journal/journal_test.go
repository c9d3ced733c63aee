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
	last := "write 0 " + digest("1") + " - .index\n"
	f.Add(Header + "prune 1 " + digest("1") + " a.yaml\nwrite 2 " + digest("2") + " - b/c.yaml\n" + last + "end 3\n")
	f.Add(Header + last + "end 1\n")
	f.Fuzz(func(t *testing.T, text string) {
		changes, err := parse(text, &Options{Last: ".index"})
		if err != nil {
			return
		}
		require.Equal(t, text, string(format(changes)))
		for _, c := range changes {
			require.True(t, filepath.IsLocal(c.Path))
		}
	})
}

package manifest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// contents are what a tree yields for one file, with the contents that objects
// have when they are read again.
type contents struct {
	objects []dupcheck.Object
	values  []string
	unread  []dupcheck.Unread
	skipped string
	parts   int
}

func contentsOf(t *testing.T, name string, window, share int) (c contents) {
	t.Helper()
	tree := Tree{Args: []string{name}}
	tree.once.Do(func() { tree.store = newStore(); tree.store.window, tree.store.share = window, share })
	for f := range tree.Files(context.Background()) {
		for _, o := range f.Objects {
			v, err := o.Body.Value()
			c.values = append(c.values, fmt.Sprint(v, err))
			o.Body = nil
			c.objects = append(c.objects, o)
		}
		c.unread, c.skipped = append(c.unread, f.Unread...), f.Skipped
		c.parts++
	}
	return c
}

// documentsOf returns the documents of a text that is read in such parts,
// without the contents.
func documentsOf(text string, least int) (all []Document) {
	inMemory("f", []byte(text)).documentsShared([]byte(text), least, func(d Document) bool {
		for i := range d.Objects {
			d.Objects[i].Body = nil
		}
		all = append(all, d)
		return true
	})
	return all
}

// TestWindows: a file that is read piece by piece holds what it holds as a
// whole, wherever the pieces end, and whichever parser reads them.
func TestWindows(t *testing.T) {
	texts := map[string]string{
		"comments.yaml":   strings.Repeat("# a\n---\nkind: A\napiVersion: v1\nmetadata: {name: a}\n# b\n...\n# c\n---\n\n---\n# d\nkind: B\napiVersion: v1\nmetadata:\n  name: b\n", 3),
		"directives.yaml": strings.Repeat("kind: A\napiVersion: v1\nmetadata:\n  name: a\n...\n%YAML 1.1\n# x\n---\nkind: B\napiVersion: v1\nmetadata:\n  name: b\n---\n", 3),
		"lists.yaml":      strings.Repeat("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: C\n  metadata:\n    name: c\n- {apiVersion: v1, kind: D, metadata: {name: d}}\n---\n{\"kind\":\"E\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"e\"}}\n---\n", 3),
		"broken.yaml":     "kind: A\napiVersion: v1\nmetadata:\n  name: a\n---\na: [\n---\nkind: B\n--- # y\nkind: C\napiVersion: v1\nmetadata:\n  name: c",
		"found.yaml":      strings.Repeat("kind: A\napiVersion: v1\nmetadata:\n  name: a\n  name: b\n---\nkind: X\napiVersion: v1\nmetadata:\n  name: 1\nitems: []\n---\n", 3),
		"crlf.yaml":       strings.Repeat("kind: A\r\napiVersion: v1\r\nmetadata:\r\n  name: a\r\n---\r\n", 4),
		"scalars.yaml":    "--- version https://git-lfs.github.com/spec/v1\n--- |\n  version https://git-lfs.github.com/spec/v1\n" + strings.Repeat("--- a\n---\n--- 'b' # c\n--- {kind: A, apiVersion: v1, metadata: {name: a}}\n--- |\n  d\n--- [kind]\n", 2),
		"none.yaml":       "a: b\n---\n- c\n---\nd: [\n---\ne: f\n",
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), name)
			require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
			whole := contentsOf(t, file, len(text), len(text))
			require.Equal(t, 1, whole.parts)
			for window := 1; window*2 < len(text); window++ {
				pieces := contentsOf(t, file, window, len(text))
				pieces.parts = whole.parts
				require.Equal(t, whole, pieces, window)
				require.Equal(t, whole, contentsOf(t, file, len(text), window), "shares of %d", window)
				pieces = contentsOf(t, file, 2*window, window/2+1)
				pieces.parts = whole.parts
				require.Equal(t, whole, pieces, "windows and shares of %d", window)
			}
			for least := 1; least < len(text); least++ {
				require.Equal(t, documentsOf(text, len(text)), documentsOf(text, least), "shares of %d", least)
			}
			assert.NotEmpty(t, len(whole.objects)+len(whole.unread)+len(whole.skipped))
		})
	}
}

// TestWindowsAreReadInTurn: what comes of a large file is handed on as it goes.
func TestWindowsAreReadInTurn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.yaml")
	require.NoError(t, os.WriteFile(file, []byte(strings.Repeat("kind: A\napiVersion: v1\nmetadata: {name: a}\n---\n", 1000)), 0o644))
	assert.Greater(t, contentsOf(t, file, 1000, 300).parts, 20)
}

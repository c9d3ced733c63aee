package manifest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/assertion"
)

var assert, require = assertion.Continue, assertion.Stop

// bodies reads the contents of all objects in text.
func bodies(text string) (all []*body) {
	for o, err := range Parse("f", []byte(text)) {
		if b, ok := o.Body.(*body); ok && err == nil {
			all = append(all, b)
		}
	}
	return all
}

// FuzzAlone parses items of lists with their own lines alone, and with the
// whole document: the contents must be the same.
func FuzzAlone(f *testing.F) {
	const list = "apiVersion: v1\nkind: List\nitems:\n"
	for _, items := range []string{
		"- kind: A\n  apiVersion: v1\n  x: |\n    a\n\n     b\n\n- kind: B\n  apiVersion: v1\n",
		"-\n  kind: A\n  apiVersion: v1\n-\n  kind: B\n  apiVersion: v1\n# c\nmetadata: {}\n",
		"  - kind: A\n    apiVersion: v1\n    x: &x 1\n  - kind: B\n    apiVersion: v1\n    y: *x\n",
		"- {kind: A, apiVersion: v1,\nx: y}\n- {kind: B, apiVersion: v1}\n", "- &a\n  kind: A\n  apiVersion: v1\n  x: \"a\n\n b\"\n- *a\n",
		"- !!map\n  kind: A\n  apiVersion: v1\n  x:\n  - a\n  -\n   - b\n", "- kind: A\n  apiVersion: v1\n  items:\n  - kind: B\n", "- kind: List\n  apiVersion: v1\n  items:\n  - kind: B\n    apiVersion: v1\n    x: >-\n      a\n\n      b\n- kind: C\n  apiVersion: v1\n",
		"- ? kind\n  : A\n  ? apiVersion\n  : v1\n- kind: B\n  apiVersion: v1\n  x: ! 1\n", "- kind: A\n  apiVersion: v1\n  x: 'a\nb'\n", "- \"kind\": A\n  \"apiVersion\": v1\n\tx: y\n", "[{kind: A, apiVersion: v1}, {kind: B, apiVersion: v1}]\n",
		"- kind: A # c\n# c\n  apiVersion: v1\n # d\n\n\n- kind: B\n  apiVersion: v1\n  x: |2\n     a\n    b\n", "- - kind: A\n    apiVersion: v1\n",
	} {
		f.Add(list + items)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, b := range bodies(text) {
			if b.item == nil || b.item.alone.end == 0 {
				continue
			}
			alone, aloneErr := b.Value()
			b.item.alone = lines{}
			whole, wholeErr := b.Value()
			require.Equal(t, wholeErr, aloneErr)
			assert.Equal(t, whole, alone, "%q", text)
		}
	})
}

// TestContains: a text is looked for in the bytes of the object's document.
func TestContains(t *testing.T) {
	all := bodies("kind: A\napiVersion: v1\nx: one\n---\nkind: B\napiVersion: v1\nx: two\n---\n" + `{"kind": "C", "apiVersion": "v1", "x": "three"}`)
	require.Equal(t, 3, len(all))
	for i, text := range []string{"one", "two", "three"} {
		for k, b := range all {
			assert.Equal(t, i == k, b.Contains(text), "%s in %d", text, k)
		}
	}
}

// TestAlone makes sure that items of ordinary lists need not be parsed with
// their list.
func TestAlone(t *testing.T) {
	var list strings.Builder
	list.WriteString("# head\napiVersion: v1\nitems:\n")
	for i := range 10 {
		fmt.Fprintf(&list, "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: n%d\n  data:\n    k: |\n      a\n\n      b\n", i)
	}
	list.WriteString("kind: List\nmetadata:\n  resourceVersion: \"\"\n")
	all := bodies(list.String())
	require.Len(t, all, 10)
	for _, b := range all {
		v, err := b.parseAlone()
		require.NoError(t, err)
		assert.True(t, b.is(v))
	}
	assert.Empty(t, all[0].source.store.parsed)

	// A node far to the right may have many neighbours in its line.
	for indent, alone := range map[int]bool{mostIndent - 2: true, mostIndent: false} {
		all = bodies("apiVersion: v1\nkind: List\nitems:\n" + strings.Repeat(" ", indent) + "- {apiVersion: v1, kind: X}\n")
		require.Len(t, all, 1)
		assert.Equal(t, alone, all[0].item.alone.end > 0, indent)
	}
}

// TestListChanged changes a file with a List between its reading and the
// comparison, with its size and time as before.
func TestListChanged(t *testing.T) {
	const text = "x: &x 1\napiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: A, x: *x}, {apiVersion: v1, kind: B}]}]\n"
	for _, c := range []struct{ old, new string }{
		{"kind: B", "kind: C"},
		{"&x 1", "   1"},
		{", {apiVersion: v1, kind: B}", strings.Repeat(" ", 27)},
		{"items: [{apiVersion: v1, kind: L", "itemz: [{apiVersion: v1, kind: L"},
		{"kind: List, items: [{", "kind: List, itemz: [{"},
		{"items: [{apiVersion: v1, kind: List", "items: [],apiVersion: v1, kind: Li#"},
		{"x: &x 1", "       "},
	} {
		name := filepath.Join(t.TempDir(), "a.yaml")
		require.NoError(t, os.WriteFile(name, []byte(text), 0o666))
		info, err := os.Stat(name)
		require.NoError(t, err)
		var last dupcheck.Object
		for f := range (&Tree{Args: []string{name}}).Files(t.Context()) {
			last = f.Objects[len(f.Objects)-1]
		}
		require.Equal(t, "items[0].items[1]", last.At.Path)
		changed := strings.Replace(text, c.old, c.new, 1)
		require.Len(t, changed, len(text))
		require.NoError(t, os.WriteFile(name, []byte(changed), 0o666))
		require.NoError(t, os.Chtimes(name, info.ModTime(), info.ModTime()))
		_, err = last.Body.Value()
		var u *dupcheck.Unread
		require.ErrorAs(t, err, &u, changed)
		assert.Equal(t, "changed while it was being checked", u.Reason)
	}
}

// TestDocumentsAgain asks for items that need their documents, in an order that
// fits no cache.
func TestDocumentsAgain(t *testing.T) {
	item := "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, x: *x}, "
	text := "x: &x 1\napiVersion: v1\nkind: List\nitems: [" + strings.Repeat(item, 10) + "]\n"
	all := bodies(text + "---\n" + text)
	require.Len(t, all, 20)
	store := all[0].source.store
	for range 10 {
		for i := range 10 {
			for _, b := range []*body{all[i], all[10+i]} {
				value, err := b.Value()
				require.NoError(t, err)
				assert.Equal(t, int64(1), value.(map[string]any)["x"])
			}
		}
	}
	assert.Len(t, store.parsed, 2)
	assert.Equal(t, mostAgain, store.again)

	store.parsed, store.again = nil, 50
	_, err := all[0].Value()
	require.ErrorIs(t, err, errTooLarge, "it was parsed too often")
	store.makeRoom(mostNodes)
	assert.Empty(t, store.parsed)
}

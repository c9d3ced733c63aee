package manifest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// plainObject is an object in plain block style.
const plainObject = `# c
apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
  annotations: {}

  labels:
    app: "web"
spec:
  replicas: 3
  paused: yes
  empty:
  args: []
  template:
    - name: x
      # c
      ports:
      - 8080
      - 'http'
    - |
      one

       two

  text: |-
    three
`

// TestDecodePlain: objects in plain block style need no parser, and all else is left
// to it.
func TestDecodePlain(t *testing.T) {
	for _, text := range []string{plainObject, "---\n" + plainObject, strings.ReplaceAll("\n"+strings.TrimSpace(plainObject), "\n", "\n  ") + "\n", "a:\n- b: c\n", "a: |\n  é\n"} {
		assert.True(t, decodedPlain(t, "plain", []byte(text)), text)
	}
	for _, line := range []string{
		"a: {b: c}", "a: &b c", "a: *b", "a: !!str b", `a: "\n"`, "a: 'it''s'", "a: b\n  c", "a: >\n  b", "a: |2\n   b", "a: |\n\n", "a: b # c",
		"1: a", "yes: a", "<<: a", "'a': b", "? a", "a:\tb", "a: é", "a:  b", "- a", "a\nb", "a: b\n...", "a: b\r", "a:\n- - b", "a:\n-\n  b", "", "# c",
	} {
		_, ok := decodePlain([]byte(line + "\n"))
		assert.False(t, ok, line)
	}
	var deep strings.Builder
	for i := range 100 {
		deep.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	_, ok := decodePlain([]byte(deep.String()))
	assert.False(t, ok, "a hundred mappings inside of each other")
	_, ok = decodePlain([]byte("a: |\n  b"))
	assert.False(t, ok, "a literal scalar without a last line feed")
}

// TestPlainContentsAreCheap counts what a content costs: with the parser it is three
// hundred allocations.
func TestPlainContentsAreCheap(t *testing.T) {
	all := bodies(plainObject)
	require.Len(t, all, 1)
	n := testing.AllocsPerRun(10, func() {
		_, err := all[0].Value()
		require.NoError(t, err)
	})
	assert.Less(t, n, 60.0, "allocations")
}

// TestContentsOpenFilesOnce asks for the contents of many objects of two files in the
// order in which they collide. Once the first ones are known the files may go.
func TestContentsOpenFilesOnce(t *testing.T) {
	dir := t.TempDir()
	const n = 50
	for _, name := range []string{"a.yaml", "b.yaml"} {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, "---\nkind: A\napiVersion: v1\nmetadata:\n  name: n%d\n  labels:\n    in: %s\n", i, name)
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text.String()), 0o666))
	}
	var objects []dupcheck.Object
	for f := range (&Tree{Args: []string{dir}}).Files(t.Context()) {
		objects = append(objects, f.Objects...)
	}
	require.Len(t, objects, 2*n)
	value := func(i int) error {
		_, err := objects[i].Body.Value()
		return err
	}
	require.NoError(t, value(0))
	require.NoError(t, value(n))
	require.NoError(t, os.Remove(filepath.Join(dir, "a.yaml")))
	require.NoError(t, os.Remove(filepath.Join(dir, "b.yaml")))
	for i := range n {
		require.NoError(t, value(i))
		require.NoError(t, value(n+i))
	}
}

// TestBlocksAreFew: what is kept of files is bounded, however many there are, and an
// object that is longer than a block is read as a whole.
func TestBlocksAreFew(t *testing.T) {
	dir := t.TempDir()
	text := "kind: A\napiVersion: v1\nmetadata:\n  name: n\nx: " + strings.Repeat("x", 3*blockBytes) + "\n"
	for i := range 2 * mostBlocks {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.yaml", i)), []byte(text+"---\nkind: B\napiVersion: v1\nmetadata:\n  name: n\n"), 0o666))
	}
	var store *store
	var long any
	for f := range (&Tree{Args: []string{dir}}).Files(t.Context()) {
		for _, o := range f.Objects {
			v, err := o.Body.Value()
			require.NoError(t, err)
			require.Equal(t, o.Kind, v.(map[string]any)["kind"])
			if o.Kind == "A" {
				long = v.(map[string]any)["x"]
			}
			store = o.Body.(*body).source.store
		}
	}
	assert.Len(t, long, 3*blockBytes)
	kept := 0
	for _, b := range store.blocks.all {
		kept += len(b.text)
	}
	assert.True(t, 0 < kept && kept <= 2*mostBlocks*blockBytes, kept)
}

// TestEqualBytes: equal bytes are equal contents, of whole documents only, and what cannot
// be read is not.
func TestEqualBytes(t *testing.T) {
	const a, b = "kind: A\napiVersion: v1\nx: &x [1, *x]\n", "kind: A\napiVersion: v1\nx: &x [2, *x]\n"
	same := func(one, two string) bool {
		changes, ok := bodies(one)[0].Changes(bodies(two)[0])
		return ok && len(changes) == 0
	}
	assert.True(t, same(a, a))
	assert.False(t, same(a, b))
	assert.True(t, same(`{"kind": "A", "apiVersion": "v1"}`, `{"kind": "A", "apiVersion": "v1"}`))
	list := "kind: List\napiVersion: v1\nitems:\n- kind: A\n  apiVersion: v1\n  x: *x\n"
	assert.False(t, same("x: &x 1\n"+list, "x: &x 2\n"+list), "what an alias stands for is elsewhere")
	_, ok := bodies(a)[0].Changes(valueBody{})
	assert.False(t, ok)

	name := filepath.Join(t.TempDir(), "a.yaml")
	require.NoError(t, os.WriteFile(name, []byte(a+"---\n"+a), 0o666))
	for f := range (&Tree{Args: []string{name}}).Files(t.Context()) {
		require.NoError(t, os.WriteFile(name, []byte("changed"), 0o666))
		_, ok := f.Objects[0].Body.(*body).Changes(f.Objects[1].Body)
		assert.False(t, ok)
	}
}

package manifest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// TestSlabs: what shares a block stays as it was made.
func TestSlabs(t *testing.T) {
	var names nameSlab
	var bodies bodySlab
	var gotNames, wantNames []string
	var gotBodies []*body
	for i := range 1000 {
		want := fmt.Sprint("name-", i, strings.Repeat("x", i%7*i%700))
		text := []byte(want)
		gotNames, wantNames = append(gotNames, names.add(text)), append(wantNames, want)
		clear(text)
		b := bodies.next()
		assert.Equal(t, body{}, *b)
		b.start = i
		gotBodies = append(gotBodies, b)
	}
	assert.Equal(t, wantNames, gotNames)
	for i, b := range gotBodies {
		assert.Equal(t, i, b.start)
	}
	assert.Empty(t, names.add(nil))
}

// TestParseAllocates: an object of the usual kind costs little more than the
// bytes of its name and the place of its content.
func TestParseAllocates(t *testing.T) {
	const n = 1000
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: object-%d\n  namespace: team\ndata:\n  a: b\n", i)
	}
	data := []byte(text.String())
	allocations := testing.AllocsPerRun(5, func() {
		objects := 0
		for _, err := range Parse("f", data) {
			assert.NoError(t, err)
			objects++
		}
		assert.Equal(t, n, objects)
	})
	assert.Less(t, allocations, n/8.0)
}

// TestPlainString: no word that stands for a value is taken for a string
// without a closer look.
func TestPlainString(t *testing.T) {
	for word := range plainWords {
		assert.False(t, plainString([]byte(word)), word)
	}
	for _, word := range []string{"v1", "small", "Team", "falsehood", "one"} {
		assert.True(t, plainString([]byte(word)), word)
	}
}

// TestObjectsOneAfterAnother: an object has nothing of the one before it in the stream.
func TestObjectsOneAfterAnother(t *testing.T) {
	documents := []string{
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: b\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  generateName: a-\n",
		"apiVersion: v1\nkind: ConfigMap\n",
		"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: as.b.c\nspec:\n  group: b.c\n  scope: Cluster\n  names:\n    kind: A\n    plural: as\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: d\n  annotations:\n    helm.sh/hook: test\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: 1\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: e, name: f}\n",
	}
	objects := func(text string) (all []dupcheck.Object) {
		for o, err := range Parse("f", []byte(text)) {
			require.NoError(t, err)
			o.Body, o.At.Line, o.At.Document = nil, 0, 0
			for i := range o.ReaderFindings {
				for k := range o.ReaderFindings[i].Declarations {
					o.ReaderFindings[i].Declarations[k].Line, o.ReaderFindings[i].Declarations[k].Document = 0, 0
				}
			}
			all = append(all, o)
		}
		return all
	}
	for _, one := range documents {
		for _, other := range documents {
			want := append(objects(one), objects(other)...)
			assert.Equal(t, want, objects(one+"---\n"+other), "%s---\n%s", one, other)
		}
	}
}

package manifest

import (
	"fmt"
	"strings"
	"testing"
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

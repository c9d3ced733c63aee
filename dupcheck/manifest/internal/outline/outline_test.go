package outline

import (
	"testing"

	"github.com/kuniq/kuniq/internal/assertion"
)

var assert = assertion.Continue

// TestUnforeseen: a panic makes of a document one for the parser, and is one in tests.
func TestUnforeseen(t *testing.T) {
	_, ok := unforeseen("x")
	assert.False(t, ok)
	Strict = true
	defer func() {
		Strict = false
		assert.Equal(t, any("x"), recover())
	}()
	unforeseen("x")
}

// TestReadAgain: what one document has left behind is not in the next one, and not in
// the memory of a program that goes on.
func TestReadAgain(t *testing.T) {
	var o Outline
	_, ok := o.Read([]byte("a: &b c\nd: *b\nmetadata:\n  name: e\n"), 1, false)
	assert.True(t, ok)
	assert.Len(t, o.Nodes, 3)
	_, ok = o.Read([]byte("d: *b\n"), 1, false)
	assert.False(t, ok)
	end, ok := o.Read([]byte("kind: A\n---\n"), 7, false)
	assert.True(t, ok)
	assert.Equal(t, len("kind: A\n"), end)
	assert.Equal(t, 8, o.NextLine())
	o.Forget()
	assert.Nil(t, o.Text())
}

// TestSameKeys: a reader knows the keys of the first document, also when its text is gone,
// and does not read them again. It learns other keys in their place.
func TestSameKeys(t *testing.T) {
	var o Outline
	lines := &o.beginning.lines
	read := func(text string) []Node {
		buffer := []byte("kind: A\nmetadata:\n" + text)
		_, ok := o.Read(buffer, 1, false)
		assert.True(t, ok, text)
		clear(buffer)
		return o.Nodes
	}
	all := read("  name: a\n  namespace: b\ndata:\n")
	assert.Equal(t, 3, lines.known)
	assert.Len(t, read("  name: cc\n  namespace: d\ndata:\n"), len(all))
	lines.all[1].field = FieldNone
	assert.Len(t, read("  name: e\n  namespace: f\ndata:\n"), len(all)-1, "the second line was read once more")
	assert.Len(t, read("  namespace: g\n"), len(all)-1)
	assert.Equal(t, 1, lines.known)
}

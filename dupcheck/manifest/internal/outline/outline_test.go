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

package split

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestMentionsSOPS: the word is found wherever it stands, also across the pieces
// that are searched one by one, and nowhere else.
func TestMentionsSOPS(t *testing.T) {
	text := bytes.Repeat([]byte("spop sop ops p "), 40_000)
	assert.False(t, mentionsSOPS(text))
	for _, at := range []int{0, 1, 128<<10 - 5, 128<<10 - 4, 128<<10 - 3, 128<<10 - 1, 128 << 10, len(text) - 4} {
		with := bytes.Clone(text)
		copy(with[at:], "sops")
		assert.True(t, mentionsSOPS(with), at)
	}
	for _, s := range []string{"", "s", "sop", "ops", "pops"} {
		assert.False(t, mentionsSOPS([]byte(s)), s)
	}
	assert.True(t, mentionsSOPS([]byte("sops")))
}

package split

import (
	"bytes"
	"testing"
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

// TestByteOrderMarksAreReadAgain: of several the reader takes another one off each
// time, so that a document alone may be another one than in its stream.
func TestByteOrderMarksAreReadAgain(t *testing.T) {
	locksDirectories(t)
	const mark = byteOrderMark
	text := mark + mark + "---\n" + mark + "- nullmetadata:\n  name: a\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: e}\n"
	plan := New([]Input{{Name: "in.yaml", Data: []byte(text)}}, Options{})
	require.Len(t, plan.Files, 1)
	_, err := plan.writeNew(t.Context(), openRoot(t, t.TempDir()), "out", WriteOptions{})
	var refused *RefusedError
	require.ErrorAs(t, err, &refused)
	require.ErrorContains(t, err, "would not be readable")
}

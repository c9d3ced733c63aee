package job

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOpaque(t *testing.T) {
	a, b, other := Opaque("NAME", "x"), Opaque("B", "x"), Opaque("NAME", "y")
	assert.NotEqual(t, a, other)
	assert.Equal(t, a, Opaque("NAME", "x"))
	assert.Regexp(t, `^\$\(NAME@[0-9a-f]{4}\)$`, ShowOpaque(a))
	assert.Regexp(t, `^a-\$\(NAME@[0-9a-f]{4}\)\$\(B@[0-9a-f]{4}\)-b$`, ShowOpaque("a-"+a+b+"-b"))
	assert.NotEqual(t, ShowOpaque(a), ShowOpaque(other))
	assert.Equal(t, "plain é 😀", ShowOpaque("plain é 😀"))
	assert.True(t, IsOpaque("x"+a))
	assert.False(t, IsOpaque("plain é 😀"))
	for _, part := range []string{string([]rune(a)[:1]), string([]rune(a)[40:])} {
		assert.True(t, IsOpaque(part), "every part of it shows")
	}
}

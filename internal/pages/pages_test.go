package pages_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/internal/pages"
)

func TestBufferIsEmptyAndHasRoom(t *testing.T) {
	for _, n := range []int{0, 1, 2 << 20, 4<<20 - 1, 4 << 20, 4<<20 + 1, 9<<20 + 4097} {
		b := pages.Buffer(n)
		assert.Empty(t, b)
		assert.GreaterOrEqual(t, cap(b), n)
		b = b[:n]
		for i := range b {
			if b[i] != 0 {
				t.Fatalf("byte %d of %d is %d", i, n, b[i])
			}
			b[i] = byte(i)
		}
	}
}

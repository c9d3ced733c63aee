package krmfn

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A list that no parser would take as one document.
func TestFiftyMegabytes(t *testing.T) {
	if testing.Short() {
		t.Skip("needs half a gigabyte")
	}
	const n = 110_000
	input := packageOf(n)
	require.Greater(t, len(input), 50<<20)
	out := Run(input, Env{})
	assert.Equal(t, Clean, out.Code, "%.1000s", out.Log)
	assert.Equal(t, "kuniq: 110000 objects, no duplicates\n", out.Log)
	assert.True(t, bytes.Equal(input, out.Output))
}

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSpread(t *testing.T) {
	assert.Equal(t, spread{}, spreadOf(nil))
	assert.Equal(t, spread{2, 1, 9}, spreadOf([]float64{9, 1, 2}))
	assert.Equal(t, spread{2.5, 1, 4}, spreadOf([]float64{4, 2, 3, 1}))
	assert.Equal(t, spread{2, 1, 3}, ratios([]float64{10, 40, 60}, []float64{10, 20, 20}))
}

func TestNumbers(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{number(1234.5), "1234"},
		{number(12.34), "12.3"},
		{number(1.234), "1.23"},
		{number(0.0123), "0.012"},
		{duration(1.5), "1.50 s"},
		{duration(0.0123), "12.3 ms"},
		{size(134), "0.13 kB"},
		{size(2.5e6), "2.50 MB"},
		{size(2e9), "2.00 GB"},
	} {
		assert.Equal(t, tt.want, tt.got)
	}
}

func TestAim(t *testing.T) {
	assert.Equal(t, "speed: aim at least 40.0, seen 39.0: **missed**", aim{text: "speed", got: 39, limit: 40, atLeast: true}.String())
	assert.Equal(t, "speed: aim at least 40.0, seen 40.0: met", aim{text: "speed", got: 40, limit: 40, atLeast: true}.String())
	assert.Equal(t, "memory: aim at most 400 MB, seen 401 MB: **missed**", aim{text: "memory", got: 401e6, limit: 400e6, unit: size[float64]}.String())
}

func TestMarkdown(t *testing.T) {
	got := table{title: "T", text: "Text.", header: []string{"a", "b"}, rows: [][]string{{"x", "1"}}}.String()
	assert.Equal(t, "### T\n\nText.\n\n| a | b |\n| --- | ---: |\n| x | 1 |\n", got)
}

func TestRenew(t *testing.T) {
	name := filepath.Join(t.TempDir(), "README.md")
	require.NoError(t, os.WriteFile(name, []byte("a\n"+begin+"old\n"+end+"z\n"), 0o666))
	require.NoError(t, renew(name, []string{"new", "newer"}))
	got, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, "a\n"+begin+"- new\n- newer\n"+end+"z\n", string(got))

	require.NoError(t, os.WriteFile(name, []byte("no marks"), 0o666))
	assert.Error(t, renew(name, nil))
}

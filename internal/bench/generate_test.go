package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// read returns the objects of a stream, and fails if there are two of one
// identity or anything else is reported.
func read(t *testing.T, data []byte) []dupcheck.Object {
	t.Helper()
	var c dupcheck.Checker
	var all []dupcheck.Object
	for o, err := range manifest.Parse("stream.yaml", data) {
		require.NoError(t, err)
		c.Add(o)
		all = append(all, o)
	}
	require.Empty(t, c.Report().Diagnostics)
	return all
}

func TestGenerators(t *testing.T) {
	for name, o := range map[string]object{"small": small, "sized": sized(objectSize), "definition": definition, "deep": deep} {
		t.Run(name, func(t *testing.T) {
			var b []byte
			for i := range 25 {
				b = o(b, i)
			}
			assert.Len(t, read(t, b), 25)
		})
	}
}

func TestStyles(t *testing.T) {
	for i := range styles {
		var b []byte
		for n := range 25 {
			b = writing(i)(b, n)
		}
		all := read(t, b)
		assert.Len(t, all, 25, styles[i].Title)
		assert.Equal(t, "object-24", all[24].Name, styles[i].Title)
	}
}

func TestSizes(t *testing.T) {
	for _, i := range []int{0, 7, 999_999} {
		assert.Len(t, small(nil, i), smallSize)
		for _, size := range []int{400, 1000, 2000} {
			assert.Len(t, sized(size)(nil, i), size)
		}
	}
	assert.InDelta(t, 450_000, len(definition(nil, 0)), 50_000)
}

func TestResourceList(t *testing.T) {
	assert.Len(t, read(t, resourceList(20)), 20)
}

func TestWriteTree(t *testing.T) {
	dir := t.TempDir()
	tree, err := writeTree(dir, 120, 2, small)
	require.NoError(t, err)
	require.Len(t, tree.files, 120)
	var all []byte
	for _, name := range tree.files {
		data, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.Len(t, read(t, data), 2)
		all = append(all, data...)
	}
	stream := filepath.Join(dir, "all.yaml")
	_, err = writeStream(stream, 240, small)
	require.NoError(t, err)
	got, err := os.ReadFile(stream)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(all, got), "a tree and a stream have the same objects")
}

// TestColliding: the first half of the objects is there twice, and nothing else.
func TestColliding(t *testing.T) {
	var c dupcheck.Checker
	var b []byte
	for i := range 100 {
		b = colliding(50)(b, i)
	}
	for o, err := range manifest.Parse("stream.yaml", b) {
		require.NoError(t, err)
		c.Add(o)
	}
	r := c.Report()
	require.Len(t, r.Diagnostics, 50)
	assert.Equal(t, []string{"metadata.labels.declared"}, r.Diagnostics[0].Differs)
	assert.InDelta(t, 400, len(b)/100, 40)
}

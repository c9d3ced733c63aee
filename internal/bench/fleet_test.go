package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWriteFleet(t *testing.T) {
	dir := t.TempDir()
	dirs, err := writeFleet(dir, fleetBases+3)
	require.NoError(t, err)
	require.Len(t, dirs, fleetBases+3)
	assert.Equal(t, []string{"env/c00/app-000", "env/c01/app-002"}, []string{dirs[0], dirs[fleetBases+2]})
	bases, err := os.ReadDir(filepath.Join(dir, "bases"))
	require.NoError(t, err)
	assert.Len(t, bases, fleetBases)
	for _, d := range dirs {
		assert.FileExists(t, filepath.Join(dir, d, "kustomization.yaml"))
	}
	assert.Len(t, read(t, component(3)), 3)
}

func TestSampleOf(t *testing.T) {
	all := []string{"a0", "a1", "a2", "b0", "b1", "b2", "c0"}
	assert.Equal(t, []string{"a0", "b1", "c0"}, sampleOf(all, 3))
	assert.Equal(t, all, sampleOf(all, 1))
}

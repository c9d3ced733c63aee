package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWriteDeployers(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, writeDeployers(dir, (*tree).application, clusters+plainEach, false))
	for i := range instances {
		files, err := filepath.Glob(filepath.Join(dir, "argocd", "i"+string(rune('0'+i)), "*.yaml"))
		require.NoError(t, err)
		assert.NotEmpty(t, files)
	}
	assert.FileExists(t, filepath.Join(dir, "env/c39/app-000/kustomization.yaml"), "all use the first base")
	assert.FileExists(t, filepath.Join(dir, "env/c08/app-001/kustomization.yaml"))
	plain, err := os.ReadDir(filepath.Join(dir, "env/c09/app-001"))
	require.NoError(t, err)
	objects := 0
	for _, f := range plain {
		data, err := os.ReadFile(filepath.Join(dir, "env/c09/app-001", f.Name()))
		require.NoError(t, err)
		objects += len(read(t, data))
	}
	assert.Equal(t, perApp, objects)

	after := t.TempDir()
	require.NoError(t, writeDeployers(after, (*tree).kustomization, clusters+plainEach, true))
	assert.FileExists(t, filepath.Join(after, "clusters/c39/flux-system/gotk-sync.yaml"))
	assert.FileExists(t, filepath.Join(after, "clusters/c08/app-001.yaml"))
	assert.NoFileExists(t, filepath.Join(after, "bases/app-000/volume.yaml"))
	assert.FileExists(t, filepath.Join(after, "bases/app-001/volume.yaml"))
}

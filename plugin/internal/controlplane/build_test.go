package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVersion(t *testing.T) {
	assert.Regexp(t, `^v1\.\d+\.\d+$`, version("k8s.io/kubernetes"))
	assert.Regexp(t, `^v3\.\d+\.\d+$`, version("go.etcd.io/etcd/server/v3"))
	assert.Panics(t, func() { version("example.invalid/none") })
}

func TestCacheDir(t *testing.T) {
	dir, err := cacheDir(t.Context())
	require.NoError(t, err)
	if os.Getenv("KUNIQ_CONTROLPLANE_DIR") == "" {
		assert.Equal(t, "controlplane-"+version("k8s.io/kubernetes"), filepath.Base(dir))
	}
	want := t.TempDir()
	t.Setenv("KUNIQ_CONTROLPLANE_DIR", want)
	dir, err = cacheDir(t.Context())
	require.NoError(t, err)
	assert.Equal(t, want, dir)
}

// TestHas: a program of another version, or none, does not count as built.
func TestHas(t *testing.T) {
	p := Programs{Dir: t.TempDir()}
	assert.False(t, p.has(programs[0]), "nothing is there")
	require.NoError(t, os.WriteFile(p.path("etcd"), []byte("#!/bin/sh\n"), 0o700))
	assert.False(t, p.has(programs[0]), "not a Go program")
	require.NoError(t, os.Remove(p.path("etcd")))
	require.NoError(t, os.Symlink(os.Args[0], p.path("etcd")))
	assert.False(t, p.has(programs[0]), "another Go program")
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const mixed = `# a header
apiVersion: apps/v1
kind: Deployment
metadata:
  name: "web"
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things.example.com
spec:
  group: example.com
  names: {kind: Thing, plural: things}
  scope: Namespaced
--- # a list is left out
apiVersion: v1
kind: ConfigMapList
metadata: {name: list}
items: []
---
kind: {{ .Values.kind }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Values.name }}"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: twice, name: twice}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: last}`

func TestKeep(t *testing.T) {
	f := keep(mixed)
	require.Len(t, f, 3)
	assert.Equal(t, "Deployment web", f[0].key)
	assert.Equal(t, "CustomResourceDefinition things.example.com", f[1].key)
	assert.Equal(t, "ConfigMap last", f[2].key)
}

func TestCopies(t *testing.T) {
	f, taken := keep(mixed), new(copies)
	for _, d := range f {
		assert.Equal(t, "---\n"+d.text, string(taken.append(nil, d)), "the first is as it was")
	}
	assert.Contains(t, string(taken.append(nil, f[0])), "\n  name: \"web-copy2\"\n")
	second := string(taken.append(nil, f[1]))
	assert.Contains(t, second, "\n  name: things.copy2.example.com\n")
	assert.Contains(t, second, "\n  group: copy2.example.com\n")
	assert.Contains(t, string(taken.append(nil, f[2])), "{name: last-copy2}\n")
}

func TestWriteReal(t *testing.T) {
	dir := t.TempDir()
	files := []file{keep(mixed), keep(strings.ReplaceAll(mixed, "web", "shop"))}
	r, err := writeRealTree(dir, files, 5)
	require.NoError(t, err)
	assert.Equal(t, 15, r.objects)
	var all []byte
	for _, name := range r.files {
		data, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		all = append(all, data...)
	}
	assert.Len(t, all, r.bytes)
	assert.Len(t, read(t, all), 15)

	for _, want := range []int{6, 4, 17} {
		name := filepath.Join(dir, "all.yaml")
		r, err := writeStream(name, want, realObjects(files))
		require.NoError(t, err)
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Equal(t, want, r.objects)
		assert.Len(t, data, r.bytes)
		assert.Len(t, read(t, data), want)
	}
}

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const stream = `---
apiVersion: v1
kind: ConfigMap
metadata:
  name: a
---
apiVersion: v1
kind: Service
metadata:
  name: b
---
apiVersion: v1
kind: Secret
metadata:
  name: c
`

func TestParsersSeeTheSame(t *testing.T) {
	for name, p := range parsers {
		n, err := p(input{[]byte(stream), cut([]byte(stream))})
		require.NoError(t, err, name)
		assert.Equal(t, 3, n, name)
	}
}

func TestDuplicatesAreAnError(t *testing.T) {
	twice := []byte(stream + stream)
	_, err := parsers["kuniq-check"](input{twice, cut(twice)})
	assert.ErrorContains(t, err, "a finding in clean manifests")
}

func TestFirst(t *testing.T) {
	in := input{[]byte(stream), cut([]byte(stream))}
	require.Len(t, in.documents, 3)
	for n, want := range map[int]int{0: 1, 1: 1, 60: 2, 1000: 3} {
		part := in.first(n)
		assert.Len(t, part.documents, want)
		assert.Len(t, cut(part.data), want)
	}
	assert.Equal(t, stream, string(in.first(1000).data))
}

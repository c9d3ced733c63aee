package job

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
)

func TestPlace(t *testing.T) {
	j := Job{Files: map[string][]byte{"a.yaml": []byte(`apiVersion: v1
kind: ConfigMap
metadata:
  name: web
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: web-config
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: one
---
apiVersion: v1
kind: Secret
metadata: {name: x}
---
apiVersion: v1
kind: Secret
metadata: {name: y}
`)}}
	for _, tt := range []struct {
		apiVersion, kind, name string
		line                   int
	}{
		{"v1", "ConfigMap", "web", 4},
		{"v1", "ConfigMap", "prod-web-config-x", 9},
		{"v1", "ConfigMap", "prod-web", 4},
		{"apps/v1beta1", "Deployment", "renamed", 14},
		{"v1", "Secret", "renamed", 0},
		{"v1", "Service", "web", 0},
	} {
		got := j.Place("a.yaml", dupcheck.Object{APIVersion: tt.apiVersion, Kind: tt.kind, Name: tt.name, Namespace: "n"})
		assert.Equal(t, "a.yaml", got.File)
		assert.Equal(t, tt.line, got.Line, tt.name)
	}
}

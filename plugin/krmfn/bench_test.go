package krmfn

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/kio"
)

// packageOf returns a ResourceList as kpt sends it, with n objects of the usual
// size.
func packageOf(n int) []byte {
	var b strings.Builder
	b.WriteString("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n")
	for i := range n {
		annotations := fmt.Sprintf(`    annotations:
      config.kubernetes.io/index: '0'
      config.kubernetes.io/path: 'shop/app-%[1]d.yaml'
      internal.config.kubernetes.io/index: '0'
      internal.config.kubernetes.io/path: 'shop/app-%[1]d.yaml'
      internal.config.kubernetes.io/seqindent: 'compact'
`, i)
		switch i % 3 {
		case 0:
			fmt.Fprintf(&b, `- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: app-%d
    namespace: shop
%s  data:
    key: value
    text: |
      several
      lines
`, i, annotations)
		case 1:
			fmt.Fprintf(&b, `- apiVersion: v1
  kind: Service
  metadata:
    name: app-%[1]d
    namespace: shop
%[2]s  spec:
    selector: {app: app-%[1]d}
    ports:
    - name: http
      port: 80
      targetPort: 8080
`, i, annotations)
		case 2:
			fmt.Fprintf(&b, `- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: app-%[1]d
    namespace: shop
%[2]s  spec:
    replicas: 3
    selector:
      matchLabels: {app: app-%[1]d}
    template:
      metadata:
        labels: {app: app-%[1]d}
      spec:
        containers:
        - name: web
          image: registry.example.com/web:%[1]d
          ports:
          - containerPort: 8080
`, i, annotations)
		}
	}
	return []byte(b.String())
}

// The pair to compare: what a function costs that does nothing but echo through
// kyaml, and what ours does.

func BenchmarkEcho(b *testing.B) {
	input := packageOf(10_000)
	b.SetBytes(int64(len(input)))
	for b.Loop() {
		rw := &kio.ByteReadWriter{Reader: bytes.NewReader(input), Writer: io.Discard, KeepReaderAnnotations: true}
		nodes, err := rw.Read()
		require.NoError(b, err)
		require.Len(b, nodes, 10_000)
		require.NoError(b, rw.Write(nodes))
	}
}

func BenchmarkUniqueObjects(b *testing.B) {
	input := packageOf(10_000)
	b.SetBytes(int64(len(input)))
	for b.Loop() {
		out := Run(input, Env{})
		require.Equal(b, Clean, out.Code, out.Log)
		require.Equal(b, "kuniq: 10000 objects, no duplicates\n", out.Log)
	}
}

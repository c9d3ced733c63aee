package manifest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

// small is a manifest of about 400 bytes.
func small(i int) string {
	return fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-%d
  namespace: team-%d
  labels:
    app.kubernetes.io/name: web
    app.kubernetes.io/instance: web-%d
spec:
  replicas: 3
  selector:
    matchLabels: {app: web-%d}
  template:
    metadata:
      labels: {app: web-%d}
    spec:
      containers:
      - name: web
        image: registry.example.com/web:1.%d
`, i, i%100, i, i, i, i%50)
}

// large is a CustomResourceDefinition of about 60 KB.
func large(i int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets%d.example.com
spec:
  group: example.com
  names: {kind: Widget%d, plural: widgets%d}
  scope: Namespaced
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        properties:
`, i, i, i)
	for n := range 300 {
		fmt.Fprintf(&b, `          field%d:
            description: |-
              Field%d says what a field says, in the words of its own author,
              and at some length: it's "described".
            type: string
`, n, n)
	}
	return b.String()
}

// stream strings manifests together.
func stream(n int, manifest func(int) string) []byte {
	var b bytes.Buffer
	for i := range n {
		b.WriteString("---\n")
		b.WriteString(manifest(i))
	}
	return b.Bytes()
}

func inJSON(i int) string {
	object := map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": fmt.Sprint("web-", i), "namespace": "team"},
		"spec": map[string]any{"replicas": 3, "template": map[string]any{"spec": map[string]any{"containers": []any{
			map[string]any{"name": "web", "image": "registry.example.com/web:1.2.3", "args": []any{"--a", "--b", "--c"}},
		}}}},
	}
	text, _ := json.MarshalIndent(object, "", "  ")
	return string(text) + "\n"
}

func BenchmarkParse(b *testing.B) {
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"small", stream(1000, small)},
		{"large", stream(20, large)},
		{"JSON", stream(1000, inJSON)},
		{"List", []byte("apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(strings.ReplaceAll(string(stream(1000, small))[4:], "\n", "\n  ")), "\n  ---\n  ", "\n- "))},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.data)))
			objects := 0
			for b.Loop() {
				for _, err := range manifest.Parse("f", c.data) {
					require.NoError(b, err)
					objects++
				}
			}
			b.ReportMetric(float64(objects)/b.Elapsed().Seconds(), "objects/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkCheck goes from bytes to the report, on one goroutine, with objects of 134
// bytes that have little but an identity.
func BenchmarkCheck(b *testing.B) {
	const n = 50_000
	data := stream(n, func(i int) string {
		return fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: object-%07d\n  namespace: small\ndata:\n  key: %s\n", i, strings.Repeat("x", 33))
	})
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		var c dupcheck.Checker
		for o, err := range manifest.Parse("f", data) {
			require.NoError(b, err)
			c.Add(o)
		}
		report := c.Report()
		require.Equal(b, n, report.Objects)
		require.Empty(b, report.Diagnostics)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/object")
}

func BenchmarkChunks(b *testing.B) {
	data := stream(1000, small)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for range manifest.Chunks(data) {
		}
	}
}

// BenchmarkTree checks 100,000 different objects of 40 MB in all, in one file
// and in one file for each. Peak is the memory in use at the worst moment.
func BenchmarkTree(b *testing.B) {
	const n = 100_000
	for _, files := range []int{1, 1000, n} {
		b.Run(fmt.Sprintf("files=%d", files), func(b *testing.B) {
			dir, size := b.TempDir(), 0
			for f := range files {
				var data bytes.Buffer
				for i := range n / files {
					data.WriteString("---\n")
					data.WriteString(small(f*(n/files) + i))
				}
				size += data.Len()
				name := filepath.Join(dir, fmt.Sprint("d", f%100), fmt.Sprintf("%d.yaml", f))
				require.NoError(b, os.MkdirAll(filepath.Dir(name), 0o777))
				require.NoError(b, os.WriteFile(name, data.Bytes(), 0o666))
			}
			b.SetBytes(int64(size))
			debug.FreeOSMemory()
			peak := watchMemory()
			for b.Loop() {
				var c dupcheck.Checker
				tree := manifest.Tree{Args: []string{dir}}
				for f := range tree.Files(context.Background()) {
					for _, o := range f.Objects {
						c.Add(o)
					}
				}
				report := c.Report()
				require.Equal(b, n, report.Objects)
				require.Empty(b, report.Diagnostics)
			}
			b.ReportMetric(float64(peak())/(1<<20), "MiB-peak")
			b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "objects/s")
		})
	}
}

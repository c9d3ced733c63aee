package manifest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/kuniq/kuniq/dupcheck"
)

// corpus is the file that KUNIQ_CORPUS names.
func corpus(b *testing.B) []byte {
	name := os.Getenv("KUNIQ_CORPUS")
	if name == "" {
		b.Skip("KUNIQ_CORPUS names no file of manifests")
	}
	data, err := os.ReadFile(name)
	require.NoError(b, err)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	return data
}

// BenchmarkCorpusParse is the whole way from bytes to objects.
func BenchmarkCorpusParse(b *testing.B) {
	data := corpus(b)
	for b.Loop() {
		n, unread := 0, 0
		for _, err := range Parse("corpus", data) {
			if err != nil {
				unread++
			}
			n++
		}
		b.ReportMetric(float64(n), "objects")
		b.ReportMetric(float64(unread), "unread")
	}
}

// BenchmarkCorpusChunks only looks for the document markers.
func BenchmarkCorpusChunks(b *testing.B) {
	data := corpus(b)
	for b.Loop() {
		for range Chunks(data) {
		}
	}
}

// BenchmarkCorpusOutline reads what can be outlined.
func BenchmarkCorpusOutline(b *testing.B) {
	data := corpus(b)
	var o outlineReader
	for b.Loop() {
		left := 0
		s := stream{data: data}
		for s.pos < len(data) {
			c := Chunk{Parse: -1}
			s.prefix(&c)
			if end, ok := o.Read(data[c.Parse:], 1, false); ok {
				s.pos = c.Parse + end
				continue
			}
			s.content(&c)
			left += c.End - c.Parse
		}
		b.ReportMetric(100*float64(left)/float64(len(data)), "%fallback")
	}
}

// BenchmarkCorpusYAML decodes every document with go.yaml.in/yaml/v3.
func BenchmarkCorpusYAML(b *testing.B) {
	data := corpus(b)
	for b.Loop() {
		for c := range Chunks(data) {
			decoder := yaml.NewDecoder(bytes.NewReader(data[c.Parse:c.End]))
			for {
				var n yaml.Node
				if err := decoder.Decode(&n); err != nil {
					if !errors.Is(err, io.EOF) {
						break
					}
					break
				}
			}
		}
	}
}

// BenchmarkCorpusShared is the same with all processors.
func BenchmarkCorpusShared(b *testing.B) {
	data := corpus(b)
	for b.Loop() {
		n := 0
		s := &source{name: "corpus", data: data, store: newStore()}
		s.parseShared(data, start{}, "", func(dupcheck.Object, error) bool {
			n++
			return true
		})
		b.ReportMetric(float64(n), "objects")
	}
}

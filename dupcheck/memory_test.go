package dupcheck_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// stream adds n different objects as a reader would, with strings of their own.
func stream(c *dupcheck.Checker, n int) {
	for i := range n {
		c.Add(dupcheck.Object{
			APIVersion: string([]byte("apps/v1")), Kind: string([]byte("Deployment")),
			Namespace: fmt.Sprintf("team-%d", i%100), Name: fmt.Sprintf("deployment-%07d", i),
			At: dupcheck.Position{File: "all.yaml", Line: 10*i + 4, Column: 9, Document: i},
		})
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestMemory holds a Checker to what its documentation says it keeps.
func TestMemory(t *testing.T) {
	const n = 200_000
	var c dupcheck.Checker
	before := heap()
	stream(&c, n)
	kept := (heap() - before) / n
	t.Logf("%d bytes for each object", kept)
	assert.Less(t, kept, uint64(140), "bytes kept for each object")
	assert.Equal(t, n, c.Report().Objects)
}

func BenchmarkChecker(b *testing.B) {
	const n = 100_000
	b.ReportAllocs()
	for b.Loop() {
		var c dupcheck.Checker
		stream(&c, n)
		if r := c.Report(); len(r.Diagnostics) > 0 {
			b.Fatal(r.Diagnostics[0])
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/object")
}

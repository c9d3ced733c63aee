package dupcheck_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// stream adds n different objects as a reader would, with strings of their own. Of rendered
// ones, fifty have one origin.
func stream(c *dupcheck.Checker, n int, rendered bool) {
	at := dupcheck.Position{File: "all.yaml"}
	for i := range n {
		if rendered {
			at.Origin = fmt.Sprintf("clusters/%d", i/50)
			at.File = at.Origin + "/kustomization.yaml"
		}
		at.Line, at.Column, at.Document = 10*i+4, 9, i
		c.Add(dupcheck.Object{
			APIVersion: string([]byte("apps/v1")), Kind: string([]byte("Deployment")),
			Namespace: fmt.Sprintf("team-%d", i%100), Name: fmt.Sprintf("deployment-%07d", i),
			At: at,
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
	for _, rendered := range []bool{false, true} {
		var c dupcheck.Checker
		before := heap()
		stream(&c, n, rendered)
		kept := (heap() - before) / n
		t.Logf("%d bytes for each object, rendered: %t", kept, rendered)
		assert.Less(t, kept, uint64(140), "bytes kept for each object, rendered: %t", rendered)
		assert.Equal(t, n, c.Report().Objects)
	}
}

func BenchmarkChecker(b *testing.B) {
	const n = 100_000
	b.ReportAllocs()
	for b.Loop() {
		var c dupcheck.Checker
		stream(&c, n, false)
		if r := c.Report(); len(r.Diagnostics) > 0 {
			b.Fatal(r.Diagnostics[0])
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/object")
}

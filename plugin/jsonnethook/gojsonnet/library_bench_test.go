package gojsonnet_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-jsonnet"
)

// BenchmarkLibrary says what kuniq.libsonnet costs: check-ratio is the
// processor time of an evaluation with check, over that of one without, in the
// same run.
//
//	go test -run=NONE -bench=Library -benchtime=3x ./plugin/jsonnethook/gojsonnet
//
// With KUNIQ_LONG=1 it has 50000 objects, too, and takes 3 GB of memory.
func BenchmarkLibrary(b *testing.B) {
	sizes := []int{1000, 10_000}
	if os.Getenv("KUNIQ_LONG") != "" {
		sizes = append(sizes, 50_000)
	}
	for _, n := range sizes {
		// The program is made an expression, so that check can take it.
		plain := "local tree = (" + deployments(n) + "); tree"
		checked := "local tree = (" + deployments(n) + "); (import '../kuniq.libsonnet').check(tree)"
		b.Run(fmt.Sprintf("objects=%d", n), func(b *testing.B) {
			var without, with time.Duration
			for range b.N {
				start := cpuTime()
				want, err := jsonnet.MakeVM().EvaluateAnonymousSnippet("main.jsonnet", plain)
				require.NoError(b, err)
				middle := cpuTime()
				got, err := jsonnet.MakeVM().EvaluateAnonymousSnippet("main.jsonnet", checked)
				require.NoError(b, err)
				with += cpuTime() - middle
				without += middle - start
				require.True(b, want == got)
			}
			b.ReportMetric(float64(with)/float64(without), "check-ratio")
			b.ReportMetric(without.Seconds()/float64(b.N), "eval-s")
		})
	}
}

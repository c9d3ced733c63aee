package jsonnethook_test

import (
	"fmt"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/jsonnethook"
)

// BenchmarkCollector is the hook alone, on 10000 objects that are decoded.
//
//	go test -run=NONE -bench=Collector ./plugin/jsonnethook
func BenchmarkCollector(b *testing.B) {
	teams := map[string]any{}
	for t := range 100 {
		apps := map[string]any{}
		for a := range 100 {
			apps[fmt.Sprintf("app-%d", a)] = map[string]any{
				"apiVersion": "apps/v1", "kind": "Deployment", "spec": map[string]any{"replicas": 3.0},
				"metadata": map[string]any{
					"name": fmt.Sprintf("app-%d", a), "namespace": fmt.Sprintf("team-%d", t),
					"labels": map[string]any{"app.kubernetes.io/name": "app"},
				},
			}
		}
		teams[fmt.Sprintf("team-%d", t)] = apps
	}
	b.ReportAllocs()
	for b.Loop() {
		c := jsonnethook.Collector{Rules: dupcheck.Rules{DefaultNamespace: "default"}}
		require.NoError(b, c.Add("main.jsonnet", teams))
		require.NoError(b, c.Err())
	}
}

package gojsonnet_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-jsonnet"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/jsonnethook"
	"github.com/kuniq/kuniq/plugin/jsonnethook/gojsonnet"
)

// deployments is a program that makes n Deployments of some 2 kB, a hundred to
// a team, as people write them: functions, "+" and "+:".
func deployments(n int) string {
	return fmt.Sprintf(`
local env(i) = [{ name: 'SETTING_' + k, value: 'value-' + k + '-' + i } for k in std.range(1, 12)];
local probe(path) = { httpGet: { path: path, port: 'http' }, initialDelaySeconds: 5, periodSeconds: 10 };
local deployment(name) = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: name, labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'shop' } },
  spec: {
    replicas: 3,
    selector: { matchLabels: $.metadata.labels },
    template: {
      metadata: { labels: $.metadata.labels, annotations: { 'prometheus.io/scrape': 'true' } },
      spec: {
        serviceAccountName: name,
        containers: [{
          name: name, image: 'registry.example.com/shop/' + name + ':1.2.3', env: env(name),
          ports: [{ name: 'http', containerPort: 8080 }],
          livenessProbe: probe('/healthz'), readinessProbe: probe('/readyz'),
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
        }],
      },
    },
  },
};
{
  ['team-' + t]: {
    ['app-' + a]: deployment('app-' + a) + { metadata+: { namespace: 'team-' + t } }
    for a in std.range(1, 100)
  }
  for t in std.range(1, %d)
}
`, n/100)
}

// BenchmarkHook says what the hook costs, as a share of the evaluation in the
// same run: hook-% of a host that has the decoded tree, and own-% with a
// decoding for the hook alone. It counts the processor time of all threads.
//
//	go test -run=NONE -bench=Hook -benchtime=3x ./plugin/jsonnethook/gojsonnet
//
// With KUNIQ_LONG=1 it has 50000 objects, too, and takes 3 GB of memory.
func BenchmarkHook(b *testing.B) {
	sizes := []int{1000, 10_000}
	if os.Getenv("KUNIQ_LONG") != "" {
		sizes = append(sizes, 50_000)
	}
	for _, n := range sizes {
		code := deployments(n)
		b.Run(fmt.Sprintf("objects=%d", n), func(b *testing.B) {
			var evaluation, decoding, hook time.Duration
			for range b.N {
				start := cpuTime()
				text, err := jsonnet.MakeVM().EvaluateAnonymousSnippet("main.jsonnet", code)
				require.NoError(b, err)
				evaluated := cpuTime()
				var tree any
				require.NoError(b, json.Unmarshal([]byte(text), &tree))
				decoded := cpuTime()
				c := jsonnethook.Collector{Rules: dupcheck.Rules{DefaultNamespace: "default"}}
				require.NoError(b, c.Add("main.jsonnet", tree))
				r := c.Report()
				hook += cpuTime() - decoded
				evaluation += evaluated - start
				decoding += decoded - evaluated
				require.Equal(b, n, r.Objects)
				require.Empty(b, r.Diagnostics)
				b.ReportMetric(float64(len(text))/float64(n), "bytes/object")
			}
			b.ReportMetric(100*float64(hook)/float64(evaluation), "hook-%")
			b.ReportMetric(100*float64(hook+decoding)/float64(evaluation), "own-%")
			b.ReportMetric(evaluation.Seconds()/float64(b.N), "eval-s")
		})
	}
}

// BenchmarkLocate says what the lines of one collision cost, as a share of the
// evaluation.
//
//	go test -run=NONE -bench=Locate -benchtime=3x ./plugin/jsonnethook/gojsonnet
func BenchmarkLocate(b *testing.B) {
	code := deployments(1000) + ` + { again: $['team-10']['app-100'] }`
	var evaluation, locating time.Duration
	for range b.N {
		start := cpuTime()
		e, err := gojsonnet.Snippet(jsonnet.MakeVM(), "main.jsonnet", code)
		require.NoError(b, err)
		evaluation += cpuTime() - start
		var found *jsonnethook.FindingsError
		require.ErrorAs(b, jsonnethook.Check(dupcheck.Rules{}, e.Source, e.Tree), &found)
		start = cpuTime()
		r := gojsonnet.Locate(found.Report, e)
		locating += cpuTime() - start
		require.NotEmpty(b, r.Diagnostics[0].Declarations[1].Line)
	}
	b.ReportMetric(100*float64(locating)/float64(evaluation), "locate-%")
}

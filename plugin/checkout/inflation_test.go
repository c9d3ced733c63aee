package checkout_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// TestInflations: charts and all other configurations of generators are told from
// each other.
func TestInflations(t *testing.T) {
	charts, rest := checkout.Inflations([]byte(`# a comment
---
apiVersion: builtin
kind: HelmChartInflationGenerator
metadata: {name: x}
chartHome: home
name: web
version: 1.0.0
valuesInline: {a: [1]}
---
apiVersion: builtin
kind: ConfigMapGenerator
metadata: {name: y}
---
{apiVersion: builtin, kind: HelmChartInflationGenerator, name: y}
`))
	require.Len(t, charts, 2)
	assert.Equal(t, "apps/home/web", charts[0].Dir("apps"))
	assert.Equal(t, "apps/charts/y", charts[1].Dir("apps"))
	assert.Equal(t, map[string]any{"a": []any{1.0}}, charts[0].ValuesInline)
	assert.Contains(t, string(rest), "ConfigMapGenerator")
	assert.NotContains(t, string(rest), "Inflation")

	k := checkout.ParseKustomization("apps/kustomization.yaml", []byte(`
helmCharts: [{name: a, repo: https://charts.example.com, version: 1.x}, {name: b, repo: oci://example.com}, {name: c, version: 2.0.0}]
helmChartInflationGenerator: [{chartName: d, chartHome: old}]
`))
	var dirs []string
	for _, one := range k.Inflations {
		dirs = append(dirs, one.Dir(k.Dir))
	}
	assert.Equal(t, []string{"apps/old/a-1.x/a", "apps/old/b", "apps/old/c", "apps/old/d"}, dirs)
}

package render

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
)

const charts = `
-- charts/web/Chart.yaml --
name: web
dependencies:
- {name: lib, repository: "file://../lib"}
- {name: there, repository: "https://charts.example.com"}
- {name: packed, repository: "https://charts.example.com"}
-- charts/web/charts/there/Chart.yaml --
name: there
-- charts/web/charts/packed-1.0.0.tgz --
-- charts/web/templates/web.yaml --
kind: {{ "x" }}
-- charts/web/.git/config --
-- charts/lib/Chart.yaml --
name: lib
-- charts/lib/templates/a.yaml --
-- charts/fetched/Chart.yaml --
dependencies: [{name: away, repository: "https://charts.example.com"}]
-- charts/lost/Chart.yaml --
dependencies: [{name: away, repository: "file://../../../away"}]
-- charts/endless/Chart.yaml --
name: endless
dependencies: [{name: endless, repository: "file://../endless"}]
-- charts/sly/Chart.yaml --
dependencies: [{name: ../../x, repository: "file://../lib"}]
-- charts/library/Chart.yaml --
type: library
-- charts/broken/Chart.yaml --
dependencies: 3
-- values/prod.yaml --
a: b
`

func TestChart(t *testing.T) {
	p := find(tree(charts), ".")
	var dirs []string
	parts := map[string]Target{}
	for _, root := range p.Targets {
		dirs = append(dirs, root.Dir)
		parts[root.Dir] = Target{Target: root}
		_, reason := newJob(p, Target{Target: root})
		assert.Contains(t, reason, "only the helm command renders", root.Dir)
	}
	assert.Equal(t, []string{"charts/broken", "charts/endless", "charts/fetched", "charts/lost", "charts/sly", "charts/web"}, dirs,
		"a chart that another one brings along is no root, and one that only brings itself along is")
	assert.Equal(t, []checkout.Unused{{Dir: "charts/library", Reason: "a library chart, which deploys nothing by itself"}}, p.Unused)

	web := parts["charts/web"]
	const given = ".kuniq-values/0"
	web.Helm = Helm{Command: "helm", Values: []string{"values/prod.yaml", given}, Given: map[string][]byte{given: []byte("c: d")}}
	j, reason := newJob(p, web)
	require.Empty(t, reason)
	assert.Equal(t, []string{
		given, "charts/lib/Chart.yaml", "charts/lib/templates/a.yaml",
		"charts/web/Chart.yaml", "charts/web/charts/lib/Chart.yaml", "charts/web/charts/lib/templates/a.yaml",
		"charts/web/charts/packed-1.0.0.tgz", "charts/web/charts/there/Chart.yaml", "charts/web/templates/web.yaml",
		"values/prod.yaml",
	}, j.Names())
	assert.Equal(t, "c: d", string(j.Files[given]))
	assert.Empty(t, j.Helm.Given, "a worker gets it once")
	assert.NotContains(t, j.Inputs, given, "it is in no tree")
	assert.Equal(t, "charts/lib/templates/a.yaml", j.Moved["charts/web/charts/lib/templates/a.yaml"])
	for dir, want := range map[string]string{
		"charts/fetched": `charts/fetched/Chart.yaml: the dependency "away" is not in charts/, and kuniq fetches nothing: helm dependency build gets it`,
		"charts/lost":    `charts/lost/Chart.yaml: the dependency "away" is in no checked directory`,
		"charts/sly":     "charts/sly/Chart.yaml: a dependency has an invalid name",
		"charts/broken":  "charts/broken/Chart.yaml is not valid",
		"charts/endless": "charts refer to each other more than 8 times",
	} {
		_, reason := newJob(p, Target{Target: checkout.Target{Dir: dir, File: dir + "/Chart.yaml", Kind: checkout.Chart}, Helm: web.Helm})
		assert.Equal(t, want, reason)
	}
}

// TestHelmFailure: no reason quotes what helm says, which can be a value.
func TestHelmFailure(t *testing.T) {
	j := Job{Target: Target{Target: checkout.Target{Dir: "charts/web", Kind: checkout.Chart}, Helm: Helm{Command: "/nothing/helm"}}, Temp: t.TempDir()}
	assert.Equal(t, "the helm command cannot be run", run(j).Reason.String())
}

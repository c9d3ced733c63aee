package argocd_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/impact"
)

// TestClosure: a deployer that cannot be resolved changes if a file does that its
// tool would read, and not if another one does.
func TestClosure(t *testing.T) {
	const helm = "helmCharts: [{name: x, version: 1.0.0, valuesFile: values.yaml}]\n"
	const shared = "helmGlobals: {chartHome: ../charts}\n" + helm
	const generators = "generators: [plugin.yaml]\n"
	const other = "apiVersion: example.com/v1\nkind: Other\nmetadata: {name: x}\n"
	for _, tt := range []struct {
		name, kustomization, file string
		changes                   bool
	}{
		{"a document", helm, "README.md", false},
		{"another Application", helm, "b/values.yaml", false},
		{"a file that nothing names", helm, "a/other.yaml", false},
		{"a chart for others", helm, "charts/x/templates/x.yaml", false},
		{"beside annotations of Argo CD", "# Application\ncommonAnnotations: {argocd.argoproj.io/sync-wave: '1'}\n" + helm, "b/values.yaml", false},
		{"beside an Application", "resources: [../kids]\n" + helm, "b/values.yaml", false},
		{"what an Application beside it deploys", "resources: [../kids]\n" + helm, "base/c.yaml", true},
		{"values", helm, "a/values.yaml", true},
		{"a chart in the checkout", helm, "a/charts/x/templates/x.yaml", true},
		{"a chart elsewhere", shared, "charts/x/templates/x.yaml", true},
		{"no chart elsewhere", shared, "b/values.yaml", false},
		{"a home outside", "helmGlobals: {chartHome: ../../charts}\n" + helm, "b/values.yaml", true},
		{"a configuration of helm", "helmGlobals: {configHome: config}\n" + helm, "b/values.yaml", true},
		{"further values", "helmCharts: [{name: x, additionalValuesFiles: [../b/values.yaml]}]\n", "b/values.yaml", true},
		{"values that are fetched", "helmCharts: [{name: x, valuesFile: https://example.com/x.yaml}]\n", "b/values.yaml", false},
		{"the old field", "helmChartInflationGenerator: [{chartName: x}]\n", "b/values.yaml", true},
		{"a base", helm + "resources: [../base]\n", "base/c.yaml", true},
		{"a chart of a base", "resources: [../inflated]\n", "inflated/charts/x/Chart.yaml", true},
		{"a plugin", generators, "b/values.yaml", true},
		{"a plugin behind a chart", helm + generators, "b/values.yaml", true},
		{"a plugin behind something else", "resources: [https://example.com/x.yaml]\n" + generators, "b/values.yaml", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := func(text string) fstest.MapFS {
				return tree("apps.yaml", app{name: "a"}.String(), "a/kustomization.yaml", tt.kustomization, "a/plugin.yaml", other, "a/values.yaml", "x: 1\n",
					"base/kustomization.yaml", "resources: [c.yaml]\n", "base/c.yaml", config, "inflated/kustomization.yaml", helm, "kids/kustomization.yaml", "resources: [kid.yaml]\n", "kids/kid.yaml", app{name: "kid", path: "base"}.String(),
					tt.file, text)
			}
			want := []string(nil)
			if tt.changes {
				want = []string{"unresolved-change"}
			}
			assert.Equal(t, want, rules(compare(t, files("a: 1\n"), files("a: 2\n"), impact.Options{}), dupcheck.Error))
		})
	}
	t.Run("beside an Application with values", func(t *testing.T) {
		more := strings.Replace(app{name: "more", path: "base"}.String(), "path: base", "path: base\n    helm: {valueFiles: [../b/values.yaml]}", 1)
		files := func(text string) fstest.MapFS {
			return tree("apps.yaml", app{name: "a"}.String(), "a/kustomization.yaml", "resources: [more.yaml]\n"+helm, "a/more.yaml", more, "a/values.yaml", "", "base/c.yaml", config, "b/values.yaml", text)
		}
		assert.Equal(t, []string{"unresolved-change"}, rules(compare(t, files("a: 1\n"), files("a: 2\n"), impact.Options{}), dupcheck.Error))
	})
	t.Run("a link in a chart", func(t *testing.T) {
		files := func(text string) fstest.MapFS {
			files := tree("apps.yaml", app{name: "a"}.String(), "a/kustomization.yaml", helm, "a/values.yaml", "", "y/x.yaml", config, "y/other.yaml", text)
			files["a/charts/x/templates/x.yaml"] = &fstest.MapFile{Data: []byte("../../../../y/x.yaml"), Mode: fs.ModeSymlink}
			return files
		}
		assert.Equal(t, []string{"unresolved-change"}, rules(compare(t, files("a: 1\n"), files("a: 2\n"), impact.Options{}), dupcheck.Error))
	})
}

// TestChartOfApplications: a chart that is not at hand may make Applications if its
// values say where these come from. It is applied by hand, so that it is unread.
func TestChartOfApplications(t *testing.T) {
	const helm = "helmCharts: [{name: x, repo: https://example.com, valuesFile: values.yaml}]\n"
	for values, want := range map[string]int{
		"default: {source: {repoURL: https://git.example.com/config}}\n": 1,
		"replicas: 1\n": 0,
	} {
		repo := tree("bootstrap/kustomization.yaml", helm, "bootstrap/values.yaml", values)
		rev, err := deploy.NewResolver(deploy.Options{Tool: gitops.ArgoCD, Adapter: argocd.Options{}.Adapter}).Read(repo)
		require.NoError(t, err)
		assert.Len(t, rev.Unread(), want, values)
	}
}

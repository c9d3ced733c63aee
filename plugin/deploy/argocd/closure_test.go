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
		assert.Equal(t, []string{"opaque-change", "unresolved-change"}, rules(compare(t, files("a: 1\n"), files("a: 2\n"), impact.Options{}), dupcheck.Error))
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
		assert.Len(t, deploy.UndeclaredIn(rev), want, values)
	}
}

// TestOpaque: of a chart that is not known, other values or another version are a rule
// of their own. All else may be another chart, release or cluster.
func TestOpaque(t *testing.T) {
	const before = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a, namespace: argocd}
spec:
  project: default
  source: {repoURL: https://charts.example.com, chart: db, targetRevision: 1.0.0, helm: {releaseName: db, namespace: db, values: "a: 1", parameters: [{name: b, value: "1"}], valueFiles: [x.yaml]}}
  destination: {server: https://prod01, namespace: x}
  syncPolicy: {automated: {prune: true}}
`
	inTree := strings.Replace(before, "repoURL: https://charts.example.com, chart: db, targetRevision: 1.0.0", "repoURL: https://git.example.com/config, path: db, targetRevision: HEAD", 1)
	for _, tt := range []struct {
		app, old, now string
		want          string
	}{
		{before, "a: 1", "a: 2", "opaque-change"},
		{before, `value: "1"`, `value: "2"`, "opaque-change"},
		{before, "1.0.0", "2.0.0", "opaque-change"},
		{before, "x.yaml", "y.yaml", "opaque-change"},
		{before, "chart: db", "chart: other", "unresolved-change"},
		{before, "charts.example.com", "other.example.com", "unresolved-change"},
		{before, "releaseName: db", "releaseName: other", "unresolved-change"},
		{before, "namespace: db", "namespace: other", "unresolved-change"},
		{before, "namespace: x", "namespace: other", "unresolved-change"},
		{before, "prod01", "prod02", "unresolved-change"},
		{before, "1.0.0, helm: {releaseName: db", "2.0.0, helm: {releaseName: other", "unresolved-change"},
		{before, "prune: true", "prune: false", ""},
		{inTree, "a: 1", "a: 2", "opaque-change"},
		{inTree, "x.yaml", "y.yaml", "opaque-change"},
		{inTree, "path: db", "path: other", "unresolved-change"},
		{inTree, "HEAD", "v1.0.0", "unresolved-change"},
	} {
		files := func(app string) fstest.MapFS {
			all := []string{"apps.yaml", app}
			for _, dir := range []string{"db", "other"} {
				all = append(all, dir+"/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n", dir+"/x.yaml", "x: 1\n", dir+"/y.yaml", "y: 1\n")
			}
			return tree(all...)
		}
		base, head := files(tt.app), files(strings.Replace(tt.app, tt.old, tt.now, 1))
		want := []string(nil)
		if tt.want != "" {
			want = []string{tt.want}
		}
		got := trees2(t, base, head, argocd.Options{})
		assert.Equal(t, want, rules(got, dupcheck.Error), tt.now)
		got, err := asWarning(t, base, head)
		require.NoError(t, err)
		assert.Equal(t, tt.want == "unresolved-change", got.Fails(), tt.now)
		if tt.want != "" {
			assert.Contains(t, got.Headline(), "not known", tt.now)
		}
	}
	files := func(values, template string) fstest.MapFS {
		return tree("apps.yaml", strings.Replace(inTree, "x.yaml", "../x.yaml", 1), "db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n", "x.yaml", values, "db/templates/x.yaml", template)
	}
	assert.Equal(t, []string{"opaque-change"}, rules(trees2(t, files("x: 1\n", ""), files("x: 2\n", ""), argocd.Options{}), dupcheck.Error))
	assert.Equal(t, []string{"unresolved-change"}, rules(trees2(t, files("x: 1\n", ""), files("x: 1\n", config), argocd.Options{}), dupcheck.Error))
}

// asWarning compares for a team that lets changes of values pass.
func asWarning(t *testing.T, base, head fs.FS) (impact.Impact, error) {
	t.Helper()
	got, err := impact.Trees(t.Context(), base, head, deploy.Options{Tool: gitops.ArgoCD, Adapter: argocd.Options{}.Adapter},
		impact.Options{Rules: dupcheck.Rules{Severity: map[dupcheck.Rule]dupcheck.Severity{impact.OpaqueChange: dupcheck.Warning}}})
	return got.Impact, err
}

package flux_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
	"github.com/kuniq/kuniq/plugin/impact"
)

func kustomization(name, path string, more ...string) string {
	return fmt.Sprintf("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: %s, namespace: flux-system}\nspec:\n  path: %s\n  prune: true\n  sourceRef: {kind: GitRepository, name: main}\n  %s\n",
		name, path, strings.Join(more, "\n  "))
}

const (
	volume = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: x}\n"
	kept   = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: x, annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}\n"
	config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config, namespace: x}\n"
	chart  = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: db, namespace: x}\nspec: {chart: {spec: {chart: postgresql, version: %s, sourceRef: {kind: HelmRepository, name: charts}}}, values: {a: %s}}\n"
)

// variable is the volume in a namespace that is not known, and secret a Kustomization
// with variables of a Secret.
const variable = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: \"${x}\"}\n"

func secret(path string) string {
	return kustomization("a", path, "postBuild: {substituteFrom: [{kind: Secret, name: s}]}")
}

// marked is the volume with marks for Flux.
func marked(field string, all ...string) string {
	prefix := "kustomize.toolkit.fluxcd.io/"
	return fmt.Sprintf("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: x, %s: {%s}}\n", field, prefix+strings.Join(all, ", "+prefix))
}

const unknownKind = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: data, namespace: x}\n"

// variables are those of a Kustomization that reads them.
const variables = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: data, namespace: flux-system}\ndata: {x: z}\n"

func reads(name string) string {
	return kustomization(name, "./"+name, "postBuild: {substituteFrom: [{kind: ConfigMap, name: data}]}")
}

const gitChart = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x, namespace: x}\nspec: {chart: {spec: {chart: ./charts/x, sourceRef: {kind: GitRepository, name: main}}}}\n"

func tree(pairs ...string) fstest.MapFS {
	out := fstest.MapFS{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return out
}

func state(t *testing.T, repo fs.FS) deploy.Snapshot {
	t.Helper()
	data, err := fs.ReadFile(repo, "flux.yaml")
	if err != nil {
		return deploy.Snapshot{}
	}
	d := gitops.Parse(gitops.Flux, "", "flux.yaml", data)
	require.Empty(t, d.Problems)
	resolver := deploy.NewResolver(deploy.Options{Tool: gitops.Flux, Adapter: flux.Options{}.Adapter})
	revision := resolver.Declare(repo, d)
	require.NoError(t, resolver.Resolve(t.Context(), nil, revision))
	return revision.Snapshot()
}

func TestImpact(t *testing.T) {
	plain := kustomization("a", "./a")
	both := plain + "---\n" + kustomization("b", "./b")
	moved := tree("flux.yaml", kustomization("a", "./b"), "b/c.yaml", config)
	for _, tt := range []struct {
		name       string
		base, head fs.FS
		outcomes   []string
		fails      bool
	}{
		{"path", tree("flux.yaml", plain, "a/deep/v.yaml", volume), tree("flux.yaml", kustomization("a", "./b"), "b/c.yaml", config), []string{"data pruned"}, true},
		{"path, protected", tree("flux.yaml", plain, "a/v.yaml", kept), tree("flux.yaml", kustomization("a", "./b"), "b/c.yaml", config), []string{"data protected"}, false},
		{"path, protected by a label", tree("flux.yaml", plain, "a/v.yaml", marked("labels", "prune: Disabled")), moved, []string{"data protected"}, false},
		{"path, let alone", tree("flux.yaml", plain, "a/v.yaml", marked("annotations", "reconcile: disabled")), moved, []string{"data pruned"}, true},
		{"path, ignored", tree("flux.yaml", plain, "a/v.yaml", marked("labels", "ssa: Ignore")), moved, []string{"data pruned"}, true},
		{"path, protected and ignored", tree("flux.yaml", plain, "a/v.yaml", marked("annotations", "prune: disabled", "ssa: ignore")), moved, []string{"data pruned"}, true},
		{"path, protected if new", tree("flux.yaml", plain, "a/v.yaml", marked("annotations", "prune: disabled", "ssa: IfNotPresent")), moved, []string{"data pruned"}, true},
		{"path, merged", tree("flux.yaml", plain, "a/v.yaml", marked("annotations", "prune: disabled", "ssa: Merge")), moved, []string{"data protected"}, false},
		{"gains a mark", tree("flux.yaml", plain, "a/v.yaml", volume), tree("flux.yaml", plain, "a/v.yaml", marked("annotations", "ssa: Ignore")), nil, false},
		{"moves to another", tree("flux.yaml", both, "a/v.yaml", volume, "b/c.yaml", config), tree("flux.yaml", both, "a/c.yaml", "", "b/v.yaml", volume+"---\n"+config), []string{"data moved"}, true},
		{"moves to another that lets it alone", tree("flux.yaml", both, "a/v.yaml", volume, "b/c.yaml", config), tree("flux.yaml", both, "a/c.yaml", "", "b/v.yaml", marked("labels", "reconcile: disabled")+"---\n"+config), []string{"data pruned"}, true},
		{"removed, let alone", tree("flux.yaml", plain, "a/v.yaml", marked("annotations", "reconcile: disabled")), tree(), []string{"data deleted"}, true},
		{"no prune", tree("flux.yaml", plain, "a/v.yaml", volume), tree("flux.yaml", strings.Replace(plain, "prune: true", "prune: false", 1), "a/c.yaml", config), []string{"data kept"}, false},
		{"suspended", tree("flux.yaml", plain, "a/v.yaml", volume), tree("flux.yaml", kustomization("a", "./a", "suspend: true"), "a/c.yaml", config), []string{"data kept"}, false},
		{"loses its namespace", tree("flux.yaml", plain, "a/v.yaml", volume), tree("flux.yaml", plain, "a/v.yaml", strings.Replace(volume, ", namespace: x", "", 1)), nil, true},
		{"had no namespace", tree("flux.yaml", plain, "a/v.yaml", strings.Replace(volume, ", namespace: x", "", 1)), tree("flux.yaml", plain, "a/v.yaml", strings.Replace(volume, ", namespace: x", "", 1)), nil, false},
		{"had no namespace, and goes", tree("flux.yaml", plain, "a/v.yaml", strings.Replace(volume, ", namespace: x", "", 1)), tree("flux.yaml", plain, "a/v.yaml", config), []string{"data pruned"}, true},
		{"loses its namespace, and is of no known kind", tree("flux.yaml", plain, "a/v.yaml", unknownKind), tree("flux.yaml", plain, "a/v.yaml", strings.Replace(unknownKind, ", namespace: x", "", 1)), []string{"data pruned"}, false},
		{"moves to one that takes its variables from it", tree("flux.yaml", plain+"---\n"+reads("b"), "a/v.yaml", variables, "b/c.yaml", config), tree("flux.yaml", plain+"---\n"+reads("b"), "a/c.yaml", "", "b/v.yaml", variables+"---\n"+config), []string{"data pruned"}, false},
		{"targetNamespace", tree("flux.yaml", plain, "a/v.yaml", volume), tree("flux.yaml", kustomization("a", "./a", "targetNamespace: other"), "a/v.yaml", volume), []string{"data pruned"}, true},
		{"another cluster", tree("flux.yaml", plain, "a/v.yaml", volume), tree("flux.yaml", kustomization("a", "./a", "kubeConfig: {secretRef: {name: other}}"), "a/v.yaml", volume), []string{"data orphaned"}, false},
		{"removed", tree("flux.yaml", plain, "a/v.yaml", volume), tree("a/v.yaml", volume), []string{"data deleted"}, true},
		{"removed, and orphans", tree("flux.yaml", kustomization("a", "./a", "deletionPolicy: Orphan"), "a/v.yaml", volume), tree(), []string{"data orphaned"}, false},
		{"no such path", tree("flux.yaml", kustomization("a", "./a")), tree("flux.yaml", kustomization("a", "./b")), nil, false},
		{"variables", tree("flux.yaml", secret("./a"), "a/v.yaml", variable), tree("flux.yaml", secret("./b"), "b/v.yaml", config), []string{"data pruned"}, true},
		{"the same variables", tree("flux.yaml", secret("./a"), "a/v.yaml", variable), tree("flux.yaml", secret("./b"), "b/v.yaml", variable), nil, false},
		{"files with variables", tree("flux.yaml", kustomization("a", "./a", "postBuild: {substitute: {x: z}}"), "a/v.yaml", volume), tree("flux.yaml", kustomization("a", "./a", "postBuild: {substitute: {x: z}}"), "a/v.yaml", config), []string{"data pruned"}, true},
		{"files of a chart", tree("flux.yaml", gitChart, "charts/x/Chart.yaml", "name: x\n", "charts/x/values.yaml", "a: 1\n"), tree("flux.yaml", gitChart, "charts/x/Chart.yaml", "name: x\n", "charts/x/values.yaml", "a: 2\n"), nil, true},
		{"the same files of a chart", tree("flux.yaml", gitChart, "charts/x/Chart.yaml", "name: x\n", "charts/x/values.yaml", "a: 1\n"), tree("flux.yaml", gitChart, "charts/x/Chart.yaml", "name: x\n", "charts/x/values.yaml", "a: 1\n"), nil, false},
		{"a chart", tree("flux.yaml", fmt.Sprintf(chart, "1.0.0", "b")), tree("flux.yaml", fmt.Sprintf(chart, "2.0.0", "b")), nil, true},
		{"its values", tree("flux.yaml", fmt.Sprintf(chart, "1.0.0", "b")), tree("flux.yaml", fmt.Sprintf(chart, "1.0.0", "c")), nil, true},
		{"the same chart", tree("flux.yaml", fmt.Sprintf(chart, "1.0.0", "b")), tree("flux.yaml", fmt.Sprintf(chart, "1.0.0", "b")), nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := impact.Compare(state(t, tt.base), state(t, tt.head), impact.Options{})
			assert.Equal(t, tt.outcomes, removed(found))
			assert.Equal(t, tt.fails, found.Fails())
		})
	}
}

// removed are the objects that are removed, each with what becomes of it.
func removed(found impact.Impact) (all []string) {
	for _, c := range found.Deployers {
		for _, o := range c.Removed {
			all = append(all, o.ID.Name+" "+o.Outcome.String())
		}
	}
	slices.Sort(all)
	return all
}

// spoke is a Kustomization for the cluster of a Secret in its own namespace.
func spoke(name, namespace string) string {
	return strings.Replace(kustomization(name, "./a", "kubeConfig: {secretRef: {name: cluster}}"), "namespace: flux-system", "namespace: "+namespace, 1)
}

func TestClusterOfSecret(t *testing.T) {
	for _, tt := range []struct {
		name   string
		second string
		shared int
	}{
		{"the same Secret", spoke("b", "staging"), 1},
		{"another namespace", spoke("a", "production"), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			report := deploy.Check(state(t, tree("flux.yaml", spoke("a", "staging")+"---\n"+tt.second, "a/c.yaml", config)), deploy.CheckOptions{})
			assert.Equal(t, tt.shared, report.Count(dupcheck.Error))
		})
	}
}

// A chart from a registry has no name that is known.
func TestChartOfRegistry(t *testing.T) {
	const registry = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: db, namespace: x}\nspec: {chartRef: {kind: OCIRepository, name: db}, values: {a: b}}\n"
	for _, heads := range [][2]string{{fmt.Sprintf(chart, "1.0.0", "b"), registry}, {registry, fmt.Sprintf(chart, "1.0.0", "b")}} {
		found := impact.Compare(state(t, tree("flux.yaml", heads[0])), state(t, tree("flux.yaml", heads[1])), impact.Options{})
		require.Len(t, found.Deployers, 1)
		assert.Equal(t, 1, found.Unknown)
		for _, f := range found.Deployers[0].Findings {
			assert.NotContains(t, f.Message, "another one is installed")
		}
	}
}

// TestOpaque: of a release whose chart is not known, other values or another version are
// a rule of their own.
func TestOpaque(t *testing.T) {
	const (
		release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: db, namespace: x}\nspec: {chart: {spec: {chart: postgresql, version: 1.0.0, valuesFiles: [a.yaml], sourceRef: {kind: HelmRepository, name: charts}}}, valuesFrom: [{kind: ConfigMap, name: values}], values: {a: 1}}\n"
		image   = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: db, namespace: x}\nspec: {chartRef: {kind: OCIRepository, name: db}, values: {a: 1}}\n---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: db, namespace: x}\nspec: {url: oci://example.com/db, ref: {tag: 1.0.0}}\n"
		values  = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: values, namespace: x}\ndata: {values.yaml: 'b: 1'}\n"
	)
	for _, tt := range []struct {
		release, old, now string
		want              dupcheck.Rule
	}{
		{release, "a: 1", "a: 2", impact.OpaqueChange},
		{release, "1.0.0", "2.0.0", impact.OpaqueChange},
		{release, "a.yaml", "b.yaml", impact.OpaqueChange},
		{release, "b: 1", "b: 2", impact.OpaqueChange},
		{release, "name: values}]", "name: values, optional: true}]", impact.OpaqueChange},
		{release, "chart: postgresql", "chart: mysql", impact.UnresolvedChange},
		{release, "name: charts", "name: others", impact.UnresolvedChange},
		{release, "{chart: {spec", "{targetNamespace: y, chart: {spec", impact.UnresolvedChange},
		{release, "{chart: {spec", "{releaseName: y, chart: {spec", impact.UnresolvedChange},
		{release, "{chart: {spec", "{kubeConfig: {secretRef: {name: y}}, chart: {spec", impact.UnresolvedChange},
		{release, "{chart: {spec", "{postRenderers: [{kustomize: {}}], chart: {spec", impact.UnresolvedChange},
		{image, "a: 1", "a: 2", impact.OpaqueChange},
		{image, "tag: 1.0.0", "tag: 2.0.0", impact.OpaqueChange},
		{image, "tag: 1.0.0", "digest: sha256:00", impact.OpaqueChange},
		{image, "example.com", "other.example.com", impact.UnresolvedChange},
	} {
		text := tt.release + values
		got := compareTrees(t, tree("flux.yaml", text), tree("flux.yaml", strings.Replace(text, tt.old, tt.now, 1)))
		require.Len(t, got.Deployers, 1, tt.now)
		assert.Equal(t, tt.want, got.Deployers[0].Findings[0].Rule, tt.now)
		assert.True(t, got.Fails())
	}
}

// A deployer that is no longer deployed and stays keeps its source.
func TestCarriedWithSource(t *testing.T) {
	const source = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: db, namespace: x}\nspec: {url: oci://example.com/db, ref: {tag: %s}}\n"
	const release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: db, namespace: x}\nspec: {chartRef: {kind: OCIRepository, name: db}}\n"
	keeps := strings.Replace(kustomization("a", "./a"), "prune: true", "prune: false", 1)
	base := tree("flux.yaml", keeps, "a/kustomization.yaml", "resources: [db.yaml, c.yaml]\n", "a/db.yaml", release+"---\n"+fmt.Sprintf(source, "1.0.0"), "a/c.yaml", config)
	for _, tt := range []struct {
		name  string
		head  fs.FS
		fails bool
	}{
		{"both go", tree("flux.yaml", keeps, "a/kustomization.yaml", "resources: [c.yaml]\n", "a/c.yaml", config), false},
		{"the source is another one", tree("flux.yaml", keeps, "a/kustomization.yaml", "resources: [db.yaml, c.yaml]\n", "a/db.yaml", fmt.Sprintf(source, "2.0.0"), "a/c.yaml", config), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := compareTrees(t, base, tt.head)
			assert.Equal(t, tt.fails, got.Fails(), "%+v", got.Deployers)
		})
	}
}

// TestAppliedIfNotPresent: a change of a deployer that is applied only if it is not
// there does not reach it.
func TestAppliedIfNotPresent(t *testing.T) {
	const marks = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [b.yaml]\ncommonAnnotations: {kustomize.toolkit.fluxcd.io/%s}\n"
	keeps := strings.Replace(kustomization("b", "./b"), "prune: true", "prune: false", 1)
	for mark, want := range map[string]map[string]impact.Outcome{
		"ssa: IfNotPresent":   {keeps: impact.Pruned, kustomization("b", "./c"): impact.Pruned},
		"reconcile: disabled": {keeps: impact.Pruned},
		"prune: disabled":     {keeps: impact.Kept},
	} {
		for now, outcome := range want {
			parent := fmt.Sprintf(marks, mark)
			base := tree("flux.yaml", kustomization("a", "./a"), "a/kustomization.yaml", parent, "a/b.yaml", kustomization("b", "./b"), "b/v.yaml", volume, "b/c.yaml", config)
			head := tree("flux.yaml", kustomization("a", "./a"), "a/kustomization.yaml", parent, "a/b.yaml", now, "b/c.yaml", config, "c/v.yaml", volume+"---\n"+config)
			got := compareTrees(t, base, head)
			require.Len(t, got.Deployers, 1, mark)
			require.Len(t, got.Deployers[0].Removed, 1, mark)
			assert.Equal(t, outcome, got.Deployers[0].Removed[0].Outcome, mark)
		}
	}
}

// TestGeneratedPositions: no position is in a kustomization that is not there.
func TestGeneratedPositions(t *testing.T) {
	for _, more := range []string{"a/other.yaml", "a/kustomization.yaml"} {
		base := tree("flux.yaml", kustomization("a", "./a"), "a/v.yaml", volume, more, "resources: [v.yaml]\n")
		if more == "a/other.yaml" {
			base[more].Data = []byte(config)
		}
		got := compareTrees(t, base, tree("flux.yaml", kustomization("a", "./b"), "b/c.yaml", strings.Replace(config, "config", "other", 1)))
		require.Len(t, got.Deployers, 1)
		require.NotEmpty(t, got.Deployers[0].Removed)
		for _, o := range got.Deployers[0].Removed {
			_, err := fs.Stat(base, o.At.File)
			assert.NoError(t, err)
		}
	}
}

// TestLeftOver: a deployer that a parent no longer lists has no namespace of its own, so
// that no user applies it.
func TestLeftOver(t *testing.T) {
	child := strings.NewReplacer("{name: b, namespace: flux-system}", "{name: b}", "name: main", "name: main, namespace: flux-system").Replace(kustomization("b", "./a/b/app"))
	files := func(prune, list, child string) fs.FS {
		parent := strings.Replace(kustomization("a", "./a", "targetNamespace: x"), "prune: true", "prune: "+prune, 1)
		return tree("flux.yaml", parent, "a/kustomization.yaml", "resources: ["+list+"]\n", "a/c.yaml", config, "a/b/ks.yaml", child, "a/b/app/v.yaml", volume)
	}
	for _, tt := range []struct {
		prune, now string
		want       []string
	}{
		{"true", child, []string{"b pruned", "data deleted"}},
		{"false", child, []string{"b kept"}},
		{"false", child + "  interval: 1h\n", []string{"b kept"}},
	} {
		got := compareTrees(t, files(tt.prune, "c.yaml, b/ks.yaml", child), files(tt.prune, "c.yaml", tt.now))
		assert.Equal(t, tt.want, removed(got.Impact))
		assert.Equal(t, tt.prune == "true", got.Fails())
	}
}

// A component that goes takes its definitions with it, and all objects of these.
func TestComponentsOfInstance(t *testing.T) {
	const instance = "apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {name: flux, namespace: flux-system}\nspec: {components: [%s], wait: %s}\n"
	base := tree("flux.yaml", fmt.Sprintf(instance, "source-controller, helm-controller", "true"))
	assert.True(t, compareTrees(t, base, tree("flux.yaml", fmt.Sprintf(instance, "source-controller", "true"))).Fails())
	assert.False(t, compareTrees(t, base, tree("flux.yaml", fmt.Sprintf(instance, "source-controller, helm-controller", "false"))).Fails())
}

func TestCheck(t *testing.T) {
	report := deploy.Check(state(t, tree("flux.yaml", kustomization("a", "a")+"---\n"+kustomization("b", "b"), "a/c.yaml", config, "b/c.yaml", config)), deploy.CheckOptions{})
	require.Len(t, report.Diagnostics, 1)
	assert.Equal(t, deploy.SharedObject, report.Diagnostics[0].Rule)
	assert.Contains(t, report.Diagnostics[0].Message, "ConfigMap x/config is deployed to the cluster in-cluster by Kustomization")
	assert.Equal(t, 1, report.Count(dupcheck.Error))
}

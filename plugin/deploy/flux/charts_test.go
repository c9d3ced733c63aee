package flux_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
)

// fakeHelm is a helm command that shows the templates of a chart as they are, and a
// ConfigMap with the values as its name.
func fakeHelm(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("helm is a shell script here")
	}
	helm := filepath.Join(t.TempDir(), "helm")
	require.NoError(t, os.WriteFile(helm, []byte(`#!/bin/sh
for arg do
	case $arg in --values=*) values="$values $(tr -d '\n' <"${arg#--values=}")" ;; esac
	chart=$arg
done
for file in "$chart"/templates/*.yaml; do
	printf -- '---\n# Source: web/templates/%s\n' "$(basename "$file")"
	cat "$file"
done
printf -- "---\n# Source: web/templates/values.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: 'values%s'}\n" "$values"
`), 0o755))
	return helm
}

// release is a HelmRelease of a chart of the checkout.
func release(name, spec string) string {
	return fmt.Sprintf("apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: %s, namespace: x}\nspec:\n  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: main, namespace: flux-system}}}\n  %s\n", name, spec)
}

// TestReleases has what becomes of the objects of a HelmRelease.
func TestReleases(t *testing.T) {
	const (
		policy  = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: x, annotations: {helm.sh/resource-policy: %s}}\n"
		hook    = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: x, annotations: {helm.sh/hook: pre-install}}\n"
		crd     = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\nspec: {group: example.com, names: {kind: Thing, plural: things}, scope: Namespaced}\n"
		file    = "charts/web/templates/v.yaml"
		copies  = "apiVersion: source.extensions.fluxcd.io/v1beta1\nkind: ArtifactGenerator\nmetadata: {name: g, namespace: x}\nspec: {sources: [{alias: repo, kind: GitRepository, name: main, namespace: flux-system}], artifacts: [{name: web, copy: [{from: '@repo/charts/web/**', to: '@artifact/'}]}]}\n"
		modules = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: main, namespace: flux-system}\nspec: {url: 'https://git.example.com/org/fleet', ref: {branch: main}, recurseSubmodules: true}\n"
	)
	keep, other := fmt.Sprintf(policy, "keep"), fmt.Sprintf(policy, "other")
	chart := []string{"charts/web/Chart.yaml", "name: web\nversion: 1.0.0\n", "charts/web/values.yaml", "a: b\n", "charts/web/templates/c.yaml", config}
	one := func(spec string, more ...string) []string {
		return append(append([]string{"flux.yaml", release("web", spec)}, chart...), more...)
	}
	bySource := func(kind string) string {
		return strings.Replace(release("web", ""), "chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: main, namespace: flux-system}}}", "chartRef: {kind: "+kind+", name: web}", 1)
	}
	bucket := strings.Replace(release("web", ""), "kind: GitRepository", "kind: Bucket", 1)
	ks := kustomization("a", "./a")
	for _, tt := range []struct {
		name       string
		base, head []string
		want       string
	}{
		// Upgrades.
		{"an object less, with no other version", one("", file, volume), one(""), "data pruned"},
		{"the same", one("", file, volume), one("", file, volume), ""},
		{"an object less that Helm keeps", one("", file, keep), one(""), "data protected"},
		{"an object less, with another policy", one("", file, other), one(""), "data pruned"},
		{"a policy of late", one("", file, volume), one("", file, keep), ""},
		{"a hook less", one("", file, hook), one(""), ""},
		{"a definition less", one("", file, crd), one(""), "things.example.com pruned"},
		{"a definition less that is no template", one("", "charts/web/crds/c.yaml", crd), one(""), ""},
		{"it is suspended", one("", file, volume), one("suspend: true"), "data kept"},
		// The release is uninstalled.
		{"it goes", one("", file, volume), chart, "data deleted, config deleted, values {} deleted"},
		{"it goes, and Helm keeps an object", one("", file, keep), chart, "data protected, config deleted, values {} deleted"},
		{"it goes, with another policy", one("", file, other), chart, "data deleted, config deleted, values {} deleted"}, // which Helm keeps by accident
		{"it goes while it is suspended", one("suspend: true", file, volume), chart, "data orphaned, config orphaned, values {} orphaned"},
		{"another release name", one("", file, volume), one("releaseName: z", file, volume), "data deleted, config deleted, values {} deleted"},
		{"another storage", one("", file, volume), one("storageNamespace: z", file, volume), "data deleted, config deleted, values {} deleted"},
		{"another namespace", one("", file, volume), one("targetNamespace: z", file, volume), "data deleted, config deleted, values {} deleted"},
		{"its own namespace", one("", file, volume), one("targetNamespace: x\n  releaseName: web", file, volume), ""},
		{"another name of the chart", one("", file, volume), one("", file, volume, "charts/web/Chart.yaml", "name: other\nversion: 1.0.0\n"), "data deleted, config deleted, values {} deleted"},
		{"another name of the chart, in place", one("upgrade: {chartNameChangeStrategy: InPlaceUpdate}", file, volume), one("upgrade: {chartNameChangeStrategy: InPlaceUpdate}", file, volume, "charts/web/Chart.yaml", "name: other\nversion: 1.0.0\n"), ""},
		{"another version of the chart", one("", file, volume), one("", file, volume, "charts/web/Chart.yaml", "name: web\nversion: 2.0.0\n"), ""},
		{"another cluster", one("", file, volume), one("kubeConfig: {secretRef: {name: spoke}}", file, volume), "data orphaned, config orphaned, values {} orphaned"},
		{"it is renamed, and has a name of its own", append([]string{"flux.yaml", release("a", "releaseName: r"), file, volume}, chart...), append([]string{"flux.yaml", release("b", "releaseName: r"), file, volume}, chart...), "data moved, config moved, values {} moved"},
		{"one of two goes", append([]string{"flux.yaml", release("a", "releaseName: r") + "---\n" + release("b", "releaseName: r"), file, volume}, chart...), append([]string{"flux.yaml", release("b", "releaseName: r"), file, volume}, chart...), "data moved, config moved, values {} moved"},
		// Between a HelmRelease and a Kustomization.
		{"from a Kustomization", one("", "ks.yaml", ks, "a/v.yaml", volume, "a/o.yaml", strings.Replace(config, "config", "other", 1)), one("", "ks.yaml", ks, file, volume, "a/o.yaml", strings.Replace(config, "config", "other", 1)), "data moved"},
		// Parts that are not known.
		{"postRenderers", one("postRenderers: [{kustomize: {}}]", file, volume), one("postRenderers: [{kustomize: {}}]"), "unresolved-change"},
		{"the same postRenderers", one("postRenderers: [{kustomize: {}}]", file, volume), one("postRenderers: [{kustomize: {}}]", file, volume), ""},
		{"an artifact of this checkout", append([]string{"flux.yaml", bySource("ExternalArtifact") + "---\n" + copies, "m.yaml", ks, "a/o.yaml", unknownKind, file, volume}, chart...), append([]string{"flux.yaml", bySource("ExternalArtifact") + "---\n" + copies, "m.yaml", ks, "a/o.yaml", unknownKind}, chart...), "unresolved-change"},
		{"a bucket of this checkout", append([]string{"flux.yaml", bucket, file, volume}, chart...), append([]string{"flux.yaml", bucket}, chart...), "unresolved-change"},
		{"a bucket, and other files", append([]string{"flux.yaml", bucket, "README.md", ""}, chart...), append([]string{"flux.yaml", bucket}, chart...), ""},
		{"a chart in a submodule that is not here", one("", "s.yaml", modules, ".gitmodules", "[submodule \"w\"]\n\tpath = charts/web/charts/w\n", file, volume), one("", "s.yaml", modules, ".gitmodules", "[submodule \"w\"]\n\tpath = charts/web/charts/w\n"), "unresolved-change"},
		{"a chart that is hidden", one("", file, volume), one("", file, volume, ".sourceignore", "/charts\n"), "not-applied"},
	} {
		assert.Equal(t, tt.want, happenedWith(t, tree(tt.base...), tree(tt.head...), flux.Options{Helm: fakeHelm(t)}), tt.name)
	}
}

// TestValues has the values of a release, in the order in which Flux merges them, or the
// reason why they are not known.
func TestValues(t *testing.T) {
	const values = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: %s}\ndata: {%s}\n"
	objects := strings.Join([]string{
		fmt.Sprintf(values, "one", "x", "values.yaml: '{a: 1, m: {k: 1, l: [1]}}', other: '{a: 3}'"),
		fmt.Sprintf(values, "two", "x", "values.yaml: '{a: 2, m: {l: [2], z: null}}'"),
		fmt.Sprintf(values, "far", "y", "values.yaml: '{a: 4}'"),
		strings.Replace(fmt.Sprintf(values, "s", "x", "values.yaml: e30="), "ConfigMap", "Secret", 1),
	}, "---\n")
	from := func(refs ...string) string { return "valuesFrom: [{kind: " + strings.Join(refs, "}, {kind: ") + "}]" }
	const own = "chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: main, namespace: flux-system}"
	for _, tt := range []struct{ name, spec, want string }{
		{"none", "", "{}"},
		{"its own", "values: {a: 0}", `{"a":0}`},
		{"of a ConfigMap", from("ConfigMap, name: one"), `{"a":1,"m":{"k":1,"l":[1]}}`},
		{"of another key", from("ConfigMap, name: one, valuesKey: other"), `{"a":3}`},
		{"of two", from("ConfigMap, name: one", "ConfigMap, name: two"), `{"a":2,"m":{"k":1,"l":[2],"z":null}}`},
		{"its own are last", from("ConfigMap, name: one") + "\n  values: {m: {k: 0}}", `{"a":1,"m":{"k":0,"l":[1]}}`},
		{"one that need not be there", from("ConfigMap, name: none, optional: true"), "{}"},
		{"one that is not there", from("ConfigMap, name: none"), "its values in ConfigMap x/none are not known"},
		{"one of another namespace", from("ConfigMap, name: far"), "its values in ConfigMap x/far are not known"},
		{"a Secret", from("Secret, name: s"), "its values in Secret x/s are not known"},
		{"a path", from("ConfigMap, name: one, valuesKey: other, targetPath: m.k"), "it puts a value of ConfigMap x/one into a path"},
		{"files in place of those of the chart", "FILES [./charts/web/prod.yaml]", "its valuesFiles replace the values of the chart"},
		{"files beside those of the chart", "FILES [./charts/web/values.yaml, ./charts/web/prod.yaml]", "a: b p: q {}"},
		{"files that are not there", "FILES [./charts/web/values.yaml, ./none.yaml]", `its values "none.yaml" are not there`},
	} {
		text := release("web", tt.spec)
		if files, ok := strings.CutPrefix(tt.spec, "FILES "); ok {
			text = strings.Replace(release("web", ""), own, own+", valuesFiles: "+files, 1)
		}
		got := releaseOf(t, tree("flux.yaml", text, "objects.yaml", objects, "ks.yaml", kustomization("a", "./a"), "a/c.yaml", unknownKind,
			"charts/web/Chart.yaml", "name: web\n", "charts/web/values.yaml", "a: b\n", "charts/web/prod.yaml", "p: q\n", "charts/web/templates/c.yaml", config), flux.Options{Helm: fakeHelm(t)})
		result := got.Unresolved.String()
		for _, o := range got.Objects {
			result += strings.TrimPrefix(strings.TrimPrefix(o.Name, "values "), "config")
		}
		assert.Equal(t, tt.want, result, tt.name)
	}
}

// TestOneRelease has which HelmReleases are one release of Helm.
func TestOneRelease(t *testing.T) {
	in := func(namespace, name, spec string) string {
		return strings.Replace(release(name, spec), "namespace: x}", "namespace: "+namespace+"}", 1)
	}
	for _, tt := range []struct {
		name, a, b string
		want       int
	}{
		{"two", in("a", "x", ""), in("a", "w", ""), 0},
		{"one name", in("a", "x", "releaseName: r"), in("a", "w", "releaseName: r"), 1},
		{"one name by its target", in("a", "w", "targetNamespace: x"), in("a", "x-w", ""), 1},
		{"one name and two targets", in("a", "x", "releaseName: r\n  targetNamespace: p"), in("a", "w", "releaseName: r\n  targetNamespace: q"), 1},
		{"one name in two namespaces", in("a", "x", ""), in("b", "x", ""), 0},
		{"one name in one storage", in("a", "x", ""), in("b", "x", "storageNamespace: a"), 1},
		{"one name in two clusters", in("a", "x", "releaseName: r"), in("a", "w", "releaseName: r\n  kubeConfig: {secretRef: {name: spoke}}"), 0},
		{"one long name", in("a", "x", "releaseName: "+strings.Repeat("l", 60)), in("a", "w", "releaseName: "+strings.Repeat("l", 60)), 1},
		{"two long names", in("a", "x", "releaseName: "+strings.Repeat("l", 60)), in("a", "w", "releaseName: "+strings.Repeat("l", 61)), 0},
	} {
		found := 0
		for _, d := range deploy.Check(state(t, tree("flux.yaml", tt.a+"---\n"+tt.b)), deploy.CheckOptions{}).Diagnostics {
			if d.Rule == deploy.ApplicationCollision {
				found++
			}
		}
		assert.Equal(t, tt.want, found, tt.name)
	}
}

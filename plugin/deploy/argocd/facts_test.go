package argocd_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
)

// with is a tree with other files: "-" in place of a text removes one.
func with(t fs.FS, changes ...string) fs.FS {
	files := []string{}
	_ = fs.WalkDir(t, ".", func(name string, _ fs.DirEntry, _ error) error {
		if data, err := fs.ReadFile(t, name); err == nil {
			files = append(files, name, string(data))
		}
		return nil
	})
	out := tree(append(files, changes...)...)
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == "-" {
			delete(out, changes[i])
		}
	}
	return out
}

// TestLayouts has ways to lay out a fleet, each with a change that does no harm and one
// that does.
func TestLayouts(t *testing.T) {
	root := app{name: "root", path: "apps", namespace: "argocd"}.String()
	directories := strings.Replace(appSet("a", "[{git: {repoURL: 'https://git.example.com/config.git', directories: [{path: 'apps/*'}]}}]", "{{path.basename}}"), "apps/{{cluster}}", "{{path}}", 1)
	files := strings.Replace(appSet("a", "[{git: {repoURL: 'https://git.example.com/config.git', files: [{path: 'clusters/*.json'}]}}]", "{{name}}"), "apps/{{cluster}}", "apps/{{name}}", 1)
	matrix := appSet("a", "[{matrix: {generators: [{git: {repoURL: 'https://git.example.com/config.git', directories: [{path: 'apps/*'}]}}, {list: {elements: [{cluster: x}]}}]}}]", "{{path.basename}}-{{cluster}}")
	matrix = strings.Replace(matrix, "path: 'apps/{{cluster}}'", "path: '{{path}}'", 1)
	chart := strings.Replace(app{name: "a"}.String(), "repoURL: https://git.example.com/config.git\n    path: a\n    targetRevision: HEAD", "repoURL: https://charts.example.com\n    chart: db\n    targetRevision: 1.0.0\n    helm: {values: 'replicas: 1'}", 1)
	inflated := "helmCharts: [{name: db, repo: https://charts.example.com, version: 1.0.0, releaseName: db, valuesInline: {replicas: 1}}]\n"
	umbrella := "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies: [{name: db, version: 1.0.0, repository: 'https://charts.example.com', alias: x}]\n"
	byPath := strings.Replace(appSet("a", "[{git: {repoURL: 'https://git.example.com/config.git', files: [{path: 'clusters/*/*.json'}]}}]", "{{path.basename}}"), "apps/{{cluster}}", "apps/{{name}}", 1)
	clustered := strings.Replace(clusterSet("selector: {matchLabels: {env: prod}}", "{{name}}"), "path: 'apps'", "path: 'apps/{{name}}'", 1)
	overlay := "resources: [../../base]\nnameSuffix: -x\n"
	for _, tt := range []struct {
		name           string
		base           fs.FS
		harmless, harm []string
		want           []string // outcomes and errors of the harm
	}{
		{
			"1. an app of apps", tree("root.yaml", root, "apps/a.yaml", app{name: "a"}.String(), "a/pvc.yaml", claimFile("data", ""), "b/c.yaml", config),
			[]string{"apps/b.yaml", app{name: "b", path: "b", namespace: "b"}.String()},
			[]string{"apps/b.yaml", app{name: "a", path: "b", namespace: "b"}.String()},
			[]string{"a PersistentVolumeClaim/data: pruned", "application-collision", "would-prune"},
		},
		{
			"2. a list of Applications", tree("root.yaml", root, "apps/kustomization.yaml", "resources: [a.yaml, b.yaml]\n", "apps/a.yaml", app{name: "a"}.String(), "apps/b.yaml", app{name: "b", path: "b", namespace: "b"}.String(), "a/pvc.yaml", claimFile("data", ""), "b/c.yaml", config),
			[]string{"apps/kustomization.yaml", "resources: [b.yaml, a.yaml]\n"},
			[]string{"apps/kustomization.yaml", "resources: [b.yaml]\n"},
			[]string{"a PersistentVolumeClaim/data: deleted", "root Application/a: pruned", "would-prune"},
		},
		{
			"2. a name twice in a list", tree("root.yaml", root, "apps/kustomization.yaml", "resources: [a.yaml]\n", "apps/a.yaml", app{name: "a"}.String(), "a/pvc.yaml", claimFile("data", "")),
			[]string{"apps/other.txt", ""},
			[]string{"apps/kustomization.yaml", "resources: [a.yaml, b.yaml]\n", "apps/b.yaml", app{name: "a", path: "b"}.String()},
			[]string{"not-applied"},
		},
		{
			"4. a directory for each", fleet("a.yaml", directories),
			[]string{"apps/four/c.yaml", config},
			[]string{"apps/one/pvc.yaml", "-", "apps/one/c.yaml", "-"},
			[]string{"one ConfigMap/one: deleted", "one PersistentVolumeClaim/one: deleted", "would-prune"},
		},
		{
			"4. a directory that is renamed", fleet("a.yaml", directories),
			[]string{"apps/one/README.md", "Hello.\n"},
			[]string{"apps/one/pvc.yaml", "-", "apps/one/c.yaml", "-", "apps/uno/pvc.yaml", claimFile("one", ""), "apps/uno/c.yaml", strings.Replace(config, "name: config", "name: one", 1)},
			[]string{"one ConfigMap/one: moved", "one PersistentVolumeClaim/one: moved", "moved-object"},
		},
		{
			"5. two files with one name", fleet("a.yaml", strings.Replace(files, "apps/{{name}}", "apps/{{dir}}", 1), "clusters/one.json", `{"name": "one", "dir": "one"}`, "clusters/two.json", `{"name": "two", "dir": "two"}`),
			[]string{"clusters/moved.json", `{"name": "one", "dir": "one"}`, "clusters/one.json", "-"},
			[]string{"clusters/three.json", `{"name": "two", "dir": "three"}`}, // both are frozen from 3.2 on, and before the first one counts
			[]string{"two ConfigMap/two: pruned", "two PersistentVolumeClaim/two: pruned", "application-collision", "would-prune"},
		},
		{
			"5. a file that moves, and the name is that of its directory", fleet("a.yaml", byPath, "clusters/one/c.json", `{"name": "one"}`),
			[]string{"clusters/one/c.json", "-", "clusters/one/d.json", `{"name": "one"}`},
			[]string{"clusters/one/c.json", "-", "clusters/uno/c.json", `{"name": "one"}`},
			[]string{"one ConfigMap/one: moved", "one PersistentVolumeClaim/one: moved", "moved-object"},
		},
		{
			"5. a file for each", fleet("a.yaml", files, "clusters/one.json", `{"name": "one"}`, "clusters/two.json", `{"name": "two"}`),
			[]string{"clusters/one.json", `{"name": "one", "zone": "a"}`, "clusters/three.json", `{"name": "three"}`},
			[]string{"clusters/one.json", "-"},
			[]string{"one ConfigMap/one: deleted", "one PersistentVolumeClaim/one: deleted", "would-prune"},
		},
		{
			"6. overlays of clusters", fleet("a.yaml", clustered, "clusters.yaml", clusterSecret("one", "https://one", "env: prod")),
			[]string{"clusters.yaml", clusterSecret("one", "https://one", "env: prod") + "---\n" + clusterSecret("two", "https://two", "env: prod"), "apps/three/d.yaml", other},
			[]string{"a.yaml", strings.Replace(clustered, "env: prod", "env: prd", 1)},
			[]string{"one ConfigMap/one: deleted", "one PersistentVolumeClaim/one: deleted", "would-prune"},
		},
		{
			"6. overlays of clusters that are not in git", fleet("a.yaml", clustered),
			[]string{"b/d.yaml", other},
			[]string{"a.yaml", strings.Replace(clustered, "env: prod", "env: prd", 1)},
			[]string{"unresolved-change"},
		},
		{
			"7. a matrix", fleet("a.yaml", matrix),
			[]string{"apps/four/c.yaml", config},
			[]string{"a.yaml", strings.Replace(matrix, "[{path: 'apps/*'}]", "[{path: 'apps/*'}, {path: apps/one, exclude: true}]", 1)},
			[]string{"one-x ConfigMap/one: deleted", "one-x PersistentVolumeClaim/one: deleted", "would-prune"},
		},
		{
			"8. a list", fleet("a.yaml", listSet("a", "one two")),
			[]string{"a.yaml", listSet("a", "three two one")},
			[]string{"a.yaml", listSet("a", "two")},
			[]string{"one ConfigMap/one: deleted", "one PersistentVolumeClaim/one: deleted", "would-prune"},
		},
		{
			"8. a name in a list", fleet("a.yaml", listSet("a", "one two")),
			[]string{"a.yaml", "# An edit.\n" + listSet("a", "one two")},
			[]string{"a.yaml", strings.Replace(listSet("a", "one two"), "metadata: {name: '{{cluster}}'}", "metadata: {name: 'x-{{cluster}}'}", 1), "apps/two/pvc.yaml", "-"},
			[]string{"one ConfigMap/one: moved", "one PersistentVolumeClaim/one: moved", "two ConfigMap/two: moved", "two PersistentVolumeClaim/two: deleted", "moved-object", "would-prune"},
		},
		{
			"9. a chart with values of this repository", tree("a.yaml", chartWithValues, "env/values.yaml", "persistence: {enabled: true}\n"),
			[]string{"env/other.yaml", "a: b\n"},
			[]string{"env/values.yaml", "persistence: {enabled: false}\n"},
			[]string{"opaque-change"},
		},
		{
			"9. a chart of a registry", tree("a.yaml", chart),
			[]string{"a.yaml", "# The database.\n" + chart},
			[]string{"a.yaml", strings.Replace(chart, "1.0.0", "2.0.0", 1)},
			[]string{"opaque-change"},
		},
		{
			"10. a kustomization that inflates a chart", tree("a.yaml", app{name: "a"}.String(), "a/kustomization.yaml", inflated),
			[]string{"README.md", "Hello.\n"},
			[]string{"a/kustomization.yaml", strings.Replace(inflated, "releaseName: db", "releaseName: other", 1)},
			[]string{"unresolved-change"},
		},
		{
			"10. a kustomization that inflates another version", tree("a.yaml", app{name: "a"}.String(), "a/kustomization.yaml", inflated, "a/charts/db-1.0.0/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n"),
			[]string{"a/README.md", "Hello.\n"},
			[]string{"a/kustomization.yaml", strings.Replace(inflated, "version: 1.0.0", "version: 2.0.0", 1)},
			[]string{"unresolved-change"},
		},
		{
			"10. a kustomization with a chart gains a namespace", tree("a.yaml", app{name: "a"}.String(), "a/kustomization.yaml", inflated),
			[]string{"b/kustomization.yaml", "namespace: b\n"},
			[]string{"a/kustomization.yaml", "namespace: b\n" + inflated},
			[]string{"unresolved-change"},
		},
		{
			"11. a chart of charts", tree("a.yaml", app{name: "a"}.String(), "a/Chart.yaml", umbrella, "a/charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n", "a/charts/db/templates/c.yaml", config),
			[]string{"README.md", "Hello.\n"},
			[]string{"a/Chart.yaml", strings.Replace(umbrella, ", alias: x", "", 1)},
			[]string{"unresolved-change"},
		},
		{
			"11. a chart of charts, one of which goes", tree("a.yaml", app{name: "a"}.String(), "a/Chart.yaml", umbrella, "a/charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n", "a/charts/db/templates/c.yaml", config),
			[]string{"b/charts/db/templates/c.yaml", config},
			[]string{"a/charts/db/templates/c.yaml", "-"},
			[]string{"unresolved-change"},
		},
		{
			"12. no root in git", tree("apps/a.yaml", app{name: "a"}.String(), "a/pvc.yaml", claimFile("data", "")),
			[]string{"apps/a.yaml", "# An edit.\n" + app{name: "a"}.String()},
			[]string{"apps/a.yaml", "-"},
			[]string{"a PersistentVolumeClaim/data: deleted", "would-prune"},
		},
		{
			"16. a base and overlays", tree("a.yaml", app{name: "a", path: "overlays/prod"}.String(), "base/kustomization.yaml", "resources: [pvc.yaml]\n", "base/pvc.yaml", claimFile("data", ""), "overlays/prod/kustomization.yaml", strings.Replace(overlay, "nameSuffix: -x\n", "", 1)),
			[]string{"overlays/prod/kustomization.yaml", "# Prod.\nresources: [../../base]\n"},
			[]string{"overlays/prod/kustomization.yaml", overlay},
			[]string{"a PersistentVolumeClaim/data: pruned", "would-prune"},
		},
		{
			"12. no root in git, and a set is renamed", fleet("sets/a.yaml", listSet("a", "one")),
			[]string{"sets/a.yaml", "-", "sets/b.yaml", listSet("a", "one")},
			[]string{"sets/a.yaml", listSet("b", "one")},
			[]string{"one ConfigMap/one: deleted", "one PersistentVolumeClaim/one: deleted", "would-prune"},
		},
		{
			"16. an overlay gains a namespace", tree("a.yaml", app{name: "a", path: "overlays/prod"}.String(), "base/kustomization.yaml", "resources: [pvc.yaml]\n", "base/pvc.yaml", claimFile("data", ""), "overlays/prod/kustomization.yaml", "resources: [../../base]\n"),
			[]string{"overlays/prod/kustomization.yaml", "resources: [../../base]\nnamespace: a\n"},
			[]string{"overlays/prod/kustomization.yaml", "resources: [../../base]\nnamespace: b\n"},
			[]string{"a PersistentVolumeClaim/data: pruned", "would-prune"},
		},
		{
			"16. a file beside an overlay changes its names", tree("a.yaml", app{name: "a", path: "overlays/prod"}.String(), "base/kustomization.yaml", "resources: [pvc.yaml]\n", "base/pvc.yaml", claimFile("data", ""), "overlays/prod/kustomization.yaml", "resources: [../../base]\n"),
			[]string{"overlays/prod/.argocd-source-b.yaml", "kustomize: {namePrefix: x-}"},
			[]string{"overlays/prod/.argocd-source-a.yaml", "kustomize: {namePrefix: x-}"},
			[]string{"a PersistentVolumeClaim/data: pruned", "would-prune"},
		},
		{
			"17. a set below a root", fleet("root.yaml", app{name: "root", path: "sets", namespace: "argocd"}.String(), "sets/a.yaml", listSet("a", "one")),
			[]string{"sets/b.yaml", listSet("b", "two")},
			[]string{"sets/a.yaml", listSet("renamed", "one")},
			[]string{"one ConfigMap/one: deleted", "one PersistentVolumeClaim/one: deleted", "root ApplicationSet/a: pruned", "would-prune"},
		},
		{
			"a destination without a namespace", tree("a.yaml", strings.Replace(app{name: "a"}.String(), "    namespace: a\n", "", 1), "a/pvc.yaml", strings.Replace(claimFile("data", ""), "name: data", "name: data\n  namespace: x", 1), "a/c.yaml", strings.Replace(config, "name: config", "name: config, namespace: x", 1)),
			[]string{"README.md", "Hello.\n"},
			[]string{"a/pvc.yaml", "-", "a/c.yaml", config}, // "Namespace for config is missing" blocks the sync
			[]string{"not-applied"},
		},
		{
			"a source of several that is refused", tree("a.yaml", strings.Replace(app{name: "a"}.String(), "  source:\n    repoURL: https://git.example.com/config.git\n    path: a\n    targetRevision: HEAD", "  sources:\n  - {repoURL: https://git.example.com/config.git, path: a}\n  - {repoURL: https://git.example.com/config.git, path: b}", 1), "a/pvc.yaml", claimFile("data", ""), "b/kustomization.yaml", "resources: [c.yaml]\n", "b/c.yaml", config),
			[]string{"b/d.yaml", ""},
			[]string{"a/pvc.yaml", "-", "a/d.yaml", other, "b/kustomization.yaml", "resources: [c.yaml, none.yaml]\n"},
			[]string{"not-applied"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := argocd.Options{Checkout: argocd.Repository{Remotes: []string{"https://git.example.com/config"}}}
			quiet := trees2(t, tt.base, with(tt.base, tt.harmless...), o)
			assert.Empty(t, rules(quiet, dupcheck.Error))
			loud := trees2(t, tt.base, with(tt.base, tt.harm...), o)
			assert.Equal(t, tt.want, append(outcomes(loud), rules(loud, dupcheck.Error)...))
		})
	}
}

// TestDirectoryBecomesLink: a set makes nothing of a link to a directory, and an Application
// deploys nothing of a path that is one.
func TestDirectoryBecomesLink(t *testing.T) {
	set := strings.Replace(appSet("a", "[{git: {directories: [{path: 'apps/*'}]}}]", "{{path.basename}}"), "apps/{{cluster}}", "{{path}}", 1)
	for file, want := range map[string]string{set: "deleted", generatedApp("one"): "pruned"} {
		base := fleet("a.yaml", file)
		head := with(base, "apps/one/pvc.yaml", "-", "apps/one/c.yaml", "-", "kept/pvc.yaml", claimFile("one", "")).(fstest.MapFS)
		head["apps/one"] = &fstest.MapFile{Data: []byte("../kept"), Mode: fs.ModeSymlink | 0o777}
		got := trees2(t, base, head, argocd.Options{})
		assert.Equal(t, []string{"one ConfigMap/one: " + want, "one PersistentVolumeClaim/one: " + want}, outcomes(got))
	}
}

// TestFailOnShared: an Application that refuses what another one has waits until that one
// has deleted it.
func TestFailOnShared(t *testing.T) {
	for options, want := range map[string]string{"": "moved", "FailOnSharedResource=true": "pruned", "FailOnSharedResource=false": "moved"} {
		apps := app{name: "a"}.String() + "---\n" + app{name: "b", path: "b", options: options}.String()
		base := tree("apps.yaml", apps, "a/pvc.yaml", claimFile("data", ""), "a/c.yaml", config, "b/x.yaml", other)
		head := tree("apps.yaml", apps, "a/c.yaml", config, "b/x.yaml", other, "b/pvc.yaml", claimFile("data", ""))
		assert.Equal(t, []string{"a PersistentVolumeClaim/data: " + want}, outcomes(trees2(t, base, head, argocd.Options{})), options)
	}
}

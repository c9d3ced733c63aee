package render

import (
	"io/fs"
	"path"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// find is checkout.Find with nothing left out.
func find(fsys fs.FS, dirs ...string) *checkout.Tree {
	return checkout.Find(fsys, dirs, checkout.Options{})
}

// TestFindBelow: kustomizations outside of what was asked for are read, but are
// no roots.
func TestFindBelow(t *testing.T) {
	p := find(tree(`
-- base/kustomization.yaml --
resources: [web.yaml]
-- base/web.yaml --
-- base/stray.yaml --
-- component/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
-- unused/kustomization.yaml --
-- overlays/dev/kustomization.yml --
bases: [../../base]
-- overlays/prod/Kustomization --
resources: [../../base/]
components: [../../component]
PATCHES: [{path: patches/web.yaml}]
configMapGenerator: [{name: c, files: [k=c.json, d.yaml], envs: [e.json]}]
-- overlays/prod/patches/web.yaml --
-- overlays/prod/patches/old.yaml --
-- overlays/prod/other/old.yaml --
-- overlays/prod/c.json --
-- overlays/prod/d.yaml --
-- overlays/prod/e.json --
`), "overlays/prod")
	require.Len(t, p.Targets, 1)
	job, reason := newJob(p, Target{Target: p.Targets[0]})
	require.Empty(t, reason)
	assert.Equal(t, []string{
		"base/kustomization.yaml", "base/web.yaml", "component/kustomization.yaml", "overlays/prod/Kustomization",
		"overlays/prod/c.json", "overlays/prod/d.yaml", "overlays/prod/e.json", "overlays/prod/patches/web.yaml",
	}, job.Names())
	assert.Equal(t, []string{"base/web.yaml"}, job.Manifests)
}

// TestJobRefuses: whatever is not a local file inside of the tree is named, and
// nothing is built.
func TestJobRefuses(t *testing.T) {
	for _, tt := range []struct{ kustomization, want string }{
		{"resources: ['https://x.example/a.yaml']", `names something to be fetched: "https://x.example/a.yaml"`},
		{"resources: ['github.com/o/r//x?ref=v1']", "names something to be fetched"},
		{"resources: ['git@x.example:o/r']", "names something to be fetched"},
		{"bases: ['git::https://x.example/r']", "names something to be fetched"},
		{"components: ['ssh://x.example/r']", "names something to be fetched"},
		{"crds: ['http://x.example/r']", "crds names something to be fetched"},
		{"configurations: ['http://x.example/r']", "configurations names something to be fetched"},
		{"openapi: {path: 'http://x.example/r'}", "openapi names something to be fetched"},
		{"replacements: [{path: 'http://x.example/r'}]", "replacements names something to be fetched"},
		{"patches: [{path: 'http://x.example/r'}]", "patches names something to be fetched"},
		{"patchesJson6902: [{path: 'http://x.example/r'}]", "patchesJson6902 names something to be fetched"},
		{"patchesStrategicMerge: ['http://x.example/r']", "patchesStrategicMerge names something to be fetched"},
		{"generators: ['http://x.example/r']", "generators names something to be fetched"},
		{"transformers: ['http://x.example/r']", "transformers names something to be fetched"},
		{"validators: ['http://x.example/r']", "validators names something to be fetched"},
		{"configMapGenerator: [{name: a, files: ['k=http://x.example/r']}]", "configMapGenerator names something to be fetched"},
		{"secretGenerator: [{name: a, envs: ['http://x.example/r']}]", "secretGenerator names something to be fetched"},
		{"secretGenerator: [{name: a, env: 'http://x.example/r'}]", "secretGenerator names something to be fetched"},
		{"resources: [../../a.yaml]", "leaves what is checked"},
		{"resources: [/etc/passwd]", "names an absolute path"},
		{"resources: [missing.yaml]", "there is no such file"},
		{"resources: [../plain]", "a directory without a kustomization"},
		{"components: [../plain]", "where there is no kustomization"},
		{"resources: [link.yaml]", "reached through a symbolic link"},
		{"resources: [../linked/a.yaml]", "reached through a symbolic link"},
		{"resources: [../far]", `far/kustomization.yaml: resources names something to be fetched`},
		{"resources: [.]", "is a part of itself"},
		{"helmCharts: [{name: x}]", "inflates a Helm chart"},
		{"helmChartInflationGenerator: [{chartName: x}]", "inflates a Helm chart"},
		{"generators: [exec.yaml]", "a plugin or a function, and kuniq executes none"},
		{"transformers: [\"apiVersion: x/v1\\nkind: X\\nmetadata: {name: x}\"]", "a plugin or a function"},
		{"transformers: [fn.yaml]", "a plugin or a function"},
		{"generators: [chart.yaml]", "inflates a Helm chart"},
		{"generators: [fetch.yaml]", `may fetch "k=https://x.example/v"`},
		{"resources: [", "not a valid kustomization"},
		{"nonsense: 1", "not a valid kustomization"},
	} {
		fsys := tree(`
-- plain/a.yaml --
-- far/kustomization.yaml --
resources: ["https://x.example/a.yaml"]
-- root/exec.yaml --
apiVersion: example.com/v1
kind: Evil
metadata: {name: x}
-- root/fn.yaml --
apiVersion: builtin
kind: PatchTransformer
metadata: {name: x, annotations: {config.kubernetes.io/function: "exec: {path: ./x}"}}
-- root/chart.yaml --
apiVersion: builtin
kind: HelmChartInflationGenerator
metadata: {name: x}
-- root/fetch.yaml --
apiVersion: builtin
kind: ConfigMapGenerator
metadata: {name: x}
files: ["k=https://x.example/v"]
`).(fstest.MapFS)
		fsys["root/kustomization.yaml"] = &fstest.MapFile{Data: []byte(tt.kustomization)}
		fsys["root/link.yaml"] = &fstest.MapFile{Data: []byte("../plain/a.yaml"), Mode: 0o777 | fs.ModeSymlink}
		fsys["linked"] = &fstest.MapFile{Data: []byte("plain"), Mode: 0o777 | fs.ModeSymlink}
		p := find(fsys, "root")
		if assert.Len(t, p.Targets, 1, tt.kustomization) {
			_, reason := newJob(p, Target{Target: p.Targets[0]})
			assert.Contains(t, reason, tt.want, tt.kustomization)
		}
	}
}

func TestSeveralKustomizations(t *testing.T) {
	p := find(tree("-- a/kustomization.yaml --\n-- a/Kustomization --\n"), ".")
	require.Len(t, p.Targets, 1)
	_, reason := newJob(p, Target{Target: p.Targets[0]})
	assert.Contains(t, reason, "several kustomizations")
	assert.Equal(t, "a", path.Clean(p.Targets[0].Dir))
}

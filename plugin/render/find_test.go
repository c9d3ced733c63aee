package render

import (
	"io/fs"
	"path"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const shapes = `
-- base/kustomization.yaml --
resources: [web.yaml]
-- base/web.yaml --
-- base/stray.yaml --
-- base/notes.txt --
-- base/later/plain.yaml --
-- component/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
-- unused/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
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
-- cycle/a/kustomization.yaml --
resources: [../b]
-- cycle/b/kustomization.yaml --
resources: [../a]
-- broken/kustomization.yaml --
resources: {
-- flux/kustomization.yaml --
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: deployed}
spec: {path: ./deployed}
-- flux/other.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: also}
spec: {sources: [{path: also}]}
-- deployed/kustomization.yaml --
resources: [../also]
-- also/kustomization.yaml --
namePrefix: x-
-- user/kustomization.yaml --
resources: [../deployed]
-- chart/Chart.yaml --
name: chart
-- chart/templates/kustomization.yaml --
-- library/Chart.yaml --
type: library
-- tanka/main.jsonnet --
-- tanka/spec.json --
-- .hidden/kustomization.yaml --
-- node_modules/kustomization.yaml --
-- plain/a.yaml --
-- left/kustomization.yaml --
`

func TestFind(t *testing.T) {
	p := Find(tree(shapes), []string{"."}, func(p string) bool { return p == "left" })
	var roots []string
	for _, r := range p.Roots {
		roots = append(roots, r.Dir)
	}
	assert.Equal(t, []string{
		"also", "broken", "chart", "cycle/a", "deployed", "overlays/dev", "overlays/prod", "tanka", "user",
	}, roots)
	assert.Equal(t, []Aside{
		{"library", "a library chart, which deploys nothing by itself"},
		{"unused", "a component that no root uses"},
	}, p.Aside)
}

// TestFindOnce: what lies below two of the directories is one part.
func TestFindOnce(t *testing.T) {
	fsys := tree(shapes)
	assert.Equal(t, Find(fsys, []string{"."}, nil).Roots, Find(fsys, []string{"chart", ".", "tanka", "broken"}, nil).Roots)
	assert.Equal(t, Find(fsys, []string{"."}, nil).Aside, Find(fsys, []string{".", "library"}, nil).Aside)
}

func TestOwner(t *testing.T) {
	p := Find(tree(shapes), []string{"."}, nil)
	for name, want := range map[string]string{
		"base/kustomization.yaml": "owned", "base/web.yaml": "owned", "base/stray.yaml": "besides",
		"base/notes.txt": "", "base/later/plain.yaml": "", "overlays/prod/patches/web.yaml": "owned",
		"overlays/prod/patches/old.yaml": "besides", "overlays/prod/other/old.yaml": "",
		"overlays/prod/c.json": "owned", "overlays/prod/d.yaml": "owned", "overlays/prod/e.json": "owned",
		"flux/kustomization.yaml": "", "flux/other.yaml": "", "plain/a.yaml": "", "plain": "",
		"chart": "owned", "library": "owned", "tanka": "owned",
	} {
		got := ""
		switch owned, besides := p.Owner(name); {
		case owned:
			got = "owned"
		case besides:
			got = "besides"
		}
		assert.Equal(t, want, got, name)
	}
}

// TestFindBelow: kustomizations outside of what was asked for are read, but are
// no roots.
func TestFindBelow(t *testing.T) {
	p := Find(tree(shapes), []string{"overlays/prod"}, nil)
	require.Len(t, p.Roots, 1)
	assert.Equal(t, []string{"base", "component", "overlays/prod"}, p.Used())
	job, reason := p.Job(p.Roots[0])
	require.Empty(t, reason)
	assert.Equal(t, []string{
		"base/kustomization.yaml", "base/web.yaml", "component/kustomization.yaml", "overlays/prod/Kustomization",
		"overlays/prod/c.json", "overlays/prod/d.yaml", "overlays/prod/e.json", "overlays/prod/patches/web.yaml",
	}, job.Names())
	assert.Equal(t, []string{"base/web.yaml"}, job.Manifests)
}

// FuzzNothingIsLost: every kustomization is a root, a part of one, or said to
// be left out, whatever they refer to.
func FuzzNothingIsLost(f *testing.F) {
	f.Add([]byte{0x12, 0x20, 0x01, 0x33})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, edges []byte) {
		dirs := []string{"a", "b", "c", "d"}
		text := map[string]string{}
		for _, e := range edges {
			text[dirs[e>>4&3]] += "- ../" + dirs[e&3] + "\n"
		}
		fsys := fstest.MapFS{}
		for i, dir := range dirs {
			data := "resources:\n" + text[dir]
			if len(edges) > 0 && edges[0]>>(4+i)&1 == 1 {
				data = "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n" + data
			}
			fsys[dir+"/kustomization.yaml"] = &fstest.MapFile{Data: []byte(data)}
		}
		p := Find(fsys, []string{"."}, nil)
		seen := map[string]bool{}
		for _, a := range p.Aside {
			seen[a.Dir] = true
		}
		for _, r := range p.Roots {
			reached := map[string]bool{}
			(&finder{Parts: &Parts{at: p.at}}).root(p.at[r.Dir], reached)
			for dir := range reached {
				seen[dir] = true
			}
		}
		for _, dir := range dirs {
			assert.True(t, seen[dir], dir)
		}
	})
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
		{"patchesJson6902: [{path: 'http://x.example/r'}]", "patches names something to be fetched"},
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
		{"resources: [", "no valid kustomization"},
		{"nonsense: 1", "no valid kustomization"},
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
		p := Find(fsys, []string{"root"}, nil)
		if assert.Len(t, p.Roots, 1, tt.kustomization) {
			_, reason := p.Job(p.Roots[0])
			assert.Contains(t, reason, tt.want, tt.kustomization)
		}
	}
}

func TestSeveralKustomizations(t *testing.T) {
	p := Find(tree("-- a/kustomization.yaml --\n-- a/Kustomization --\n"), []string{"."}, nil)
	require.Len(t, p.Roots, 1)
	_, reason := p.Job(p.Roots[0])
	assert.Contains(t, reason, "several kustomizations")
	assert.Equal(t, "a", path.Clean(p.Roots[0].Dir))
}

package checkout

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
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
	p := Find(tree(shapes), []string{"."}, Options{Skip: func(p string) string {
		if p == "left" {
			return "skipped"
		}
		return ""
	}})
	var roots []string
	for _, r := range p.Targets {
		roots = append(roots, r.Dir)
	}
	assert.Equal(t, []string{
		"also", "broken", "chart", "cycle/a", "deployed", "overlays/dev", "overlays/prod", "tanka", "user",
	}, roots)
	assert.Equal(t, []Unused{
		{"library", "a library chart, which deploys nothing by itself"},
		{"unused", "a component that no root uses"},
	}, p.Unused)
}

// TestFindOnce: what lies below two of the directories is one part.
func TestFindOnce(t *testing.T) {
	fsys := tree(shapes)
	assert.Equal(t, Find(fsys, []string{"."}, Options{}).Targets, Find(fsys, []string{"chart", ".", "tanka", "broken"}, Options{}).Targets)
	assert.Equal(t, Find(fsys, []string{"."}, Options{}).Unused, Find(fsys, []string{".", "library"}, Options{}).Unused)
}

func TestNamed(t *testing.T) {
	p := Find(tree(shapes), []string{"."}, Options{})
	for name, want := range map[string]string{
		"base/kustomization.yaml": "owned", "base/web.yaml": "owned", "base/stray.yaml": "beside",
		"base/notes.txt": "", "base/later/plain.yaml": "", "overlays/prod/patches/web.yaml": "owned",
		"overlays/prod/patches/old.yaml": "beside", "overlays/prod/other/old.yaml": "",
		"overlays/prod/c.json": "owned", "overlays/prod/d.yaml": "owned", "overlays/prod/e.json": "owned",
		"flux/kustomization.yaml": "", "flux/other.yaml": "", "plain/a.yaml": "", "plain": "",
		"chart": "owned", "library": "owned", "tanka": "owned",
	} {
		got := ""
		switch owned, beside := p.Named(name); {
		case owned:
			got = "owned"
		case beside:
			got = "beside"
		}
		assert.Equal(t, want, got, name)
	}
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
		p := Find(fsys, []string{"."}, Options{})
		seen := map[string]bool{}
		for _, a := range p.Unused {
			seen[a.Dir] = true
		}
		for _, r := range p.Targets {
			for _, k := range p.Uses(r.Dir) {
				seen[k.Dir] = true
			}
		}
		for _, dir := range dirs {
			assert.True(t, seen[dir], dir)
		}
	})
}

package checkout

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTestData: what is in testdata is no object, unless something deploys it.
func TestTestData(t *testing.T) {
	fsys := tree(`
-- policies/testdata/bad.yaml --
-- policies/testdata/kustomization.yaml --
resources: [bad.yaml]
-- policies/testdata/chart/Chart.yaml --
-- base/testdata/used/web.yaml --
-- base/testdata/used/kustomization.yaml --
resources: [web.yaml]
-- base/kustomization.yaml --
resources: [testdata/used]
-- apps/app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a}
spec: {source: {path: e2e/testdata/apps}}
-- e2e/testdata/apps/other.yaml --
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: a}
spec: {path: ./plain}
-- e2e/testdata/apps/root/kustomization.yaml --
-- plain/testdata/a.yaml --
`)
	p := Find(fsys, []string{"."}, Options{})
	assert.Equal(t, []Target{
		{Dir: "base", File: "base/kustomization.yaml"},
		{Dir: "e2e/testdata/apps/root", File: "e2e/testdata/apps/root/kustomization.yaml"},
	}, p.Targets)
	out := map[string]string{}
	for _, f := range p.Files(".") {
		if f.Out != "" {
			assert.Equal(t, outTests, f.Out)
			out[f.Path] = f.OutBy
		}
	}
	assert.Equal(t, map[string]string{
		"base/testdata/used/kustomization.yaml": "base/testdata", "base/testdata/used/web.yaml": "base/testdata",
		"policies/testdata/bad.yaml": "policies/testdata", "policies/testdata/kustomization.yaml": "policies/testdata",
		"policies/testdata/chart/Chart.yaml": "policies/testdata",
	}, out)
	for _, f := range Find(fsys, []string{"."}, Options{Strict: true}).Files(".") {
		assert.Empty(t, f.Out, f.Path)
	}

	for _, dirs := range [][]string{{"policies/testdata"}, {"policies/testdata/chart"}, {"policies", "policies/testdata"}} {
		p = Find(fsys, dirs, Options{})
		for _, f := range p.Files(dirs[len(dirs)-1]) {
			assert.Empty(t, f.Out, "a directory that was named is meant")
		}
		assert.NotEmpty(t, p.Targets)
	}
}

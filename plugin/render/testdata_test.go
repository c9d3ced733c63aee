package render

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
	p := Find(fsys, []string{"."}, nil)
	assert.Equal(t, []Part{
		{Dir: "base", File: "base/kustomization.yaml"},
		{Dir: "e2e/testdata/apps/root", File: "e2e/testdata/apps/root/kustomization.yaml"},
	}, p.Roots)
	const reason = "test data, not deployed by itself; name the directory to check it"
	assert.Equal(t, []Aside{{"base/testdata", reason}, {"policies/testdata", reason}}, p.Aside)
	for name, want := range map[string]bool{"policies/testdata": true, "base/testdata": true, "e2e/testdata": false, "plain/testdata": false} {
		owned, _ := p.Owner(name)
		assert.Equal(t, want, owned, name)
	}
	job, wrong := p.Job(p.Roots[0])
	assert.Empty(t, wrong)
	assert.Contains(t, job.Files, "base/testdata/used/web.yaml")

	for _, dirs := range [][]string{{"policies/testdata"}, {"policies/testdata/chart"}, {"policies", "policies/testdata"}} {
		p = Find(fsys, dirs, nil)
		assert.Empty(t, p.Aside, "a directory that was named is meant")
		assert.NotEmpty(t, p.Roots)
	}
}

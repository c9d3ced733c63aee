package checkout

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// program is a tree with a Go program and what accompanies it.
const program = `
-- go.mod --
-- cmd/x/main.go --
-- docs/a.yaml --
-- test/unit/a.yaml --
-- controllers/upgrade.go --
-- controllers/test/a.yaml --
-- controllers/test/examples/a.yaml --
-- deploy/a.yaml --
-- k8s/env/test/a.yaml --
-- k8s/env/test/check_test.go --
-- k8s/env/docs/doc.go --
-- k8s/env/testdata/x.go --
-- k8s/env/_x/x.go --
-- apps/test/a.yaml --
-- apps/staging/a.yaml --
-- apps/main.go --
-- qa/x/x.go --
-- testing/a.yaml --
`

// what returns what the companions of some files are called.
func what(p *Tree, files ...string) map[string]string {
	out := map[string]string{}
	for _, file := range files {
		if c, ok := p.NonDeployed(file); ok {
			out[file] = c.What + " in " + c.Dir + " (" + c.Module + ", " + c.Source + ")"
		}
	}
	return out
}

// TestNonDeployed: it takes a name, a module above, a Go file beside, and that
// nothing says that it is deployed.
func TestNonDeployed(t *testing.T) {
	files := []string{
		"docs/a.yaml", "test/unit/a.yaml", "controllers/test/a.yaml", "controllers/test/examples/a.yaml",
		"deploy/a.yaml", "k8s/env/test/a.yaml", "apps/test/a.yaml", "testing/a.yaml", "docs", "a.yaml",
	}
	p := Find(tree(program), []string{"."}, Options{})
	assert.Equal(t, map[string]string{
		"docs/a.yaml":                      "documentation in docs (go.mod, apps/main.go)",
		"test/unit/a.yaml":                 "tests in test (go.mod, apps/main.go)",
		"controllers/test/a.yaml":          "tests in controllers/test (go.mod, controllers/upgrade.go)",
		"controllers/test/examples/a.yaml": "tests in controllers/test (go.mod, controllers/upgrade.go)",
	}, what(p, files...))

	// The go.mod has to be below what was asked for, and what was asked for is
	// meant.
	assert.Empty(t, what(Find(tree(program), []string{"controllers", "docs", "test/unit"}, Options{}), files...))
	for _, dirs := range [][]string{{".", "controllers/test", "docs"}, {"docs", "controllers/test", "."}} {
		named := what(Find(tree(program), dirs, Options{}), files...)
		assert.Equal(t, map[string]string{"test/unit/a.yaml": "tests in test (go.mod, apps/main.go)"}, named)
	}
}

// TestNonDeployedNeedsAProgram: without a module, or without Go beside it, a
// directory test is what a user deploys.
func TestNonDeployedNeedsAProgram(t *testing.T) {
	for _, text := range []string{
		"-- main.go --\n-- test/a.yaml --\n",
		"-- go.mod --\n-- test/a.yaml --\n-- test/a_test.go --\n-- examples/main.go --\n",
		"-- go.mod/x --\n-- main.go --\n-- test/a.yaml --\n",
		"-- test/go.mod --\n-- test/main.go --\n-- test/a.yaml --\n-- main.go --\n",
		"-- go.mod --\n-- vendor/x/x.go --\n-- .hidden/x.go --\n-- node_modules/x.go --\n-- x.go/readme --\n-- test/a.yaml --\n",
	} {
		assert.Empty(t, what(Find(tree(text), []string{"."}, Options{}), "test/a.yaml"), text)
	}
}

// TestNonDeployedDeployed: whatever says that a directory is deployed makes it
// one like any other.
func TestNonDeployedDeployed(t *testing.T) {
	const app = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\n"
	const set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: a}\n"
	const flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n"
	for _, text := range []string{
		"-- deploy/app.yaml --\n" + app + "spec: {source: {path: test}}\n",
		"-- deploy/app.yaml --\n" + app + "spec: {sources: [{path: x}, {path: /test/unit/}]}\n",
		"-- deploy/app.yaml --\n" + app + "spec: {source: {path: .}}\n",
		"-- deploy/app.yaml --\n" + flux + "spec: {path: ./test}\n",
		"-- deploy/app.yaml --\n" + set + "spec: {template: {spec: {source: {path: 'test/{{name}}'}}}}\n",
		"-- deploy/app.yaml --\n" + set + "spec: {generators: [{matrix: {generators: [{git: {directories: [{path: 'test/*'}]}}]}}]}\n",
		"-- deploy/app.yaml --\n" + set + "spec: {generators: [{git: {files: [{path: '**/config.json'}]}}]}\n",
		"-- deploy/kustomization.yaml --\nresources: [../test/unit/b.yaml]\n-- test/unit/b.yaml --\n",
		"-- deploy/kustomization.yaml --\nresources: [../test/unit]\n-- test/unit/kustomization.yaml --\n",
		"-- deploy/app.yaml --\n" + app + "spec: {source: {path: x/testdata}}\n-- x/testdata/app.yaml --\n" + app + "spec: {source: {path: test}}\n",
		// The documentation of the program deploys more, and is deployed itself.
		"-- deploy/app.yaml --\n" + app + "spec: {source: {path: docs}}\n-- docs/app.yaml --\n" + app + "spec: {source: {path: demo}}\n-- demo/app.yaml --\n" + app + "spec: {source: {path: test}}\n",
	} {
		p := Find(tree(program+text), []string{"."}, Options{})
		assert.Empty(t, what(p, "test/unit/a.yaml"), text)
	}
	for _, text := range []string{
		// Examples of Applications deploy nothing, not even each other.
		"-- docs/app.yaml --\n" + app + "spec: {source: {path: test}}\n-- test/app.yaml --\n" + app + "spec: {source: {path: .}}\n",
		"-- docs/kustomization.yaml --\nresources: [../test/unit/b.yaml]\n-- test/unit/b.yaml --\n",
		"-- test/kustomization.yaml --\nresources: [unit/b.yaml]\n-- test/unit/b.yaml --\n",
		// Of a directory that is rendered the other files are not deployed.
		"-- deploy/app.yaml --\n" + app + "spec: {source: {path: .}}\n-- kustomization.yaml --\nresources: [deploy/a.yaml]\n",
		"-- deploy/app.yaml --\n" + app + "spec: {source: {path: tests}}\n",
		"-- deploy/kustomization.yaml --\nresources: [..]\n-- kustomization.yaml --\nresources: [controllers/a.yaml]\n-- controllers/a.yaml --\n",
	} {
		p := Find(tree(program+text), []string{"."}, Options{})
		assert.NotEmpty(t, what(p, "test/unit/a.yaml"), text)
	}
}

// TestDeploys: what is deployed as it is, is known also where nothing has to be
// rendered.
func TestDeploys(t *testing.T) {
	p := Find(tree(`
-- a.yaml --
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: a}
spec: {path: ./rendered/one}
-- rendered/one/a.yaml --
-- rendered/two/a.yaml --
`), []string{"."}, Options{})
	assert.True(t, p.Deployed("rendered/one/a.yaml"))
	assert.False(t, p.Deployed("rendered/two/a.yaml"))
	assert.False(t, p.Deployed("rendered/one-more/a.yaml"))

	// So is what is said where something else has to be deployed first.
	p = Find(tree(`
-- a.yaml --
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: a}
spec: {path: ./x/testdata}
-- x/testdata/a.yaml --
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: b}
spec: {path: ./rendered}
`), []string{"."}, Options{})
	assert.True(t, p.Deployed("rendered/one.yaml"))
}

// TestBases: they are what is read of kustomizations and is no root, less what
// could not be rendered by itself.
func TestBases(t *testing.T) {
	p := Find(tree(`
-- base/kustomization.yaml --
resources: [a.yaml]
-- base/a.yaml --
-- component/kustomization.yaml --
kind: Component
apiVersion: kustomize.config.k8s.io/v1alpha1
-- overlay/kustomization.yaml --
resources: [../base]
components: [../component]
`), []string{"."}, Options{})
	assert.Equal(t, []Target{{Dir: "base", File: "base/kustomization.yaml"}}, p.Bases())
}

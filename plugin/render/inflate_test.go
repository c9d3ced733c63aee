package render

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
)

// printer stands for helm: it prints an object for each chart that it is given, with
// the options and the values that it got.
const printer = `#!/bin/sh
out=; values=; last=
for arg; do
  case $arg in
  --values=*) values="$values $(tr -d '\n' < "${arg#--values=}")";;
  esac
  last=$arg
done
echo "---"
echo "# Source: x/templates/a.yaml"
echo "apiVersion: v1"
echo "kind: ConfigMap"
echo "metadata: {name: $(basename "$last")}"
echo "data: {options: '$(echo "$*" | sed 's/[^ ]*given-//g; s/[^ ]*\/tree\///g')', values: '$values'}"
`

// fakeHelm returns the path of a printer.
func fakeHelm(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("it is a shell script")
	}
	name := filepath.Join(t.TempDir(), "helm")
	require.NoError(t, os.WriteFile(name, []byte(printer), 0o755))
	return name
}

const inflating = `
-- app/kustomization.yaml --
namespace: shop
resources: [../base]
helmCharts:
- {name: web, releaseName: r, valuesFile: values.yaml, additionalValuesFiles: [more.yaml], valuesInline: {b: 2}, includeCRDs: true}
-- app/values.yaml --
a: 1
b: 1
-- app/more.yaml --
c: 3
-- app/charts/web/Chart.yaml --
name: web
-- app/charts/web/templates/a.yaml --
kind: ConfigMap
-- base/kustomization.yaml --
helmGlobals: {chartHome: home}
helmCharts: [{name: db, nameTemplate: x, skipHooks: true, skipTests: true}]
-- base/home/db/Chart.yaml --
name: db
-- base/home/db/values.yaml --
d: 4
-- base/home/db/templates/x.yaml --
`

// TestInflate: objects that helm prints for the charts of kustomizations are built as if
// kustomize had asked for them, also in workers, and the files are those of the target.
func TestInflate(t *testing.T) {
	p := find(tree(inflating), ".")
	require.Len(t, p.Targets, 1, "a chart that a kustomization inflates is no target")
	target := Target{Target: p.Targets[0], Helm: Helm{Command: fakeHelm(t), KubeVersion: "1.30.0", APIVersions: []string{"x/v1"}}}
	job, err := NewJob(p, target)
	require.NoError(t, err)
	assert.Equal(t, map[string]Role{
		"app/kustomization.yaml": Setting, "app/values.yaml": Data, "app/more.yaml": Data, "app/charts/web/Chart.yaml": Setting, "app/charts/web/templates/a.yaml": Template,
		"base/kustomization.yaml": Setting, "base/home/db/Chart.yaml": Setting, "base/home/db/values.yaml": Setting, "base/home/db/templates/x.yaml": Template,
	}, job.Inputs)
	assert.Empty(t, job.Programs)
	for _, pool := range []Pool{{}, {Command: command(t, "works")}} {
		pool.Run(context.Background(), 1, func(int) (Job, error) {
			job.Origins = true
			return job, nil
		}, func(o Outcome) {
			require.Empty(t, o.Reason)
			require.Len(t, o.Contents, 2)
			assert.JSONEq(t, `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "db"},
				"data": {"options": "template --namespace=shop --skip-tests --no-hooks 0 1 --kube-version=1.30.0 --api-versions=x/v1 --name-template=x -- base/home/db", "values": " d: 4 "}}`, string(o.Contents[0]))
			assert.JSONEq(t, `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"},
				"data": {"options": "template --namespace=shop --include-crds 0 1 2 --kube-version=1.30.0 --api-versions=x/v1 -- r app/charts/web", "values": " a: 1b: 2 c: 3 "}}`, string(o.Contents[1]))
			assert.Equal(t, "app/charts/web/templates/a.yaml", o.Places[1].File)
			assert.Equal(t, "base/kustomization.yaml", o.Places[0].File, "where the template is not known")
		})
	}
}

// TestInflateInputs: the inputs are known of what cannot be inflated, and what helm
// would read besides.
func TestInflateInputs(t *testing.T) {
	p := find(tree(inflating), ".")
	job, err := NewJob(p, Target{Target: p.Targets[0]})
	assert.Equal(t, checkout.NeedsHelm, checkout.CodeOf(err))
	assert.ElementsMatch(t, []string{"app/charts", "app/values.yaml", "app/more.yaml", "base/home"}, job.Programs)

	target := Target{Target: p.Targets[0], Helm: Helm{Command: "helm"}, Kustomize: Kustomize{Flux: &Flux{Text: "helmCharts: [{name: web}]"}}}
	_, err = NewJob(p, target)
	assert.Equal(t, checkout.Refused, checkout.CodeOf(err))
	assert.Contains(t, err.Error(), "which Flux refuses")
}

const chartsElsewhere = `
-- app/kustomization.yaml --
helmCharts:
- {name: web, repo: "https://charts.example.com", version: 1.x, releaseName: r, valuesInline: {b: 2}}
- {name: db, repo: "oci://example.com/charts", releaseName: s}
- {name: own}
-- app/charts/own/Chart.yaml --
name: own
dependencies: [{name: web, repository: "https://charts.example.com", version: ^1}, {name: there, repository: "https://charts.example.com"}]
-- app/charts/own/Chart.lock --
dependencies: [{name: web, repository: "https://charts.example.com", version: 1.2.3}]
-- app/charts/own/charts/there-1.0.0.tgz --
-- app/charts/own/values.yaml --
{}
-- away/kustomization.yaml --
helmGlobals: {chartHome: ../home}
helmCharts: [{name: web, repo: "https://charts.example.com", version: 1.x}]
-- bare/kustomization.yaml --
helmCharts: [{name: bare, repo: "https://charts.example.com"}]
-- none/kustomization.yaml --
helmCharts: [{name: none, repo: "https://charts.example.com"}]
-- alias/Chart.yaml --
name: alias
dependencies: [{name: x, repository: "@stable"}]
-- tampered/Chart.yaml --
name: tampered
dependencies: [{name: x, repository: "https://charts.example.com", version: tampered}]
`

// TestChartsElsewhere: charts and dependencies that are not in the tree are those that
// were fetched before.
func TestChartsElsewhere(t *testing.T) {
	web := tree("-- Chart.yaml --\nname: web\n-- values.yaml --\na: 1\n-- templates/a.yaml --\nkind: ConfigMap\n")
	have := &shelf{trees: map[string]fs.FS{
		"https://charts.example.com web 1.x": web, "https://charts.example.com web 1.2.3": web, "oci://example.com/charts db": web,
		"https://charts.example.com bare": tree("-- Chart.yaml --\nname: bare\n"),
	}}
	p := find(tree(chartsElsewhere), ".")
	jobOf := func(dir string, kind checkout.Kind, helm string) (Job, string) {
		target := Target{Target: checkout.Target{Dir: dir, File: dir + "/kustomization.yaml", Kind: kind}, Helm: Helm{Command: helm}, Vendored: have}
		return newJob(p, target)
	}
	job, reason := jobOf("app", checkout.Kustomization, fakeHelm(t))
	require.Empty(t, reason)
	r := run(job)
	require.Empty(t, r.Reason)
	var names []string
	for _, o := range r.Objects {
		names = append(names, o.Name)
	}
	assert.Equal(t, []string{"charts.example.com_web@1.x", "db@1234567", "own"}, names)
	assert.Contains(t, job.Files, "app/charts/own/charts/web/templates/a.yaml")

	for dir, want := range map[string]string{
		"away": `the values home/web-1.x/web/values.yaml are not in or below the directory of the kustomization`,
		"bare": `the chart "bare" has no values.yaml, and so kustomize refuses it`,
		"none": `the chart "none" is not in none/charts/none, and kuniq fetches nothing: helm pull gets it from "https://charts.example.com"`,
	} {
		_, reason := jobOf(dir, checkout.Kustomization, "helm")
		assert.Contains(t, reason, want)
	}
	for dir, want := range map[string]string{
		"alias":    `the dependency "x" is not in charts/`,
		"tampered": "differs from the digest in the lock",
	} {
		_, reason := jobOf(dir, checkout.Chart, "helm")
		assert.Contains(t, reason, want)
	}

	have.asked = nil
	for dir, kind := range map[string]checkout.Kind{"app": checkout.Kustomization, "tampered": checkout.Chart} {
		_, reason := jobOf(dir, kind, "")
		assert.Contains(t, reason, "only the helm command renders")
	}
	assert.ElementsMatch(t, []string{
		"https://charts.example.com web 1.x for app/kustomization.yaml", "oci://example.com/charts db for app/kustomization.yaml",
		"https://charts.example.com x tampered for tampered/Chart.yaml",
	}, have.asked, "the charts to be fetched are known without helm")
}

const chartsOfBases = `
-- app/kustomization.yaml --
namespace: shop
resources: ["https://github.com/org/bases//web?ref=v1"]
`

// TestChartsOfBases: a base in another repository inflates charts of that, and ones that
// were fetched.
func TestChartsOfBases(t *testing.T) {
	have := &shelf{trees: map[string]fs.FS{
		"https://charts.example.com db": tree("-- Chart.yaml --\nname: db\n-- values.yaml --\na: 1\n-- templates/a.yaml --\n"),
		"https://github.com/org/bases v1": tree(`
-- web/kustomization.yaml --
resources: [../more]
helmCharts: [{name: own, valuesFile: own.yaml, additionalValuesFiles: [own.yaml]}]
-- web/own.yaml --
own: 1
-- web/charts/own/Chart.yaml --
name: own
dependencies: [{name: db, repository: "https://charts.example.com"}]
-- web/charts/own/templates/a.yaml --
kind: ConfigMap
-- more/kustomization.yaml --
helmCharts: [{name: db, repo: "https://charts.example.com"}]
`),
	}}
	p := find(tree(chartsOfBases), ".")
	target := Target{Target: p.Targets[0], Helm: Helm{Command: fakeHelm(t)}, Vendored: have}
	job, reason := newJob(p, target)
	require.Empty(t, reason)
	job.Origins = true
	r := run(job)
	require.Empty(t, r.Reason)
	require.Len(t, r.Objects, 2)
	assert.Contains(t, string(r.Contents[0]), "--namespace=shop")
	assert.Contains(t, string(r.Contents[1]), "own: 1 own: 1")
	assert.Contains(t, r.Places[1].File, "web/charts/own/templates/a.yaml")
	assert.Contains(t, have.asked, "https://charts.example.com db for github.com/org/bases@v1/more/kustomization.yaml")
	assert.Contains(t, have.asked, "https://charts.example.com db for github.com/org/bases@v1/web/charts/own/Chart.yaml")

	target.Helm.Command = ""
	_, reason = newJob(p, target)
	assert.Contains(t, reason, "only the helm command renders")
	have.asked = nil
	target.Helm.Command, target.Kustomize.Flux = "helm", &Flux{Text: "resources: ['https://github.com/org/bases//web?ref=v1']"}
	_, reason = newJob(p, target)
	assert.Contains(t, reason, "which Flux refuses")
	assert.Equal(t, []string{"https://github.com/org/bases v1 for app/kustomization.yaml"}, have.asked, "no chart is needed for it")
}

// TestNameTemplate: a name that is not known beforehand, or that helm would ask others
// for, is not made.
func TestNameTemplate(t *testing.T) {
	for name, known := range map[string]bool{
		"agent": true, `{{ "a" | upper }}`: true, `env-{{ "a" }}`: true,
		`{{ env "HOME" }}`: false, `{{ "}}" }}{{ getHostByName "x.example.com" }}`: false, `{{ randAlpha 3 }}`: false, "{{\n now }}": false,
	} {
		files := tree("-- k/charts/c/Chart.yaml --\nname: c\n-- k/charts/c/values.yaml --\n").(fstest.MapFS)
		files["k/kustomization.yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, "helmCharts: [{name: c, nameTemplate: %q}]", name)}
		p := find(files, ".")
		_, reason := newJob(p, Target{Target: p.Targets[0], Helm: Helm{Command: "helm"}})
		assert.Equal(t, known, reason == "", name)
	}
}

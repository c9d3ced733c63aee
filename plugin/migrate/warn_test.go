package migrate

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// application is an Argo CD Application with a source.
func application(source string) string {
	return "-- argo.yaml --\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: x\nspec:\n  source:\n    repoURL: https://example.com/x\n" + source
}

func TestWarnsOfWhatWouldBePruned(t *testing.T) {
	all := "-- d/install.yaml --\n" + two("a", "b")
	nested := "-- d/e/install.yaml --\n" + two("a", "b")
	tests := map[string]struct {
		archive string
		want    string // "" for no warning at all
	}{
		"a directory": {all + application("    path: d\n"), ""},
		"include": {
			all + application("    path: d\n    directory:\n      include: install.yaml\n"),
			"argo.yaml:10: PRUNES Application \"x\" selects d/install.yaml, and would select NONE of the 2 files that it becomes (directory.include is \"install.yaml\"): all of its 2 objects would be deleted, if this repository is its source; change that first\n",
		},
		"include of everything": {all + application("    path: d\n    directory:\n      include: '*.yaml'\n"), ""},
		"include that takes some": {
			all + application("    path: d\n    directory:\n      include: '{install.yaml,*.a.yaml}'\n"),
			"argo.yaml:10: PRUNES Application \"x\" selects d/install.yaml, and would not select v1.ConfigMap-shop.b.yaml of the 2 files that it becomes (directory.include is \"{install.yaml,*.a.yaml}\"): these objects would be deleted, if this repository is its source; change that first\n",
		},
		"exclude": {
			all + application("    path: d\n    directory:\n      exclude: '*install*'\n"),
			"argo.yaml:10: Application \"x\" does not select d/install.yaml, and would select v1.ConfigMap-shop.a.yaml, v1.ConfigMap-shop.b.yaml of the 2 files that it becomes (directory.exclude is \"*install*\"): these objects would be deployed, if this repository is its source\n",
		},
		"exclude of the new": {
			all + application("    path: d\n    directory:\n      exclude: 'v1.*'\n"),
			"argo.yaml:10: PRUNES Application \"x\" selects d/install.yaml, and would select NONE of the 2 files that it becomes (directory.exclude is \"v1.*\"): all of its 2 objects would be deleted, if this repository is its source; change that first\n",
		},
		"not recursive":         {nested + application("    path: d\n"), ""},
		"recursive":             {nested + application("    path: d\n    directory:\n      recurse: true\n"), ""},
		"recursive, with slash": {nested + application("    path: d\n    directory:\n      recurse: true\n      include: '*/install.yaml'\n"), "argo.yaml:11: PRUNES Application \"x\" selects d/e/install.yaml, and would select NONE of the 2 files that it becomes (directory.include is \"*/install.yaml\"): all of its 2 objects would be deleted, if this repository is its source; change that first\n"},
		"the file as path":      {all + application("    path: d/install.yaml\n"), "argo.yaml:8: PRUNES Application \"x\" has the file d/install.yaml as its path, which will be removed\n"},
		"several sources": {
			all + "-- argo.yaml --\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec:\n  sources:\n  - path: other\n  - path: d\n    directory: {include: install.yaml}\n",
			"argo.yaml:8: PRUNES Application \"x\" selects d/install.yaml, and would select NONE of the 2 files that it becomes (directory.include is \"install.yaml\"): all of its 2 objects would be deleted, if this repository is its source; change that first\n",
		},
		"an ApplicationSet": {
			all + "-- argo.yaml --\n# c\n---\napiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: x}\nspec:\n  generators:\n  - git:\n      directories: [{path: '*'}]\n  template:\n    spec:\n      source:\n        path: '{{path}}'\n        directory:\n          include: '{{name}}install.yaml'\n",
			"argo.yaml:15: PRUNES ApplicationSet \"x\" selects d/install.yaml, and would select NONE of the 2 files that it becomes (directory.include is \"*install.yaml\"): all of its 2 objects would be deleted, if this repository is its source; change that first\n",
		},
		"a generator of files": {
			all + "-- argo.yaml --\napiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: x}\nspec:\n  generators:\n  - matrix:\n      generators:\n      - git:\n          files:\n          - path: 'd/*.yaml'\n",
			"argo.yaml:10: PRUNES ApplicationSet \"x\" makes Applications from d/install.yaml, which will be removed\n",
		},
		"a kustomization is not a directory of files": {all + "-- d/kustomization.yaml --\nresources:\n- install.yaml\n" + application("    path: d\n"), ""},
		"Flux": {
			all + "-- flux.yaml --\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: x}\nspec:\n  path: ./d/install.yaml\n",
			"flux.yaml:5: PRUNES Kustomization \"x\" has the file d/install.yaml as its path, which will be removed; Flux needs a directory\n",
		},
		"Flux, a directory":   {all + "-- flux.yaml --\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: x}\nspec:\n  path: ./d\n", ""},
		"Flux, ignore":        {all + "-- flux.yaml --\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: x}\nspec:\n  ignore: |\n    /*\n    !/d/install.yaml\n", "flux.yaml:7: names d/install.yaml, which will be removed: !/d/install.yaml\n"},
		"a Makefile":          {all + "-- Makefile --\nx:\n\tkubectl apply -f d/install.yaml\n\tkubectl apply -f d/\n", "Makefile:2: names d/install.yaml, which will be removed: kubectl apply -f d/install.yaml\n"},
		"a workflow":          {all + "-- .github/workflows/x.yaml --\nrun: kubectl apply -f $DIR/install.yaml\n", ".github/workflows/x.yaml:1: names d/install.yaml, which will be removed: run: kubectl apply -f $DIR/install.yaml\n"},
		"GitLab":              {all + "-- .gitlab-ci.yml --\nscript: [\"kubectl apply -f d/install.yaml\"]\n", ".gitlab-ci.yml:1: names d/install.yaml, which will be removed: script: [\"kubectl apply -f d/install.yaml\"]\n"},
		"Jenkins":             {all + "-- ci/Jenkinsfile --\nsh 'kubectl apply -f install.yaml'\n", "ci/Jenkinsfile:1: names d/install.yaml, which will be removed: sh 'kubectl apply -f install.yaml'\n"},
		"a script":            {all + "-- x.sh --\ncat ../d/install.yaml | x\n", "x.sh:1: names d/install.yaml, which will be removed: cat ../d/install.yaml | x\n"},
		"skaffold":            {all + "-- skaffold.yaml --\nmanifests:\n  rawYaml:\n  - d/install.yaml\n", "skaffold.yaml:3: names d/install.yaml, which will be removed: - d/install.yaml\n"},
		"Tilt":                {all + "-- Tiltfile --\nk8s_yaml('d/install.yaml')\n", "Tiltfile:1: names d/install.yaml, which will be removed: k8s_yaml('d/install.yaml')\n"},
		"an embedded file":    {all + "-- d/x.go --\npackage d\n//go:embed install.yaml\n", "d/x.go:2: names d/install.yaml, which will be removed: //go:embed install.yaml\n"},
		"owners":              {all + "-- CODEOWNERS --\n/d/install.yaml @x\n", "CODEOWNERS:1: names d/install.yaml, which will be removed: /d/install.yaml @x\n"},
		"several of one name": {all + nested + "-- x.sh --\ncat install.yaml\n", "x.sh:1: names d/e/install.yaml or one of 1 others, which go: cat install.yaml\n"},
		"other files":         {all + "-- x.sh --\ncat other/install.yaml my-install.yaml install.yaml.bak d/install.yamls install.yaml/x\n", ""},
		"origin annotations":  {all + "-- d/kustomization.yaml --\nresources:\n- install.yaml\nbuildMetadata:\n- originAnnotations\n", "d/kustomization.yaml:4: the annotation config.kubernetes.io/origin of each object will name another file; the builds were compared without it\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := plan(t, repository(t, tt.archive), Options{})
			assert.Empty(t, p.Refusals)
			assert.Equal(t, tt.want, warnings(p))
		})
	}
}

// A layout with directories takes the objects from a source that does not
// recurse.
func TestWarnsOfSubdirectories(t *testing.T) {
	var o Options
	o.Split.Layout = layout(t, "namespaces")
	p := plan(t, repository(t, "-- d/install.yaml --\n"+two("a", "b")+application("    path: d\n")), o)
	assert.Equal(t, "argo.yaml:8: PRUNES Application \"x\" selects d/install.yaml, and would select NONE of the 2 files that it becomes (it does not recurse into directories): all of its 2 objects would be deleted, if this repository is its source; change that first\n", warnings(p))
}

// Lists and generators that contain themselves come to an end.
func TestWarnsOfNothingForever(t *testing.T) {
	for _, bomb := range []string{
		"apiVersion: argoproj.io/v1alpha1\nkind: List\nitems: &i\n- items: *i\n- items: *i\n",
		"apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: x}\nspec:\n  generators: &g\n  - matrix: {generators: *g}\n  - merge: {generators: *g}\n",
		"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec: &s\n  sources: [*s, *s]\n  source: *s\n",
	} {
		p := plan(t, repository(t, "-- all.yaml --\n"+two("a", "b")+"-- x.yaml --\n"+bomb), Options{})
		assert.Empty(t, p.Warnings)
	}
}

// The Applications may be in a file that is itself split.
func TestWarnsOfApplicationsThatAreSplit(t *testing.T) {
	app := "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec:\n  source:\n    path: apps\n    directory: {include: apps.yaml}\n"
	p := plan(t, repository(t, "-- apps/apps.yaml --\n"+object("ConfigMap", "a")+"---\n"+app), Options{})
	assert.Equal(t, "apps/apps.yaml:13: PRUNES Application \"x\" selects apps/apps.yaml, and would select NONE of the 2 files that it becomes (directory.include is \"apps.yaml\"): all of its 2 objects would be deleted, if this repository is its source; change that first\n", warnings(p))
}

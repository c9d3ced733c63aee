package argocd_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/render"
)

// sourced is an Application with more in its source.
func sourced(more string) string {
	return strings.Replace(app{name: "a"}.String(), "    targetRevision: HEAD\n", "    targetRevision: HEAD\n"+more, 1)
}

// built is what an Application deploys of a tree, with what is rendered.
func built(t testing.TB, repo fs.FS, o argocd.Options) deploy.Desired {
	t.Helper()
	resolver := deploy.NewResolver(deploy.Options{Tool: gitops.ArgoCD, Adapter: o.Adapter})
	rev, err := resolver.Read(repo)
	require.NoError(t, err)
	require.NoError(t, resolver.Resolve(t.Context(), nil, rev))
	for _, d := range rev.Snapshot().Deployers {
		if d.ID.Name == "a" {
			return d.Desired
		}
	}
	t.Fatal("there is no such Application")
	return deploy.Desired{}
}

// TestSources has what Argo CD makes of a directory, and of what is beside it.
func TestSources(t *testing.T) {
	const kustomization = "resources: [c.yaml]\n"
	link := func(to string) string { return "link " + to }
	for _, tt := range []struct {
		name, more string
		files      []string
		want       string
	}{
		{"manifests", "", []string{"a/c.yaml", config}, "config"},
		{"a kustomization", "", []string{"a/c.yaml", config, "a/x.yaml", other, "a/kustomization.yml", kustomization}, "config"},
		// A file of any name that ends so makes it a chart.
		{"a chart by its name", "", []string{"a/c.yaml", config, "a/MyChart.yaml", "x"}, "unresolved: it is a Helm chart, and no helm command was given"},
		{"the last name in lexical order counts", "", []string{"a/c.yaml", config, "a/Chart.yaml", "x", "a/kustomization.yaml", kustomization}, "config"},
		{"a chart behind a kustomization", "", []string{"a/c.yaml", config, "a/zChart.yaml", "x", "a/kustomization.yaml", kustomization}, "unresolved: it is a Helm chart, and no helm command was given"},
		{"not deeper down", "", []string{"a/c.yaml", config, "a/b/Chart.yaml", "x"}, "config"},
		{"it is said to be manifests", "    directory: {}\n", []string{"a/c.yaml", config, "a/kustomization.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: k}\n"}, "config k"},
		{"two ways", "    directory: {}\n    kustomize: {}\n", []string{"a/c.yaml", config}, "unresolved: it names several ways to render it, which Argo CD refuses"},
		{"a way and nothing", "    directory: {}\n    helm: null\n", []string{"a/c.yaml", config}, "config"},
		{"a plugin", "    plugin: {}\n", []string{"a/c.yaml", config}, "unresolved: a plugin renders it"},
		{"it is said to be a kustomization", "    kustomize: {}\n", []string{"a/c.yaml", config}, "unresolved: it has no kustomization"},
		{"a directory that is not there", "", []string{"b/c.yaml", config}, `unresolved: its repository is not available, and the checkout has no directory "a"`},
		// Links.
		{"the path is a link", "", []string{"b/c.yaml", config, "a", link("b")}, ""},
		{"the path is a link, to manifests by name", "    directory: {recurse: true}\n", []string{"b/c.yaml", config, "a", link("b")}, ""},
		{"the path is a link to a kustomization", "", []string{"b/c.yaml", config, "b/kustomization.yaml", kustomization, "a", link("b")}, ""},
		{"the path is a link, and is said to be a kustomization", "    kustomize: {}\n", []string{"b/c.yaml", config, "b/kustomization.yaml", kustomization, "a", link("b")}, "unresolved: a/kustomization.yaml: it is reached through a symbolic link"}, // which Argo CD reads
		{"a link to a file", "", []string{"b/c.yaml", config, "a/x.yaml", other, "a/l.yaml", link("../b/c.yaml")}, "config x"},
		{"a link to a directory", "    directory: {recurse: true}\n", []string{"b/c.yaml", config, "a/x.yaml", other, "a/deep", link("../b")}, "x"},
		{"a link to a directory with the name of a file", "", []string{"b/c.yaml", config, "a/x.yaml", other, "a/l.yaml", link("../b")}, "x"},
		{"a link to nothing", "", []string{"a/x.yaml", other, "a/l.yaml", link("gone.yaml")}, "x"},
		// Argo CD never applies these.
		{"a test of Helm", "", []string{"a/c.yaml", config, "a/t.yaml", annotated("test", "helm.sh/hook: test")}, "config"},
		{"several tests", "", []string{"a/c.yaml", config, "a/t.yaml", annotated("test", `helm.sh/hook: "test-success, post-rollback"`)}, "config"},
		{"a test that is more", "", []string{"a/c.yaml", config, "a/t.yaml", annotated("more", `helm.sh/hook: "test,post-install"`)}, "config more"},
		{"a test for Helm, a hook for Argo CD", "", []string{"a/t.yaml", annotated("both", `helm.sh/hook: test, argocd.argoproj.io/hook: Sync`)}, "both"},
		{"a definition of Helm", "", []string{"a/t.yaml", annotated("crd", `helm.sh/hook: crd-install`)}, "crd"},
		{"an object without a name", "", []string{"a/c.yaml", config, "a/k.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"}, "unresolved: an object has no name, or its name is not a string"},
		{"an object with a name to come", "", []string{"a/c.yaml", config, "a/j.yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: x-}\n"}, "config "},
		{"skipped", "", []string{"a/t.yaml", annotated("skipped", `argocd.argoproj.io/hook: Skip`)}, "skipped"},
		// Files that change the source.
		{"a prefix for all", "", []string{"a/c.yaml", config, "a/kustomization.yaml", kustomization, "a/.argocd-source.yaml", "kustomize: {namePrefix: x-}"}, "x-config"},
		{"a prefix for it", "", []string{"a/c.yaml", config, "a/kustomization.yaml", kustomization, "a/.argocd-source-a.yaml", "kustomize: {namePrefix: y-}"}, "y-config"},
		{"both, of which the second counts", "", []string{
			"a/c.yaml", config, "a/kustomization.yaml", kustomization,
			"a/.argocd-source.yaml", "kustomize: {namePrefix: x-, nameSuffix: -x}", "a/.argocd-source-a.yaml", "kustomize: {namePrefix: y-}",
		}, "y-config-x"},
		{"beside its own fields", "    kustomize: {namePrefix: z-, nameSuffix: -z}\n", []string{"a/c.yaml", config, "a/kustomization.yaml", kustomization, "a/.argocd-source.yaml", "kustomize: {nameSuffix: null}"}, "z-config"},
		{"for another one", "", []string{"a/c.yaml", config, "a/kustomization.yaml", kustomization, "a/.argocd-source-b.yaml", "kustomize: {namePrefix: x-}"}, "config"},
		{"elsewhere", "", []string{"a/c.yaml", config, "a/kustomization.yaml", kustomization, ".argocd-source.yaml", "kustomize: {namePrefix: x-}"}, "config"},
		{"it says nothing", "", []string{"a/c.yaml", config, "a/.argocd-source.yaml", ""}, "config"},
		{"not where it comes from", "", []string{"a/c.yaml", config, "b/x.yaml", other, "a/.argocd-source.yaml", "{path: b, targetRevision: v1, repoURL: x, chart: z}"}, "config"},
		{"another way", "", []string{"a/c.yaml", config, "a/deep/x.yaml", other, "a/.argocd-source.yaml", "directory: {recurse: true}"}, "config x"},
		{"a second way", "    directory: {}\n", []string{"a/c.yaml", config, "a/.argocd-source.yaml", "kustomize: {}"}, "unresolved: files of its directory make it name several ways to render it, which Argo CD refuses"},
		{"one source of two", "  sources:\n  - {repoURL: https://git.example.com/config.git, path: a}\n  - {repoURL: https://git.example.com/config.git, path: b}\n", []string{
			"a/c.yaml", config, "a/kustomization.yaml", kustomization, "b/x.yaml", other, "b/kustomization.yaml", "resources: [x.yaml]", "b/.argocd-source-a.yaml", "kustomize: {namePrefix: y-}",
		}, "config y-x"},
		{"a source with a ref and a path", "  sources:\n  - {repoURL: https://git.example.com/config.git, path: a}\n  - {repoURL: https://git.example.com/config.git, path: b, ref: b}\n", []string{"a/c.yaml", config, "b/x.yaml", other}, "config x"},
		{"a source with a ref", "  sources:\n  - {repoURL: https://git.example.com/config.git, path: a}\n  - {repoURL: https://git.example.com/config.git, ref: b}\n", []string{"a/c.yaml", config, "x.yaml", other}, "config"},
		{"two sources with one ref", "  sources:\n  - {repoURL: https://git.example.com/config.git, path: a, ref: b}\n  - {repoURL: https://git.example.com/config.git, ref: b}\n", []string{"a/c.yaml", config}, "unresolved: several of its sources have the ref \"b\", which Argo CD refuses"},
		{"a ref that is no name", "  sources:\n  - {repoURL: https://git.example.com/config.git, path: a, ref: b/c}\n  - {repoURL: https://git.example.com/config.git, path: b}\n", []string{"a/c.yaml", config}, "unresolved: Argo CD refuses the ref \"b/c\""},
		{"a ref of the only source", "    ref: b/c\n", []string{"a/c.yaml", config}, "config"},
		{"include and exclude", "    directory: {recurse: true, include: '{*.yaml,deep/*}', exclude: 'deep/x*'}\n", []string{"a/c.yaml", config, "a/deep/x.yaml", other, "a/k.json", annotated("k", "")}, "config"},
		{"jsonnet, of a list", "", []string{"a/c.jsonnet", `[{apiVersion: "v1", kind: "ConfigMap", metadata: {name: n}} for n in ["one", "two"]]`}, "one two"},
		{"jsonnet, of an object", "", []string{"a/c.jsonnet", `{apiVersion: "v1", kind: "ConfigMap", metadata: {name: "one"}}`}, "one"},
		{"a library of jsonnet", "", []string{"a/c.libsonnet", `{apiVersion: "v1", kind: "ConfigMap", metadata: {name: "one"}}`, "a/x.yaml", other}, "x"},
		{"it cannot be read", "", []string{"a/c.yaml", config, "a/.argocd-source.yaml", "[1]"}, "unresolved: a/.argocd-source.yaml, which changes the source, cannot be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := sourced(tt.more)
			if strings.Contains(tt.more, "sources:") {
				text = severalSources(tt.more)
			}
			repo := tree(append(tt.files, "apps.yaml", text)...)
			for name, f := range repo {
				if to, ok := strings.CutPrefix(string(f.Data), "link "); ok {
					repo[name] = &fstest.MapFile{Data: []byte(to), Mode: fs.ModeSymlink | 0o777}
				}
			}
			assert.Equal(t, tt.want, objectsOf(built(t, checkout.NewCachingFS(repo), argocd.Options{})))
		})
	}
}

// severalSources is an Application with sources in place of its source.
func severalSources(sources string) string {
	text := app{name: "a"}.String()
	before, after := strings.Index(text, "  source:"), strings.Index(text, "  destination:")
	return text[:before] + sources + text[after:]
}

// TestWaysToADirectory: only a link that is the path itself counts.
func TestWaysToADirectory(t *testing.T) {
	for _, tt := range []struct{ path, link, want string }{
		{"x/a", "x", "config"},
		{"x/a", "x/a", ""},
		{"real/a", "x", "config"},
	} {
		repo := tree("apps.yaml", app{name: "a", path: tt.path}.String(), "real/a/c.yaml", config)
		repo[tt.link] = &fstest.MapFile{Data: []byte(map[string]string{"x": "real", "x/a": "../real/a"}[tt.link]), Mode: fs.ModeSymlink | 0o777}
		assert.Equal(t, tt.want, objectsOf(built(t, checkout.NewCachingFS(repo), argocd.Options{})), tt.path)
	}
}

// TestHelmRelease has what helm is told beside values.
func TestHelmRelease(t *testing.T) {
	for helm, want := range map[string]render.Helm{
		"":                                 {Release: "a", Namespace: "a"},
		"releaseName: x, namespace: other": {Release: "x", Namespace: "other"},
		"skipCrds: true":                   {Release: "a", Namespace: "a", SkipCRDs: true},
		"skipTests: true":                  {Release: "a", Namespace: "a", SkipTests: true},
		"kubeVersion: 1.30.0":              {Release: "a", Namespace: "a", KubeVersion: "1.30.0"},
		"apiVersions: [x/v1]":              {Release: "a", Namespace: "a", APIVersions: []string{"x/v1"}},
		"version: v3":                      {Release: "a", Namespace: "a"},
		"passCredentials: true":            {Release: "a", Namespace: "a"},
		"values: 'a: b'":                   {Release: "a", Namespace: "a", Inline: []byte("a: b")},
		"valuesObject: {a: c}, values: x":  {Release: "a", Namespace: "a", Inline: []byte(`{"a":"c"}`)},
	} {
		d := gitops.Parse(gitops.ArgoCD, "", "a.yaml", []byte(sourced("    helm: {"+helm+"}\n")))
		got, err := argocd.HelmOf(tree(), d.Applications[0], 0, argocd.Options{})
		require.NoError(t, err)
		if want.Inline == nil {
			got.Inline = nil
		}
		assert.Equal(t, want, got, helm)
	}
}

// annotated is a ConfigMap with annotations.
func annotated(name, annotations string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, annotations: {%s}}\n", name, annotations)
}

// TestInstanceName: an Application elsewhere has its namespace in its name.
func TestInstanceName(t *testing.T) {
	text := strings.Replace(sourced(""), "namespace: argocd", "namespace: team", 1)
	for file, want := range map[string]string{".argocd-source-a.yaml": "config", ".argocd-source-team_a.yaml": "x-config"} {
		repo := tree("apps.yaml", text, "a/c.yaml", config, "a/kustomization.yaml", "resources: [c.yaml]", "a/"+file, "kustomize: {namePrefix: x-}")
		assert.Equal(t, want, objectsOf(built(t, repo, argocd.Options{})), file)
	}
}

// TestHelmValues has what helm is told.
func TestHelmValues(t *testing.T) {
	repo := checkout.NewCachingFS(tree("a/Chart.yaml", "name: a", "a/values.yaml", "", "a/env/a.yaml", "", "a/env/b.yaml", "", "a/env/deep/c.yaml", "", "common/x.yaml", "", "a/b/deep/y.yaml", ""))
	const more = "\n  sources:\n  - {repoURL: https://git.example.com/config.git, path: a, targetRevision: HEAD, helm: {%s}}\n  - {repoURL: %s, targetRevision: %s, ref: values%s}\n"
	for _, tt := range []struct {
		name, helm string
		other      []string // URL, revision and more of a second source
		want       []string
		set        []string
		failed     string
	}{
		{name: "below the source", helm: "valueFiles: [values.yaml, ./env/a.yaml, ../common/x.yaml]", want: []string{"a/values.yaml", "a/env/a.yaml", "common/x.yaml"}},
		{name: "from the top", helm: "valueFiles: [/common/x.yaml]", want: []string{"common/x.yaml"}},
		{name: "missing", helm: "valueFiles: [nowhere.yaml]", failed: `its values "nowhere.yaml" are not there`},
		{name: "missing, and that is fine", helm: "valueFiles: [nowhere.yaml, values.yaml, no*.yaml], ignoreMissingValueFiles: true", want: []string{"a/values.yaml"}},
		{name: "a pattern", helm: "valueFiles: ['env/*.yaml']", want: []string{"a/env/a.yaml", "a/env/b.yaml"}},
		{name: "a pattern of all depths", helm: "valueFiles: ['env/**/*.yaml']", want: []string{"a/env/a.yaml", "a/env/b.yaml", "a/env/deep/c.yaml"}},
		{name: "a pattern that matches nothing", helm: "valueFiles: ['env/*.json']", failed: `its values "env/*.json" are not there`},
		{name: "a file that is named as well keeps its place", helm: "valueFiles: ['env/*.yaml', values.yaml, env/a.yaml]", want: []string{"a/env/b.yaml", "a/values.yaml", "a/env/a.yaml"}},
		{name: "two patterns", helm: "valueFiles: ['env/b*', 'env/*.yaml']", want: []string{"a/env/b.yaml", "a/env/a.yaml"}},
		{name: "fetched", helm: "valueFiles: ['https://example.com/x.yaml']", failed: "its values are fetched"},
		{name: "out of the repository", helm: "valueFiles: [../../x.yaml]", failed: "its values are outside of the repository"},
		{name: "variables", helm: "valueFiles: ['/$ARGOCD_APP_NAME/env/${ARGOCD_APP_NAME}.yaml']", want: []string{"a/env/a.yaml"}},
		{name: "a variable that is empty", helm: "valueFiles: ['values$NONE.yaml']", want: []string{"a/values.yaml"}},
		{name: "parameters", helm: "parameters: [{name: a, value: '$ARGOCD_APP_NAMESPACE,x'}, {name: b, value: '{a,b}', forceString: true}, {name: c, value: '$$5'}]", set: []string{"a=a\\,x", "b={a,b}", "c=$5"}},
		{name: "what holds no variables", helm: "values: 'x: $ARGOCD_APP_NAME'"},
		{name: "a file of a parameter", helm: "fileParameters: [{name: f, path: env/a.yaml}]", set: []string{"f=a/env/a.yaml"}},
		{name: "through a reference", helm: "valueFiles: [$values/common/x.yaml]", other: []string{"git@git.example.com:config", "HEAD", ""}, want: []string{"common/x.yaml"}},
		{name: "a pattern through a reference", helm: "valueFiles: ['$values/a/env/*']", other: []string{"https://git.example.com/config", "HEAD", ""}, want: []string{"a/env/a.yaml", "a/env/b.yaml"}},
		{name: "a variable behind a reference", helm: "valueFiles: ['$values/$ARGOCD_APP_NAME/values.yaml']", other: []string{"https://git.example.com/config", "HEAD", ""}, want: []string{"a/values.yaml"}},
		{name: "a file of a parameter through a reference", helm: "fileParameters: [{name: f, path: $values/common/x.yaml}]", other: []string{"https://git.example.com/config", "HEAD", ""}, set: []string{"f=common/x.yaml"}},
		{name: "a reference to another repository", helm: "valueFiles: [$values/x.yaml]", other: []string{"https://git.example.com/other", "HEAD", ""}, want: []string{".kuniq-values/0"}},
		{name: "a reference to another revision", helm: "valueFiles: [$values/x.yaml]", other: []string{"https://git.example.com/config", "v1", ""}, failed: "it has two revisions of one repository, which Argo CD refuses"},
		{name: "a reference to a chart", helm: "valueFiles: [$values/x.yaml]", other: []string{"https://git.example.com/config", "v1", ", chart: x"}, failed: "its values are in a chart, and Argo CD lets no source refer to one"},
		{name: "a reference out of its repository", helm: "valueFiles: [$values/../x.yaml]", other: []string{"https://git.example.com/config", "HEAD", ""}, failed: "its values are outside of the repository"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := sourced("    helm: {" + tt.helm + "}\n")
			if tt.other != nil {
				text = strings.Replace(app{name: "a"}.String(), "\n  destination:", fmt.Sprintf(more, tt.helm, tt.other[0], tt.other[1], tt.other[2])+"  destination:", 1)
			}
			d := gitops.Parse(gitops.ArgoCD, "", "a.yaml", []byte(text))
			require.Len(t, d.Applications, 1)
			o := argocd.Options{
				Checkout:     argocd.Repository{Remotes: []string{"https://git.example.com/config"}},
				Repositories: map[string]argocd.Repository{"https://git.example.com/other": {FS: checkout.NewCachingFS(tree("x.yaml", ""))}},
			}
			got, err := argocd.HelmOf(repo, d.Applications[0], 0, o)
			if tt.failed != "" {
				assert.EqualError(t, err, tt.failed)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, got.Values)
			var set []string
			for _, v := range got.Set {
				set = append(set, v.Name+"="+v.Value)
			}
			assert.Equal(t, tt.set, set)
		})
	}
}

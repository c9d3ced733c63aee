package argocd_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
)

const definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: ws.example.com}\nspec: {group: example.com, scope: Cluster, names: {kind: W, plural: ws}}\n"

// found are the findings as "SEVERITY RULE ID: FILE:LINE, ...".
func found(r dupcheck.Report) (all []string) {
	for _, d := range r.Diagnostics {
		var places []string
		for _, at := range d.Declarations {
			places = append(places, fmt.Sprintf("%s:%d", at.File, at.Line))
		}
		all = append(all, fmt.Sprintf("%s %s %s: %s", d.Severity, d.Rule, d.ID, strings.Join(places, ", ")))
	}
	return all
}

func TestCheck(t *testing.T) {
	a, b := app{name: "a"}, app{name: "b", path: "b"}
	two := a.String() + "---\n" + b.String()
	elsewhere := strings.Replace(b.String(), "server: https://prod01", "name: prod01", 1)
	for _, tt := range []struct {
		name    string
		repo    fstest.MapFS
		options deploy.CheckOptions
		want    []string
	}{
		{name: "nothing", repo: tree("apps.yaml", two, "a/c.yaml", config, "b/c.yaml", other)},
		{
			name: "shared, by the namespace of the destination",
			repo: tree("apps.yaml", two, "a/c.yaml", config, "b/c.yaml", strings.Replace(config, "name: config", "name: config, namespace: a", 1)),
			want: []string{"error shared-object ConfigMap a/config: a/c.yaml:3, b/c.yaml:3"},
		},
		{
			name: "another cluster",
			repo: tree("apps.yaml", a.String()+"---\n"+elsewhere, "a/c.yaml", config, "b/c.yaml", config),
		},
		{
			name:    "another name of the same cluster",
			repo:    tree("apps.yaml", a.String()+"---\n"+elsewhere, "a/c.yaml", config, "b/c.yaml", config),
			options: deploy.CheckOptions{Clusters: deploy.Clusters{{"https://prod01", "prod01"}}},
			want:    []string{"error shared-object ConfigMap a/config: a/c.yaml:3, b/c.yaml:3"},
		},
		{
			// Argo CD itself does not notice these.
			name: "a definition, and what it makes cluster-scoped",
			repo: tree("apps.yaml", strings.Replace(two, "namespace: a\n  syncPolicy", "namespace: other\n  syncPolicy", 1),
				"a/1.yaml", definition, "b/1.yaml", definition,
				"a/2.yaml", "apiVersion: example.com/v1\nkind: W\nmetadata: {name: w}\n", "b/2.yaml", "apiVersion: example.com/v1\nkind: W\nmetadata: {name: w}\n"),
			want: []string{
				"error shared-object CustomResourceDefinition.apiextensions.k8s.io ws.example.com: a/1.yaml:3, b/1.yaml:3",
				"error shared-object W.example.com w: a/2.yaml:3, b/2.yaml:3",
			},
		},
		{
			name: "inside of one, lexical order of files",
			repo: tree("apps.yaml", a.String(), "a/z.yaml", config, "a/b.yaml", config+"data: {a: b}\n"),
			want: []string{"error duplicate-object ConfigMap a/config: a/b.yaml:3, a/z.yaml:3"},
		},
		{
			name: "not in what the directory leaves out",
			repo: tree("apps.yaml", strings.Replace(a.String(), "    path: a\n", "    path: a\n    directory: {recurse: true, exclude: '{skip/*,z.yaml}'}\n", 1),
				"a/z.yaml", config, "a/skip/deep/z.yaml", config, "a/sub/b.yaml", config, "a/c.yaml", "# +argocd:skip-file-rendering\n"+config, "a/readme.md", config),
		},
		{
			name: "two projects of one name",
			repo: tree("1.yaml", strings.SplitAfter(idpeApp, "---\n")[0], "2.yaml", strings.SplitAfter(idpeApp, "---\n")[0]),
			want: []string{"error application-collision AppProject.argoproj.io argocd/idpe-cd: 1.yaml:3, 2.yaml:3"},
		},
		{
			name: "one name in two namespaces",
			repo: tree("apps.yaml", a.String()+"---\n"+strings.Replace(a.String(), "namespace: argocd", "namespace: team", 1), "a/c.yaml", other),
			want: []string{"error shared-object ConfigMap a/x: a/c.yaml:3, a/c.yaml:3"},
		},
		{
			name: "an Application that another one deploys",
			repo: tree("root.yaml", app{name: "root", path: "apps", namespace: "argocd"}.String(), "apps/a.yaml", a.String(), "apps/b.yaml", a.String(), "a/c.yaml", config),
			want: []string{"error application-collision Application.argoproj.io argocd/a: apps/a.yaml:4, apps/b.yaml:4"},
		},
		{
			name: "an Application that two sources of one read",
			repo: tree("root.yaml", twoSources, "apps/a.yaml", a.String(), "a/c.yaml", config),
			want: []string{"error identical-object Application.argoproj.io argocd/a: apps/a.yaml:4, apps/a.yaml:4"},
		},
		{
			name: "what is not known",
			repo: tree("apps.yaml", chart("1.0.0", "v.yaml")+"---\n"+b.String(), "a/c.yaml", config),
			want: []string{"warning unresolved-deployer Application.argoproj.io argocd/a: apps.yaml:3", "warning unresolved-deployer Application.argoproj.io argocd/b: apps.yaml:12"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, found(deploy.Check(stateOf(t, tt.repo, argocd.Options{}), tt.options)))
		})
	}
}

// TestInstances: two Argo CDs may have Applications of one name.
func TestInstances(t *testing.T) {
	state := func(sets ...string) deploy.Snapshot {
		var d gitops.Declared
		for i, set := range sets {
			one := gitops.Parse(gitops.ArgoCD, "", fmt.Sprintf("%d.yaml", i), []byte(app{name: "a", server: "https://kubernetes.default.svc"}.String()))
			one.Applications[0].Object.Set = set
			d.Merge(one)
		}
		return snapshot(tree("a/c.yaml", config), d, argocd.Options{})
	}
	assert.Equal(t, []string{"error application-collision Application.argoproj.io argocd/a: 0.yaml:4, 1.yaml:4"}, found(deploy.Check(state("one", "one"), deploy.CheckOptions{})))
	assert.Empty(t, found(deploy.Check(state("one", "two"), deploy.CheckOptions{})), "in-cluster is another cluster for each")
	same := deploy.CheckOptions{Clusters: deploy.Clusters{{"one/in-cluster", "two/in-cluster"}}}
	assert.Equal(t, []string{"error shared-object ConfigMap a/config: a/c.yaml:3, a/c.yaml:3"}, found(deploy.Check(state("one", "two"), same)))
}

func TestProblems(t *testing.T) {
	for name, tt := range map[string]struct{ manifest, want string }{
		"a number": {strings.Replace(app{name: "a"}.String(), "targetRevision: HEAD", "targetRevision: 1.0", 1), "apps.yaml:13: spec.source.targetRevision is not a string, so every API server refuses it"},
		"a string": {strings.Replace(app{name: "a"}.String(), "prune: true", `prune: "true"`, 1), "apps.yaml:18: spec.syncPolicy.automated.prune is not true or false, so every API server refuses it"},
		"a list":   {strings.Replace(app{name: "a", options: "x"}.String(), "syncOptions: [x]", "syncOptions: x", 1), "apps.yaml:19: spec.syncPolicy.syncOptions is not a list, so every API server refuses it"},
	} {
		t.Run(name, func(t *testing.T) {
			d := gitops.Parse(gitops.ArgoCD, "", "apps.yaml", []byte(tt.manifest))
			require.Len(t, d.Problems, 1)
			p := d.Problems[0]
			assert.Equal(t, tt.want, fmt.Sprintf("%s:%d: %s", p.At.File, p.At.Line, p.Reason))
			require.Len(t, deploy.InvalidFields(d.Problems), 1)
			s := snapshot(tree("a/c.yaml", config), d, argocd.Options{})
			assert.NotEmpty(t, s.Deployers[0].Desired.Unresolved)
		})
	}
	d := gitops.Parse(gitops.ArgoCD, "", "apps.yaml", []byte("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {SYNCPOLICY: {automated: {prune: true}}, unknown: 1}\n"))
	require.Empty(t, d.Problems)
	assert.Nil(t, d.Applications[0].Spec.SyncPolicy, "the case of a key counts")
}

// TestRepositories: files of two repositories may have one name, and all
// Applications in them count.
func TestRepositories(t *testing.T) {
	root := strings.Replace(app{name: "root", path: "apps", namespace: "argocd"}.String(), "config.git", "other.git", 1)
	d := gitops.Parse(gitops.ArgoCD, "", "apps/a.yaml", []byte(root))
	other := tree("apps/a.yaml", app{name: "child", path: "a"}.String())
	s := snapshot(tree("apps/a.yaml", root, "a/c.yaml", config), d, argocd.Options{Repositories: map[string]argocd.Repository{"https://GIT.example.com/other": {FS: checkout.NewCachingFS(other)}}})
	require.Len(t, s.Deployers, 2)
	assert.Equal(t, "child", s.Deployers[1].ID.Name)
	assert.Len(t, s.Deployers[1].Desired.Objects, 1)
}

// TestRepositoryURLs has the forms in which one repository is written.
func TestRepositoryURLs(t *testing.T) {
	for _, tt := range []struct {
		mapped, used string
		same         bool
	}{
		{"https://git.example.com/o/r", "https://GIT.example.com/o/r.git", true},
		{"https://git.example.com/o/r/", "https://user:secret@git.example.com/o/r", true},
		{"git@git.example.com:o/r.git", "ssh://git@git.example.com/o/r", true},
		{"https://git.example.com/o/r", "https://git.example.com/o/rr", false},
		{"https://git.example.com/o/r", "ssh://git@git.example.com:2222/o/r", true},
		{"https://git.example.com/o/r", "git@git.example.com:/o/r", true},
		{"https://git.example.com/o/r", "https://git.example.org/o/r", false},
		{"https://git.example.com/o/r", "https://git.example.com/o/r/r", false},
		{"../r", "file:///r", false},
	} {
		d := gitops.Parse(gitops.ArgoCD, "", "a.yaml", []byte(strings.Replace(app{name: "a"}.String(), "https://git.example.com/config.git", tt.used, 1)))
		s := snapshot(tree(), d, argocd.Options{Repositories: map[string]argocd.Repository{tt.mapped: {FS: checkout.NewCachingFS(tree("a/c.yaml", config))}}})
		assert.Equal(t, tt.same, s.Deployers[0].Desired.Known(), "%s and %s", tt.mapped, tt.used)
	}
}

// TestFinalizers has those that make the objects go with their Application.
func TestFinalizers(t *testing.T) {
	for suffix, cascades := range map[string]bool{"": true, "/foreground": true, "/background": true, "/other": false} {
		text := strings.Replace(app{name: "a"}.String(), "resources-finalizer.argocd.argoproj.io", "resources-finalizer.argocd.argoproj.io"+suffix, 1)
		d := gitops.Parse(gitops.ArgoCD, "", "a.yaml", []byte(text))
		assert.Equal(t, cascades, argocd.PrunePolicy(d.Applications[0]).Cascade, suffix)
	}
	d := gitops.Parse(gitops.ArgoCD, "", "a.yaml", []byte(strings.Replace(app{name: "a"}.String(), "resources-finalizer", "post-delete-finalizer", 1)))
	assert.False(t, argocd.PrunePolicy(d.Applications[0]).Cascade)
}

// TestLinks: Argo CD reads what a link names, as long as it is in the
// repository.
func TestLinks(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("outside.yaml", config)
	write("repo/b/c.yaml", config)
	write("repo/a/other.yaml", other)
	require.NoError(t, os.Symlink("../b/c.yaml", filepath.Join(dir, "repo/a/link.yaml")))
	root, err := os.OpenRoot(filepath.Join(dir, "repo"))
	require.NoError(t, err)
	defer func() { _ = root.Close() }()
	d := gitops.Parse(gitops.ArgoCD, "", "a.yaml", []byte(app{name: "a"}.String()))
	s := snapshot(root.FS(), d, argocd.Options{})
	assert.True(t, s.Deployers[0].Desired.Known())
	assert.Len(t, s.Deployers[0].Desired.Objects, 2)

	require.NoError(t, os.Symlink("../../outside.yaml", filepath.Join(dir, "repo/a/out.yaml")))
	s = snapshot(root.FS(), d, argocd.Options{})
	assert.Equal(t, "Argo CD renders nothing of a repository with a link that leads out of it: a/out.yaml", s.Deployers[0].Desired.Unresolved.String())
}

// TestDigest: it changes with whatever a source may be made of.
func TestDigest(t *testing.T) {
	tree := fstest.MapFS{
		"a/x": {Data: []byte("x")}, "a/file": {Data: []byte("../b/y"), Mode: fs.ModeSymlink}, "a/dir": {Data: []byte("../b"), Mode: fs.ModeSymlink},
		"b/y": {Data: []byte("y")}, "b/z": {Data: []byte("y")},
	}
	seen := map[string]bool{deploy.DigestDir(tree, "a"): true}
	for _, change := range []func(){
		func() { tree["a/x"] = &fstest.MapFile{Data: []byte("y")} },
		func() { tree["b/y"] = &fstest.MapFile{Data: []byte("z")} },
		func() { tree["a/file"] = &fstest.MapFile{Data: []byte("../b/z"), Mode: fs.ModeSymlink} },
		func() { tree["a/dir"] = &fstest.MapFile{Data: []byte("../c"), Mode: fs.ModeSymlink} },
	} {
		change()
		now := deploy.DigestDir(tree, "a")
		assert.NotEmpty(t, now)
		assert.False(t, seen[now])
		seen[now] = true
	}
	assert.Empty(t, deploy.DigestDir(tree, "nowhere"))
}

const twoSources = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: root, namespace: argocd}
spec:
  sources:
  - {repoURL: "https://git.example.com/config.git", path: apps}
  - {repoURL: "https://git.example.com/config.git", path: apps}
  destination: {server: "https://prod01", namespace: argocd}
`

// TestBesideKustomization: an Application that lies beside a kustomization which does not
// name it may be applied by hand, as the first one of a repository often is, or be left
// over. Its objects are checked either way.
func TestBesideKustomization(t *testing.T) {
	application := func(name, dir string) string {
		return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: " + name + ", namespace: argocd}\nspec:\n  source: {repoURL: https://git.example.com/c.git, path: " + dir + "}\n  destination: {name: in-cluster, namespace: shop}\n"
	}
	const config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
	repo := tree(
		"argocd/kustomization.yaml", "resources: [ns.yaml]\n", "argocd/ns.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: argocd}\n",
		"argocd/root.yaml", application("root", "argocd/apps"),
		"argocd/apps/kustomization.yaml", "resources: [a.yaml, b.yaml]\n", "argocd/apps/a.yaml", application("a", "a"), "argocd/apps/b.yaml", application("b", "b"),
		"a/c.yaml", config, "b/c.yaml", config,
	)
	found, err := deploy.NewResolver(deploy.Options{Tool: gitops.ArgoCD, Adapter: argocd.Options{}.Adapter}).Check(t.Context(), repo, deploy.CheckOptions{})
	require.NoError(t, err)
	assert.Equal(t, 2, found.Report.Objects)
	require.Len(t, found.Report.Diagnostics, 1)
	assert.Equal(t, deploy.SharedObject, found.Report.Diagnostics[0].Rule)
}

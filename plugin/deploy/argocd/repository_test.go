package argocd_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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
	"github.com/kuniq/kuniq/plugin/impact"
)

// marked is a repository whose directory a has one ConfigMap of a name.
func marked(name string) fs.FS {
	return checkout.NewCachingFS(tree("a/c.yaml", strings.Replace(config, "name: config", "name: "+name, 1)))
}

// TestWhichTree: the URL and the revision of a source say which tree is read, and
// nothing is read in place of one that is not at hand.
func TestWhichTree(t *testing.T) {
	v1 := marked("v1")
	known := argocd.Repository{
		Remotes: []string{"https://user:pw@git.example.com/o/config.git", "/srv/mirror"}, Branches: []string{"trunk", "change"},
		At: func(revision string) (fs.FS, error) {
			if revision == "v1" {
				return v1, nil
			}
			return nil, errors.New("there is none")
		},
	}
	local := argocd.Repository{Remotes: []string{"/srv/config", "file:///srv/more"}}
	aliased := argocd.Repository{Remotes: []string{"git@mirror.example.com:x/y"}, Aliases: []string{"ssh://git@git.example.com/o/config"}}
	const own, other = "https://git.example.com/o/config", "https://git.example.com/o/other.git"
	for _, tt := range []struct {
		name          string
		checkout      argocd.Repository
		url, revision string
		want          string
	}{
		{"a remote", known, own, "", "here"},
		{"HEAD", known, own, "HEAD", "here"},
		{"another scheme", known, "git@git.example.com:O/config.git", "HEAD", "here"},
		{"a port", known, "ssh://git@git.example.com:2222/o/config/", "HEAD", "here"},
		{"the branch of the change", known, own, "change", "here"},
		{"the whole name of a branch", known, own, "refs/heads/trunk", "here"},
		{"a tag", known, own, "v1", "v1"},
		{"a branch that is not at hand", known, own, "main", `unresolved: its revision "main" is not known: there is none`},
		{"no remote", known, "https://git.example.com/o/another", "HEAD", `unresolved: its repository is not available: "https://git.example.com/o/another" is no URL of this one`},
		{"another host", known, "https://git.example.org/o/config", "HEAD", `unresolved: its repository is not available: "https://git.example.org/o/config" is no URL of this one`},
		{"a password is not told", known, "https://me:secret@x.example.com/y", "HEAD", `unresolved: its repository is not available: "https://x.example.com/y" is no URL of this one`},
		{"mapped", known, other, "HEAD", "other"},
		{"mapped, at a revision that is not known", known, other, "v1", `unresolved: its revision "v1" is not known: the directory has no git`},
		{"mapped, at its branch", known, other, "master", "other"},
		{"local remotes", local, "https://git.example.com/x", "HEAD", "here"},
		{"an alias", aliased, own, "HEAD", "here"},
		{"beside an alias", aliased, "https://mirror.example.com/x/y.git", "HEAD", "here"},
		{"neither of both", aliased, "https://git.example.com/x", "HEAD", `unresolved: its repository is not available: "https://git.example.com/x" is no URL of this one`},
		{"without git", argocd.Repository{}, own, "main", "here"},
		{"without git, a tag", argocd.Repository{}, own, "v1", `unresolved: its revision "v1" is not known: the directory has no git`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(app{name: "a", revision: tt.revision}.String(), "https://git.example.com/config.git", tt.url, 1)
			if tt.revision == "" {
				text = strings.Replace(text, "    targetRevision: HEAD\n", "", 1)
			}
			o := argocd.Options{Checkout: tt.checkout, Repositories: map[string]argocd.Repository{other: {FS: marked("other")}}}
			s := snapshot(marked("here"), gitops.Parse(gitops.ArgoCD, "", "apps.yaml", []byte(text)), o)
			require.Len(t, s.Deployers, 1)
			assert.Equal(t, tt.want, objectsOf(s.Deployers[0].Desired))
		})
	}
}

// objectsOf are the names of objects, or why they are not known.
func objectsOf(d deploy.Desired) string {
	if d.Unresolved != "" {
		return "unresolved: " + d.Unresolved.String()
	}
	var names []string
	for _, o := range d.Objects {
		names = append(names, o.Name)
	}
	return strings.Join(names, " ")
}

// TestRevisionChanges: two revisions are never read from one tree.
func TestRevisionChanges(t *testing.T) {
	const pinned = "refs/tags/"
	claim := claimFile("data", "")
	trees := map[string]fs.FS{
		"v1": checkout.NewCachingFS(tree("a/pvc.yaml", claim, "a/c.yaml", config)),
		"v2": checkout.NewCachingFS(tree("a/c.yaml", config)), "v3": checkout.NewCachingFS(tree("a/pvc.yaml", claim, "a/c.yaml", config)),
	}
	git := argocd.Repository{At: func(revision string) (fs.FS, error) {
		if tree := trees[strings.TrimPrefix(revision, pinned)]; tree != nil {
			return tree, nil
		}
		return nil, errors.New("there is none")
	}}
	at := func(revision string, files ...string) fs.FS {
		return tree(append(files, "apps.yaml", app{name: "a", revision: revision}.String())...)
	}
	elsewhere := func(url string) fs.FS {
		return tree("a/c.yaml", config, "apps.yaml", strings.Replace(app{name: "a"}.String(), "https://git.example.com/config.git", url, 1))
	}
	generated := func(name string) fs.FS {
		return tree("apps/one/c.yaml", config, "set.yaml", strings.Replace(
			appSet("set", "[{git: {repoURL: 'https://git.example.com/"+name+"', directories: [{path: 'apps/*'}]}}]", "{{path.basename}}"), "apps/{{cluster}}", "{{path}}", 1))
	}
	for _, tt := range []struct {
		name       string
		git        argocd.Repository
		base, head fs.FS
		outcomes   []string
		errors     []string
	}{
		{"a tag with fewer objects", git, at("v1", "a/pvc.yaml", claim), at("v2", "a/pvc.yaml", claim), []string{"a PersistentVolumeClaim/data: pruned"}, []string{"would-prune"}},
		{"a tag with the same", git, at("v1"), at("v3"), nil, nil},
		{"the tree changes, and the tag stays", git, at("v1", "a/pvc.yaml", claim), at("v1", "a/c.yaml", config), nil, nil},
		{"from a tag to the tree", git, at("v1"), at("HEAD", "a/c.yaml", config), []string{"a PersistentVolumeClaim/data: pruned"}, []string{"would-prune"}},
		{"to a tag that is not at hand", git, at("v1"), at("v9", "a/pvc.yaml", claim, "a/c.yaml", config), nil, []string{"unresolved-change"}},
		{"a tag that is not at hand stays", git, at("v9", "a/pvc.yaml", claim), at("v9", "a/c.yaml", config), nil, nil},
		{"without git", argocd.Repository{}, at("v1", "a/pvc.yaml", claim), at("v2", "a/pvc.yaml", claim), nil, []string{"unresolved-change"}},
		{"another repository, and no remote says which one this is", argocd.Repository{}, at("HEAD", "a/c.yaml", config), elsewhere("https://git.example.com/other"), nil, []string{"unresolved-change"}},
		{"another way to write it", argocd.Repository{}, at("HEAD", "a/c.yaml", config), elsewhere("git@git.example.com:config"), nil, nil},
		{"another repository than this one", argocd.Repository{Remotes: []string{"https://git.example.com/config"}}, at("HEAD", "a/c.yaml", config), elsewhere("https://git.example.com/other"), nil, []string{"unresolved-change"}},
		{"another way to write this one", argocd.Repository{Remotes: []string{"https://git.example.com/config"}}, at("HEAD", "a/c.yaml", config), elsewhere("git@git.example.com:config"), nil, nil},
		{"a generator of another repository", argocd.Repository{}, generated("config"), generated("other"), nil, []string{"unresolved-change"}},
		{"a generator that stays", argocd.Repository{}, generated("config"), generated("config.git"), nil, nil},
		{"a tag by its whole name", git, at("v1"), at("refs/tags/v1"), nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := trees2(t, tt.base, tt.head, argocd.Options{Checkout: tt.git})
			assert.Equal(t, tt.outcomes, outcomes(got))
			assert.Equal(t, tt.errors, rules(got, dupcheck.Error))
		})
	}
}

// trees2 is the impact of a change of all that is in two trees, with what is
// rendered.
func trees2(t testing.TB, base, head fs.FS, o argocd.Options) impact.Impact {
	t.Helper()
	got, err := impact.Trees(context.Background(), base, head, deploy.Options{Tool: gitops.ArgoCD, Adapter: o.Adapter}, impact.Options{})
	require.NoError(t, err)
	return got.Impact
}

// TestGeneratorRevision: a git generator has a revision and a URL of its own.
func TestGeneratorRevision(t *testing.T) {
	old := checkout.NewCachingFS(tree("apps/old/c.yaml", config))
	o := argocd.Options{
		Checkout: argocd.Repository{Remotes: []string{"https://git.example.com/config"}, At: func(revision string) (fs.FS, error) {
			if revision == "v1" {
				return old, nil
			}
			return nil, errors.New("there is none")
		}},
		Repositories: map[string]argocd.Repository{"https://git.example.com/other": {FS: checkout.NewCachingFS(tree("apps/other/c.yaml", config))}},
	}
	for _, tt := range []struct{ where, want string }{
		{"repoURL: 'git@git.example.com:config.git', revision: HEAD", "new"},
		{"repoURL: 'https://git.example.com/config', revision: v1", "old"},
		{"repoURL: 'https://git.example.com/config'", "new"},
		{"repoURL: 'https://git.example.com/other.git', revision: main", "other"},
		{"repoURL: 'https://git.example.com/config', revision: v2", `the input of its git generator is not known: its revision "v2" is not known: there is none`},
		{"repoURL: 'https://git.example.com/more'", `the input of its git generator is not known: its repository is not available: "https://git.example.com/more" is no URL of this one`},
	} {
		set := appSet("set", fmt.Sprintf("[{git: {%s, directories: [{path: 'apps/*'}]}}]", tt.where), "{{path.basename}}")
		s := snapshot(checkout.NewCachingFS(tree("apps/new/c.yaml", config)), gitops.Parse(gitops.ArgoCD, "", "set.yaml", []byte(set)), o)
		var got string
		for _, d := range s.Deployers {
			got = d.ID.Name
		}
		for _, u := range s.Unexpanded {
			got = u.Reason.String()
		}
		require.Len(t, s.Generators, 1)
		assert.Empty(t, s.Generators[0].Frozen)
		assert.Equal(t, tt.want, got, tt.where)
	}
}

// TestLinksOut has links for which Argo CD refuses the whole repository.
func TestLinksOut(t *testing.T) {
	for link, refused := range map[string]bool{
		"../b/c.yaml": false, "c.yaml": false, "nowhere": false, "../../x": true, "/etc/passwd": true, "../../repo/a/c.yaml": true, "../b/../../x": true, "./../b/./c.yaml": false,
	} {
		repo := tree("a/c.yaml", config, "b/c.yaml", config, "apps.yaml", app{name: "a"}.String())
		repo["b/link"] = &fstest.MapFile{Data: []byte(link), Mode: fs.ModeSymlink}
		d := gitops.Parse(gitops.ArgoCD, "", "apps.yaml", repo["apps.yaml"].Data)
		s := snapshot(checkout.NewCachingFS(repo), d, argocd.Options{})
		assert.Equal(t, refused, !s.Deployers[0].Desired.Known(), link)
		assert.Equal(t, refused, s.Deployers[0].Desired.Refused(), link)
		s = snapshot(checkout.NewCachingFS(repo), d, argocd.Options{Skip: func(name string) bool { return name == "b/link" }})
		assert.True(t, s.Deployers[0].Desired.Known(), "what is left out does no harm")
	}
}

// TestSubmodules: the files of a submodule are not known here, and Argo CD has them.
func TestSubmodules(t *testing.T) {
	const modules = "[submodule \"x\"]\n\tpath = a\n\turl = https://git.example.com/x\n"
	for _, tt := range []struct {
		path, modules, want string
	}{
		{"a", modules, "it is in the submodule a, which is not available"},
		{"a/deep", modules, "it is in the submodule a, which is not available"},
		{"ab", modules, `its repository has no directory "ab"`},
		{"a", "", `its repository has no directory "a"`},
	} {
		d := gitops.Parse(gitops.ArgoCD, "", "a.yaml", []byte(app{name: "a", path: tt.path}.String()))
		s := snapshot(checkout.NewCachingFS(tree(".gitmodules", tt.modules)), d, argocd.Options{Checkout: argocd.Repository{Remotes: []string{"https://git.example.com/config"}}})
		assert.Equal(t, tt.want, s.Deployers[0].Desired.Unresolved.String())
		assert.Equal(t, !strings.Contains(tt.want, "submodule"), s.Deployers[0].Desired.Refused())
	}
	for pattern, known := range map[string]bool{"*": false, "a/*": false, "b/*": true, "a": false, "b": true, "*/*/*": false} {
		set := appSet("set", "[{git: {directories: [{path: '"+pattern+"'}]}}]", "{{path.basename}}")
		s := stateOf(t, tree(".gitmodules", modules, "set.yaml", set, "b/c/d.yaml", config), argocd.Options{})
		assert.Equal(t, known, len(s.Unexpanded) == 0, pattern)
	}
}

// TestIgnoredFields: a field that a set leaves as it is in the cluster is not known.
func TestIgnoredFields(t *testing.T) {
	for _, tt := range []struct {
		ignored string
		errors  []string
	}{
		{"jsonPointers: [/spec/source/path]", []string{"unresolved-change"}},
		{"jsonPointers: [/spec/source]", []string{"unresolved-change"}},
		{"jqPathExpressions: [.spec.source.path]", []string{"unresolved-change"}},
		{"jsonPointers: [/spec/source/targetRevision]", nil},
		{"jsonPointers: [/spec/syncPolicy]", nil},
	} {
		more := "ignoreApplicationDifferences: [{" + tt.ignored + "}]"
		base := fleet("a.yaml", listSet("a", "one", more))
		head := fleet("a.yaml", strings.Replace(listSet("a", "one", more), "apps/{{cluster}}", "./apps/{{cluster}}", 1))
		assert.Equal(t, tt.errors, rules(trees2(t, base, head, argocd.Options{}), dupcheck.Error), tt.ignored)
		assert.Empty(t, rules(trees2(t, base, base, argocd.Options{}), dupcheck.Error), tt.ignored)
	}
}

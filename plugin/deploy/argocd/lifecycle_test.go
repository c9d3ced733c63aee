package argocd_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
)

// The parts of an ApplicationSet that the tables below change.
const (
	finalizer = "resources-finalizer.argocd.argoproj.io"
	preserve  = "syncPolicy: {preserveResourcesOnDeletion: true}"
)

// listSet is a set with one Application for each name, of the directory apps/NAME.
func listSet(name, elements string, more ...string) string {
	var all []string
	for element := range strings.FieldsSeq(elements) {
		all = append(all, "{cluster: "+element+"}")
	}
	return appSet(name, "[{list: {elements: ["+strings.Join(all, ", ")+"]}}]", "{{cluster}}", more...)
}

// fleet is what some Applications deploy: a claim each.
func fleet(more ...string) fs.FS {
	files := []string{"rest/c.yaml", config}
	for _, name := range []string{"one", "two", "three"} {
		files = append(files, "apps/"+name+"/pvc.yaml", claimFile(name, ""), "apps/"+name+"/c.yaml", strings.Replace(config, "name: config", "name: "+name, 1))
	}
	return tree(append(files, more...)...)
}

// generatedApp is what a listSet makes for a name, written by hand.
func generatedApp(name string) string {
	return app{name: name, path: "apps/" + name, namespace: "x"}.String()
}

// without removes a file of a tree.
func without(t fs.FS, file string) fs.FS {
	files := []string{}
	_ = fs.WalkDir(t, ".", func(name string, entry fs.DirEntry, _ error) error {
		if data, err := fs.ReadFile(t, name); err == nil && name != file {
			files = append(files, name, string(data))
		}
		return nil
	})
	return tree(files...)
}

// TestLifeCycle has what becomes of an Application whose maker changes or is changed.
// The comments say what Argo CD does, as its source has it.
func TestLifeCycle(t *testing.T) {
	root := app{name: "root", path: "sets", namespace: "argocd"}.String()
	gone := func(names ...string) (out []string) {
		for _, name := range names {
			out = append(out, name+" ConfigMap/"+name+": deleted", name+" PersistentVolumeClaim/"+name+": deleted")
		}
		return out
	}
	adopted := func(name string) []string {
		return []string{name + " ConfigMap/" + name + ": adopted", name + " PersistentVolumeClaim/" + name + ": adopted"}
	}
	orphaned := func(name string) []string {
		return []string{name + " ConfigMap/" + name + ": orphaned", name + " PersistentVolumeClaim/" + name + ": orphaned"}
	}
	broken := `goTemplate: true` + "\n  " + `goTemplateOptions: ["missingkey=error"]`
	for _, tt := range []struct {
		name       string
		base, head fs.FS
		outcomes   []string
		errors     []string
	}{
		// (a) Set a deletes it, with its objects, and b creates it again: in any order.
		{
			"an element moves to another set",
			fleet("a.yaml", listSet("a", "one two"), "b.yaml", listSet("b", "three")),
			fleet("a.yaml", listSet("a", "two"), "b.yaml", listSet("b", "three one")),
			gone("one"),
			[]string{"would-prune"},
		},
		{
			"an element moves, and its objects are preserved",
			fleet("a.yaml", listSet("a", "one two", preserve), "b.yaml", listSet("b", "three", preserve)),
			fleet("a.yaml", listSet("a", "two", preserve), "b.yaml", listSet("b", "three one", preserve)),
			adopted("one"), nil, // until b creates it again
		},
		{
			"an element moves away from a set that deletes none",
			fleet("a.yaml", listSet("a", "one two", "syncPolicy: {applicationsSync: create-update}"), "b.yaml", listSet("b", "three")),
			fleet("a.yaml", listSet("a", "two", "syncPolicy: {applicationsSync: create-update}"), "b.yaml", listSet("b", "three one")),
			nil, nil,
		},
		// Both fail before either deletes.
		{
			"two elements swap their sets",
			fleet("a.yaml", listSet("a", "one"), "b.yaml", listSet("b", "two")),
			fleet("a.yaml", listSet("a", "two"), "b.yaml", listSet("b", "one")),
			nil, nil,
		},
		// (b) The old set goes first, and the cluster deletes its Applications.
		{
			"a set is renamed", fleet("a.yaml", listSet("a", "one")), fleet("a.yaml", listSet("b", "one")),
			gone("one"),
			[]string{"would-prune"},
		},
		{
			"a set is renamed, and objects are preserved",
			fleet("a.yaml", listSet("a", "one", preserve)), fleet("a.yaml", listSet("b", "one", preserve)),
			adopted("one"), nil,
		},
		// (c) Whatever applicationsSync says, unless the set has the finalizer itself.
		{
			"generated while it is still written by hand",
			fleet("a.yaml", listSet("a", "two"), "one.yaml", generatedApp("one")), fleet("a.yaml", listSet("a", "two one"), "one.yaml", generatedApp("one")),
			nil, nil,
		},
		{
			"a set that deletes none is deleted",
			fleet("a.yaml", listSet("a", "one", "syncPolicy: {applicationsSync: create-only}")), fleet(),
			gone("one"),
			[]string{"would-prune"},
		},
		{
			"a set that lets go of its Applications is deleted",
			fleet("a.yaml", strings.Replace(listSet("a", "one", "syncPolicy: {applicationsSync: create-only}"), "namespace: argocd}", "namespace: argocd, finalizers: ["+finalizer+"]}", 1)), fleet(),
			nil, nil,
		},
		// (d) The set still owns it.
		{
			"generated becomes written by hand",
			fleet("a.yaml", listSet("a", "one two")), fleet("a.yaml", listSet("a", "two"), "one.yaml", generatedApp("one")),
			gone("one"),
			[]string{"would-prune"},
		},
		{
			"generated becomes written by hand, of a set that deletes none",
			fleet("a.yaml", listSet("a", "one two", "syncPolicy: {applicationsSync: create-update}")),
			fleet("a.yaml", listSet("a", "two", "syncPolicy: {applicationsSync: create-update}"), "one.yaml", generatedApp("one")),
			nil, nil,
		},
		// (d') Unless something prunes it, the set adopts it.
		{
			"written by hand becomes generated, below a root",
			fleet("root.yaml", root, "sets/a.yaml", listSet("a", "two"), "sets/one.yaml", generatedApp("one")),
			fleet("root.yaml", root, "sets/a.yaml", listSet("a", "two one")),
			append(gone("one"), "root Application/one: pruned"),
			[]string{"would-prune"},
		},
		// (e)
		{
			"create-only changes none: the path of the template",
			fleet("a.yaml", listSet("a", "one", "syncPolicy: {applicationsSync: create-only}")),
			fleet("a.yaml", strings.Replace(listSet("a", "one", "syncPolicy: {applicationsSync: create-only}"), "apps/{{cluster}}", "rest", 1)),
			nil, nil,
		},
		{
			"create-only changes none, but its files change",
			fleet("a.yaml", listSet("a", "one", "syncPolicy: {applicationsSync: create-only}")),
			without(fleet("a.yaml", strings.Replace(listSet("a", "one", "syncPolicy: {applicationsSync: create-only}"), "apps/{{cluster}}", "rest", 1)), "apps/one/pvc.yaml"),
			[]string{"one PersistentVolumeClaim/one: pruned"},
			[]string{"would-prune"},
		},
		{
			"create-update keeps one, whose files change",
			fleet("a.yaml", listSet("a", "one two", "syncPolicy: {applicationsSync: create-update}")),
			without(fleet("a.yaml", listSet("a", "two", "syncPolicy: {applicationsSync: create-update}")), "apps/one/pvc.yaml"),
			[]string{"one PersistentVolumeClaim/one: pruned"},
			[]string{"would-prune"},
		},
		{
			"create-delete deletes",
			fleet("a.yaml", listSet("a", "one two", "syncPolicy: {applicationsSync: create-delete}")), fleet("a.yaml", listSet("a", "two", "syncPolicy: {applicationsSync: create-delete}")),
			gone("one"),
			[]string{"would-prune"},
		},
		// (f) A finalizer that comes is latent.
		{
			"objects are no longer preserved", fleet("a.yaml", listSet("a", "one", preserve)), fleet("a.yaml", listSet("a", "one")), nil, nil,
		},
		{
			"objects are preserved too late", fleet("a.yaml", listSet("a", "one two")), fleet("a.yaml", listSet("a", "two", preserve)), gone("one"), []string{"would-prune"},
		},
		// (g) The whole set is frozen.
		{
			"a template that fails",
			fleet("a.yaml", listSet("a", "one two")), fleet("a.yaml", appSet("a", "[{list: {elements: [{cluster: one}]}}]", "{{.missing}}", broken)),
			nil,
			[]string{"not-applied"},
		},
		{
			"a generator that fails beside another one",
			fleet("a.yaml", listSet("a", "one two")),
			fleet("a.yaml", appSet("a", "[{list: {elements: [{cluster: one}]}}, {list: {elements: [{cluster: 1}]}}]", "{{cluster}}")),
			nil,
			[]string{"not-applied"},
		},
		{
			"a selector that no label can have",
			fleet("a.yaml", listSet("a", "one two")),
			fleet("a.yaml", appSet("a", "[{list: {elements: [{cluster: one}]}, selector: {matchLabels: {'path[0]': one}}}]", "{{cluster}}")),
			nil,
			[]string{"not-applied"},
		},
		{
			"a frozen set, and files of its Applications change",
			fleet("a.yaml", listSet("a", "one two")),
			without(fleet("a.yaml", appSet("a", "[{list: {elements: [{cluster: 1}]}}]", "{{cluster}}")), "apps/one/pvc.yaml"),
			[]string{"one PersistentVolumeClaim/one: pruned"},
			[]string{"not-applied", "would-prune"},
		},
		{
			"one name that no API server takes", // its set deletes none
			fleet("a.yaml", listSet("a", "one two")), fleet("a.yaml", listSet("a", "two No_name")), nil, nil,
		},
		{
			"one name that no API server takes, twice", // of which Argo CD makes none from 3.2 on
			fleet("a.yaml", listSet("a", "one two")), fleet("a.yaml", listSet("a", "two No_name No_name")),
			gone("one"),
			[]string{"would-prune"},
		},
		// Nothing that is known deletes what a user applied: it may stay, and prune.
		{
			"a set goes, and an object of what it keeps",
			fleet("a.yaml", listSet("a", "one", preserve)), without(fleet(), "apps/one/c.yaml"),
			[]string{"one ConfigMap/one: pruned", "one PersistentVolumeClaim/one: orphaned"},
			nil,
		},
		{
			"an Application goes that keeps its objects, and one of them",
			fleet("one.yaml", app{name: "one", path: "apps/one", noFinalizer: true}.String()), without(fleet(), "apps/one/pvc.yaml"),
			[]string{"one ConfigMap/one: orphaned", "one PersistentVolumeClaim/one: pruned"},
			[]string{"would-prune"},
		},
		// The first owner keeps it.
		{
			"another set takes the name",
			fleet("a.yaml", listSet("a", "one"), "b.yaml", listSet("b", "")),
			fleet("a.yaml", listSet("a", "one"), "b.yaml", strings.Replace(listSet("b", "one"), "apps/{{cluster}}", "rest", 1)),
			nil,
			[]string{"application-collision"},
		},
		// (g') Nothing is generated, without an error.
		{
			"no elements", fleet("a.yaml", listSet("a", "one")), fleet("a.yaml", listSet("a", "")), gone("one"), []string{"would-prune"},
		},
		{
			"a pattern that matches nothing",
			fleet("a.yaml", strings.Replace(appSet("a", "[{git: {directories: [{path: 'apps/one'}]}}]", "{{path.basename}}"), "apps/{{cluster}}", "{{path}}", 1)),
			fleet("a.yaml", strings.Replace(appSet("a", "[{git: {directories: [{path: 'app/one'}]}}]", "{{path.basename}}"), "apps/{{cluster}}", "{{path}}", 1)),
			gone("one"),
			[]string{"would-prune"},
		},
		// Without a parameter the template is taken as it is, without a finalizer.
		{
			"an element without parameters goes",
			fleet("a.yaml", strings.Replace(appSet("a", "[{list: {elements: [{}]}}]", "one"), "apps/{{cluster}}", "apps/one", 1)),
			fleet("a.yaml", strings.Replace(appSet("a", "[{list: {elements: []}}]", "one"), "apps/{{cluster}}", "apps/one", 1)),
			orphaned("one"), nil,
		},
		// Harmless.
		{"an element more", fleet("a.yaml", listSet("a", "one")), fleet("a.yaml", listSet("a", "one two")), nil, nil},
		{"another order", fleet("a.yaml", listSet("a", "one two")), fleet("a.yaml", listSet("a", "two one")), nil, nil},
		{"a set elsewhere", fleet("a.yaml", listSet("a", "one two")), fleet("b/c.yaml", listSet("a", "one two")), nil, nil},
		{"a frozen set is mended", fleet("a.yaml", appSet("a", "[{list: {elements: [{cluster: 1}]}}]", "{{cluster}}")), fleet("a.yaml", listSet("a", "one")), nil, []string{"unresolved-change"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := trees2(t, tt.base, tt.head, argocd.Options{})
			assert.Equal(t, tt.outcomes, outcomes(got))
			assert.Equal(t, tt.errors, rules(got, dupcheck.Error))
		})
	}
}

// TestNewPolicy: a policy that comes with the removal of an object is there only if
// the parent is synced before the child.
func TestNewPolicy(t *testing.T) {
	const leaves = "apps/one/pvc.yaml"
	root := app{name: "root", path: "sets", namespace: "argocd"}.String()
	child := func(a app) string { a.name, a.path, a.namespace = "one", "apps/one", "x"; return a.String() }
	itself := func(a app) string { a.name, a.path = "one", "apps/one"; return a.String() }
	set := func(policy, ignored string) string {
		return strings.Replace(listSet("a", "one", "ignoreApplicationDifferences: [{"+ignored+"}]"), "automated: {prune: true}", policy, 1)
	}
	for _, tt := range []struct {
		name           string
		base, head     fs.FS
		want, headline string
	}{
		{
			"a child is no longer pruned", fleet("root.yaml", root, "sets/one.yaml", child(app{})), fleet("root.yaml", root, "sets/one.yaml", child(app{manual: true})),
			"kept", "no object would be deleted for certain, but see below",
		},
		{
			"a child gains an option", fleet("root.yaml", root, "sets/one.yaml", child(app{})), fleet("root.yaml", root, "sets/one.yaml", child(app{options: "Prune=false"})),
			"pruned", "", // which no version before 3.4 reads
		},
		{
			"it was not pruned before", fleet("root.yaml", root, "sets/one.yaml", child(app{manual: true})), fleet("root.yaml", root, "sets/one.yaml", child(app{manual: true})),
			"kept", "no object would be deleted",
		},
		{
			"a child that deploys itself", // is synced as it was
			fleet("apps/one/app.yaml", itself(app{namespace: "argocd"})), fleet("apps/one/app.yaml", itself(app{namespace: "argocd", manual: true})),
			"pruned", "",
		},
		{
			"a set that leaves the policy as it is", fleet("a.yaml", set("automated: {prune: true}", "jsonPointers: [/spec/syncPolicy]")), fleet("a.yaml", set("automated: {prune: false}", "jsonPointers: [/spec/syncPolicy]")),
			"pruned", "",
		},
		{
			"a part of the policy", fleet("a.yaml", set("automated: {prune: true}", "jqPathExpressions: [.spec.syncPolicy.automated.prune]")), fleet("a.yaml", set("automated: {prune: false}", "jqPathExpressions: [.spec.syncPolicy.automated.prune]")),
			"pruned", "",
		},
		{
			"another field", fleet("a.yaml", set("automated: {prune: true}", "jsonPointers: [/spec/info]")), fleet("a.yaml", set("automated: {prune: false}", "jsonPointers: [/spec/info]")),
			"kept", "no object would be deleted for certain, but see below",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := trees2(t, tt.base, without(tt.head, leaves), argocd.Options{Checkout: argocd.Repository{Remotes: []string{"https://git.example.com/config"}}})
			assert.Contains(t, outcomes(got), "one PersistentVolumeClaim/one: "+tt.want)
			if tt.headline != "" {
				assert.Equal(t, tt.headline, got.Headline())
			}
		})
	}
}

package argocd_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
)

// TestSetsAndTwins has more of what becomes of Applications that a set makes, adopts or
// cannot make. The comments say what Argo CD does, as its source has it.
func TestSetsAndTwins(t *testing.T) {
	const (
		createOnly   = "syncPolicy: {applicationsSync: create-only}"
		createUpdate = "syncPolicy: {applicationsSync: create-update}"
	)
	root := app{name: "root", path: "sets", namespace: "argocd"}.String()
	elsewhere := func(set string) string { return strings.Replace(set, "apps/{{cluster}}", "rest", 1) }
	owned := func(set string) string {
		return strings.Replace(set, "namespace: argocd}", "namespace: argocd, finalizers: ["+finalizer+"]}", 1)
	}
	twins := func(elements string, more ...string) string {
		set := appSet("a", "[{list: {elements: ["+elements+"]}}]", "{{cluster}}", more...)
		return strings.Replace(set, "apps/{{cluster}}", "{{dir}}", 1)
	}
	several := func(more string) string {
		return strings.Replace(listSet("a", "one", more), "source: {repoURL: https://git.example.com/config.git, path: 'apps/{{cluster}}', targetRevision: HEAD}",
			"sources: [{repoURL: https://git.example.com/config.git, path: 'apps/{{cluster}}'}, {repoURL: https://git.example.com/config.git, path: rest}]", 1)
	}
	both := twins("{cluster: one, dir: apps/one}, {cluster: two, dir: apps/two}")
	gone := []string{"one ConfigMap/one: deleted", "one PersistentVolumeClaim/one: deleted"}
	pruned := []string{"one ConfigMap/one: pruned", "one PersistentVolumeClaim/one: pruned"}
	for _, tt := range []struct {
		name       string
		base, head fs.FS
		outcomes   []string
		errors     []string
	}{
		// From 3.2 on all of one name are frozen; before, the first one counts. The rest goes on.
		{
			"a name twice, the first as before", fleet("a.yaml", both),
			fleet("a.yaml", twins("{cluster: one, dir: apps/one}, {cluster: one, dir: rest}, {cluster: two, dir: apps/two}")), nil,
			[]string{"application-collision"},
		},
		{
			"a name twice, and another one goes", fleet("a.yaml", twins("{cluster: one, dir: apps/one}, {cluster: two, dir: apps/two}")),
			fleet("a.yaml", twins("{cluster: two, dir: apps/two}, {cluster: two, dir: rest}")), gone,
			[]string{"application-collision", "would-prune"},
		},
		// The set overwrites what it adopts, also if it changes none that it owns.
		{
			"written by hand, and adopted with another path", fleet("one.yaml", generatedApp("one")),
			fleet("one.yaml", generatedApp("one"), "a.yaml", elsewhere(listSet("a", "one"))), pruned,
			[]string{"application-collision", "would-prune"},
		},
		{
			"adopted by a set that changes none", fleet("one.yaml", generatedApp("one")),
			fleet("one.yaml", generatedApp("one"), "a.yaml", elsewhere(listSet("a", "one", createOnly))), pruned,
			[]string{"application-collision", "would-prune"},
		},
		{
			"written by hand becomes generated, and nothing in git deploys it", fleet("a.yaml", listSet("a", "two"), "one.yaml", generatedApp("one")),
			fleet("a.yaml", listSet("a", "two one")), gone,
			[]string{"would-prune"},
		},
		// A root prunes no Application that a set owns. Whether the set has adopted it is not in
		// git, so that the worse counts.
		{
			"an adopted one leaves git, below a root", fleet("root.yaml", root, "sets/a.yaml", listSet("a", "one"), "sets/one.yaml", generatedApp("one")),
			fleet("root.yaml", root, "sets/a.yaml", listSet("a", "one")), append(gone[:2:2], "root Application/one: pruned"),
			[]string{"would-prune"},
		},
		{
			"an element moves, below a root", fleet("root.yaml", root, "sets/a.yaml", listSet("a", "one two"), "sets/b.yaml", listSet("b", "three")),
			fleet("root.yaml", root, "sets/a.yaml", listSet("a", "two"), "sets/b.yaml", listSet("b", "three one")), gone,
			[]string{"would-prune"},
		},
		{
			"generated becomes written by hand, below a root", fleet("root.yaml", root, "sets/a.yaml", listSet("a", "one two")),
			fleet("root.yaml", root, "sets/a.yaml", listSet("a", "two"), "sets/one.yaml", generatedApp("one")), gone,
			[]string{"would-prune"},
		},
		// Its namespace is that of the set.
		{
			"another namespace in the template", fleet("a.yaml", listSet("a", "one")),
			fleet("a.yaml", strings.Replace(listSet("a", "one"), "{name: '{{cluster}}'}", "{name: '{{cluster}}', namespace: other}", 1)), nil, nil,
		},
		// The finalizers of a template win over the policy of its set.
		{
			"preserved, but the template has the finalizer", fleet("a.yaml", strings.Replace(listSet("a", "one", preserve), "{name: '{{cluster}}'}", "{name: '{{cluster}}', finalizers: ["+finalizer+"]}", 1)),
			fleet("a.yaml", strings.Replace(listSet("a", "", preserve), "{name: '{{cluster}}'}", "{name: '{{cluster}}', finalizers: ["+finalizer+"]}", 1)), gone,
			[]string{"would-prune"},
		},
		// One that cannot be made stops all deletions of its set, and no update.
		{
			"one goes, and another set has the new one", fleet("a.yaml", listSet("a", "one two"), "b.yaml", listSet("b", "three")),
			fleet("a.yaml", listSet("a", "two three"), "b.yaml", listSet("b", "three")), nil,
			[]string{"application-collision"},
		},
		{
			"another set has the new one, and the old ones change", fleet("a.yaml", listSet("a", "one"), "b.yaml", listSet("b", "three")),
			fleet("a.yaml", elsewhere(listSet("a", "one three")), "b.yaml", listSet("b", "three")), pruned,
			[]string{"application-collision", "would-prune"},
		},
		// A set lets go only of what it may not delete.
		{"a set with the finalizer goes", fleet("a.yaml", owned(listSet("a", "one"))), fleet(), gone, []string{"would-prune"}},
		{"a set with the finalizer goes that deletes none", fleet("a.yaml", owned(listSet("a", "one", createUpdate))), fleet(), nil, nil},
		{"a set goes that deletes none", fleet("a.yaml", listSet("a", "one", createUpdate)), fleet(), gone, []string{"would-prune"}},
		{
			"create-delete changes none", fleet("a.yaml", listSet("a", "one", "syncPolicy: {applicationsSync: create-delete}")),
			fleet("a.yaml", elsewhere(listSet("a", "one", "syncPolicy: {applicationsSync: create-delete}"))), nil, nil,
		},
		{"create-update changes them", fleet("a.yaml", listSet("a", "one", createUpdate)), fleet("a.yaml", elsewhere(listSet("a", "one", createUpdate))), pruned, []string{"would-prune"}},
		// A patch that cannot be applied freezes the set, and a generator that there is not yields nothing.
		{"a patch that is not a mapping", fleet("a.yaml", listSet("a", "one two")), fleet("a.yaml", listSet("a", "two", "templatePatch: '[1]'")), nil, []string{"not-applied"}},
		{"a patch that moves it", fleet("a.yaml", listSet("a", "one")), fleet("a.yaml", listSet("a", "one", "templatePatch: '{spec: {source: {path: rest}}}'")), pruned, []string{"would-prune"}},
		{ // which replaces a list
			"a patch with fewer sources", fleet("a.yaml", several("")), fleet("a.yaml", several("templatePatch: '{spec: {sources: [{repoURL: https://git.example.com/config.git, path: rest}]}}'")), pruned, []string{"would-prune"},
		},
		{"a generator that there is not", fleet("a.yaml", listSet("a", "one")), fleet("a.yaml", appSet("a", "[{lists: {elements: [{cluster: one}]}}]", "{{cluster}}")), nil, []string{"unresolved-change"}},
		{
			"a selector that takes none", fleet("a.yaml", listSet("a", "one")),
			fleet("a.yaml", appSet("a", "[{list: {elements: [{cluster: one}]}, selector: {matchLabels: {cluster: x}}}]", "{{cluster}}")), gone,
			[]string{"would-prune"},
		},
		// It is named "<no value>", which every API server refuses: the set deletes none.
		{"a value that is missing", fleet("a.yaml", listSet("a", "one")), fleet("a.yaml", appSet("a", "[{list: {elements: [{cluster: one}]}}]", "{{.x}}", goTemplate)), nil, nil},
		{"a name that stays as it is written", fleet("a.yaml", listSet("a", "one")), fleet("a.yaml", appSet("a", "[{list: {elements: [{cluster: one}]}}]", "{{x}}")), nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := trees2(t, tt.base, tt.head, argocd.Options{})
			assert.Equal(t, tt.outcomes, outcomes(got))
			assert.Equal(t, tt.errors, rules(got, dupcheck.Error))
		})
	}
}

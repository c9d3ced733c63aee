package argocd_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/impact"
)

// unexpanded is a set whose clusters are in no checkout.
func unexpanded(generator, path string) string {
	return strings.Replace(appSet("set", "[{clusters: {"+generator+"}}]", "web-{{name}}"), "apps/{{cluster}}", path, 1)
}

// TestUnexpanded has changes to an ApplicationSet whose Applications are
// not known: its template is compared.
func TestUnexpanded(t *testing.T) {
	volume := claimFile("data", "")
	base := tree("set.yaml", unexpanded("", "a"), "a/pvc.yaml", volume, "b/c.yaml", config)
	for _, tt := range []struct {
		name     string
		head     fstest.MapFS
		outcomes []string
		errors   []string
	}{
		{name: "nothing", head: base},
		{name: "another file", head: tree("set.yaml", unexpanded("", "a"), "a/pvc.yaml", volume, "a/x.yaml", other)},
		{
			name: "a file goes", head: tree("set.yaml", unexpanded("", "a"), "a/x.yaml", other),
			outcomes: []string{"web-* PersistentVolumeClaim/data: pruned"}, errors: []string{"would-prune"},
		},
		{
			name: "the path", head: tree("set.yaml", unexpanded("", "b"), "a/pvc.yaml", volume, "b/c.yaml", config),
			outcomes: []string{"web-* PersistentVolumeClaim/data: pruned"}, errors: []string{"unresolved-change", "would-prune"},
		},
		{
			name: "the path, to what is not known", head: tree("set.yaml", unexpanded("", "clusters/{{name}}"), "a/pvc.yaml", volume),
			errors: []string{"unresolved-change"},
		},
		{
			name: "which clusters", head: tree("set.yaml", unexpanded("selector: {matchLabels: {a: b}}", "a"), "a/pvc.yaml", volume),
			errors: []string{"unresolved-change"},
		},
		{
			name: "it goes", head: tree("a/pvc.yaml", volume),
			outcomes: []string{"web-* PersistentVolumeClaim/data: deleted"}, errors: []string{"unresolved-change", "would-prune"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := compare(t, base, tt.head, impact.Options{})
			assert.Equal(t, tt.outcomes, outcomes(got))
			assert.Equal(t, tt.errors, rules(got, dupcheck.Error))
			assert.Equal(t, tt.name != "it goes", len(got.Unexpanded) == 1, "it is told that it is not expanded")
		})
	}
}

// TestUnexpandedFiles has a path with a parameter: which of the directories
// below counts is not known.
func TestUnexpandedFiles(t *testing.T) {
	set := unexpanded("", "clusters/{{name}}/x")
	base := tree("set.yaml", set, "clusters/eu/x/c.yaml", config, "elsewhere.yaml", config)
	got := compare(t, base, tree("set.yaml", set, "clusters/eu/x/c.yaml", other, "elsewhere.yaml", config), impact.Options{})
	assert.Equal(t, []string{"unresolved-change"}, rules(got, dupcheck.Error))
	got = compare(t, base, tree("set.yaml", set, "clusters/eu/x/c.yaml", config, "elsewhere.yaml", other), impact.Options{})
	assert.Empty(t, got.Deployers)
}

// The template stands for no Application in particular.
func TestUnexpandedCheck(t *testing.T) {
	repo := tree("set.yaml", unexpanded("", "a"), "app.yaml", app{name: "other", path: "a", namespace: "x"}.String(), "a/pvc.yaml", claimFile("data", ""))
	r := deploy.Check(stateOf(t, repo, argocd.Options{}), deploy.CheckOptions{})
	assert.Zero(t, r.Count(dupcheck.Error), "%v", found(r))
}

// TestDropped has Applications whose files stay while nothing deploys them.
func TestDropped(t *testing.T) {
	root := app{name: "root", path: "apps", namespace: "argocd"}
	volume := claimFile("data", "")
	kid := app{name: "kid"}.String()
	base := tree("root.yaml", root.String(), "apps/kid.yaml", kid, "apps/c.yaml", config, "a/pvc.yaml", volume, "b/c.yaml", config)
	for _, tt := range []struct {
		name string
		head fstest.MapFS
		want []string
	}{
		{
			"the root goes", tree("apps/kid.yaml", kid, "apps/c.yaml", config, "a/pvc.yaml", volume, "b/c.yaml", config),
			[]string{"kid PersistentVolumeClaim/data: deleted", "root Application/kid: deleted", "root ConfigMap/config: deleted"},
		},
		{
			"the root looks elsewhere", tree("root.yaml", strings.Replace(root.String(), "path: apps", "path: b", 1),
				"apps/kid.yaml", kid, "apps/c.yaml", config, "a/pvc.yaml", volume, "b/c.yaml", config),
			[]string{"kid PersistentVolumeClaim/data: deleted", "root Application/kid: pruned"},
		},
		{
			"the root leaves it out", tree("root.yaml", root.String(), "apps/kid.yaml", "# +argocd:skip-file-rendering\n"+kid, "apps/c.yaml", config,
				"a/pvc.yaml", volume, "b/c.yaml", config),
			[]string{"kid PersistentVolumeClaim/data: deleted", "root Application/kid: pruned"},
		},
		{
			"another one deploys it", tree("root.yaml", app{name: "root2", path: "apps", namespace: "argocd"}.String(),
				"apps/kid.yaml", kid, "apps/c.yaml", config, "a/pvc.yaml", volume, "b/c.yaml", config),
			[]string{"kid PersistentVolumeClaim/data: moved", "root Application/kid: moved", "root ConfigMap/config: moved"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, outcomes(compare(t, base, tt.head, impact.Options{})))
		})
	}
}

// TestAdvice: an option that keeps an object from being pruned does not keep it
// from being deleted with its Application.
func TestAdvice(t *testing.T) {
	base := tree("apps.yaml", app{name: "a"}.String(), "a/pvc.yaml", claimFile("data", ""), "b/c.yaml", config)
	for _, tt := range []struct {
		head    fstest.MapFS
		version deploy.Version
		want    string
	}{
		{tree(), "", "Delete=confirm"},
		{tree(), "2.13", "Delete=false"},
		{tree("apps.yaml", app{name: "a", path: "b"}.String(), "b/c.yaml", config), "", "Prune=confirm"},
		{tree("apps.yaml", app{name: "a", path: "b"}.String(), "b/c.yaml", config), "2.13", "Prune=false"},
	} {
		got := compare(t, base, tt.head, impact.Options{Version: tt.version})
		assert.Contains(t, got.Deployers[0].Findings[0].Advice, "give them "+tt.want+" in a change of its own")
	}
}

// An owner that goes is told, even if nothing of it is known.
func TestGoneIsTold(t *testing.T) {
	a := app{name: "a", path: "nowhere", noFinalizer: true}.String()
	got := compare(t, tree("apps.yaml", a), tree(), impact.Options{})
	if assert.Len(t, got.Deployers, 1) {
		assert.Equal(t, impact.Gone, got.Deployers[0].Kind)
	}
}

// TestTemplatePatch has what a patch can change of an Application.
func TestTemplatePatch(t *testing.T) {
	const own = "resources-finalizer.argocd.argoproj.io"
	for _, tt := range []struct {
		name, patch, more string
		finalizers        []string
		path, unexpanded  string
	}{
		{name: "the source", patch: "{spec: {source: {path: x}}}", finalizers: []string{own}, path: "x"},
		{name: "not the project", patch: "{spec: {project: mine}}", finalizers: []string{own}, path: "apps/a"},
		{name: "not the namespace", patch: "{metadata: {namespace: mine}}", finalizers: []string{own}, path: "apps/a"},
		{name: "one more finalizer", patch: "{metadata: {finalizers: [other]}}", finalizers: []string{own, "other"}, path: "apps/a"},
		{name: "no finalizers", patch: "{metadata: {finalizers: []}}", finalizers: []string{own}, path: "apps/a"},
		{name: "the finalizer", patch: "{metadata: {finalizers: [" + own + "]}}", more: "syncPolicy: {preserveResourcesOnDeletion: true}", finalizers: []string{own}, path: "apps/a"},
		{name: "none is kept", patch: "{spec: {}}", more: "syncPolicy: {preserveResourcesOnDeletion: true}", path: "apps/a"},
		{name: "a directive", patch: "{metadata: {$patch: delete}}", unexpanded: "directive"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := gitops.Parse(gitops.ArgoCD, "", "a.yaml", []byte(appSet("set", "[{list: {elements: [{cluster: a}]}}]", "{{cluster}}", "templatePatch: '"+tt.patch+"'", tt.more)))
			applications, unexpanded := argocd.Expand(nil, &d.ApplicationSets[0])
			if tt.unexpanded != "" {
				assert.Contains(t, unexpanded[0].Reason.String(), tt.unexpanded)
				return
			}
			if assert.Len(t, applications, 1) {
				a := applications[0]
				assert.Equal(t, tt.finalizers, a.Metadata.Finalizers)
				assert.Equal(t, tt.path, a.Spec.Source.Path)
				assert.Equal(t, "default", a.Spec.Project)
				assert.Equal(t, "argocd", a.Metadata.Namespace)
			}
		})
	}
}

package protect_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/deploy/flux"
	"github.com/kuniq/kuniq/plugin/gate"
	"github.com/kuniq/kuniq/plugin/protect"
)

// app is an Application of a directory, with what is beside its source.
func app(name, dir, more string) string {
	return fmt.Sprintf(`-- apps/%s.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: %[1]s
  namespace: argocd
  annotations: {argocd.argoproj.io/sync-options: Delete=confirm}
spec:
  source: {repoURL: https://git.example.com/c.git, path: %s, targetRevision: HEAD}
  destination: {name: in-cluster, namespace: shop}
%s`, name, dir, more)
}

const (
	prunes  = "  syncPolicy: {automated: {prune: true}, syncOptions: [FailOnSharedResource=true]}\n"
	claimOf = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\n"
	claimAt = "-- shop/claim.yaml --\n" + claimOf
)

// checkTree guards what is below a directory of a tree. The findings name what
// deploys an object.
func checkTree(t *testing.T, tree, at string, o protect.Options) (all []string) {
	t.Helper()
	found := check(t, tree, at, o)
	for _, u := range found.Report.Unread {
		all = append(all, "unread "+strings.TrimPrefix(u.Reason, "unresolved: "))
	}
	for _, d := range found.Report.Diagnostics {
		if d.Rule == protect.NotPreserved {
			continue
		}
		id, _, _ := strings.Cut(d.Message, " may ")
		id, _, _ = strings.Cut(id, " is not ")
		by, _, _ := strings.Cut(d.Effect, " prunes ")
		by, _, _ = strings.Cut(by, " does not ")
		by, _, _ = strings.Cut(by, ", ")
		by, _, _ = strings.Cut(by, ": ")
		all = append(all, strings.TrimSuffix(fmt.Sprintf("%s %s: %s", d.Severity, id, by), ": "))
	}
	return all
}

// check guards what is below a directory of a tree.
func check(t *testing.T, tree, at string, o protect.Options) *protect.Result {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(tree)).Files {
		name := filepath.Join(dir, f.Name)
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, f.Data, 0o644))
	}
	require.NoError(t, os.MkdirAll(filepath.Join(dir, ".git"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".git", "HEAD"), []byte("ref: refs/heads/main\n"), 0o644))
	o.Deployers = func(_ context.Context, c gate.Checkout) (deploy.Options, error) {
		out := deploy.Options{Tool: gitops.ArgoCD, Adapter: argocd.Options{}.Adapter, Skip: c.Skip, Instance: c.Set}
		if o.Flux {
			out.Tool, out.Adapter = gitops.Flux, flux.Options{}.Adapter
		}
		return out, nil
	}
	found, err := protect.Check(t.Context(), []string{filepath.Join(dir, at)}, gate.Options{}, o)
	require.NoError(t, err)
	return found
}

// A kustomization that a user applies is rendered to know its Applications, and not once
// more for its objects.
func TestCheckRendersOnce(t *testing.T) {
	byHand := strings.ReplaceAll(app("a", "blog", prunes), "apps/a.yaml", "root/a.yaml") + "-- root/kustomization.yaml --\nresources: [a.yaml, ../base]\n-- blog/config.yaml --\n" + config +
		"-- base/kustomization.yaml --\nresources: [claim.yaml]\n" + strings.ReplaceAll(claimAt, "shop/", "base/")
	found := check(t, byHand, "", protect.Options{})
	assert.Equal(t, 1, found.Targets)
	assert.Empty(t, found.Timings, "those of what is rendered beside the deployers")
	assert.Equal(t, 5, found.Report.Files)

	found = check(t, byHand+"-- other/kustomization.yaml --\nresources: [../base]\n", "", protect.Options{})
	assert.Equal(t, 2, found.Targets)
	assert.Len(t, found.Timings, 1)
	assert.Equal(t, 6, found.Report.Files, "one that two read is one")
}

func TestCheck(t *testing.T) {
	elsewhere := "nothing here deploys it"
	for _, tt := range []struct {
		name, tree, at string
		options        protect.Options
		want           []string
	}{
		{name: "an Application that prunes", tree: app("a", "shop", prunes) + claimAt, want: []string{"error PersistentVolumeClaim data: Application argocd/a"}},
		{name: "one that does not", tree: app("a", "shop", "") + claimAt, want: []string{"info PersistentVolumeClaim data: Application argocd/a"}},
		{name: "one that is switched off", tree: app("a", "shop", "  syncPolicy: {automated: {prune: true, enabled: false}}\n") + claimAt, want: []string{"info PersistentVolumeClaim data: Application argocd/a"}},
		{
			name: "an option of the Application", options: protect.Options{Version: "3.4"}, want: nil,
			tree: app("a", "shop", "  syncPolicy: {automated: {prune: true}, syncOptions: [FailOnSharedResource=true, Prune=false]}\n") + claimAt,
		},
		{
			name: "an annotation that the Application adds", want: nil,
			tree: strings.Replace(app("a", "shop", prunes), "path: shop", "path: shop, kustomize: {commonAnnotations: {argocd.argoproj.io/sync-options: Prune=false}}", 1) +
				claimAt + "-- shop/kustomization.yaml --\nresources: [claim.yaml]\n",
		},
		{name: "nothing here deploys it", tree: claimAt, want: []string{"error PersistentVolumeClaim data: " + elsewhere}},
		{name: "nor with another Application beside", tree: app("a", "blog", prunes) + claimAt + "-- blog/config.yaml --\n" + config, want: []string{"error PersistentVolumeClaim data: " + elsewhere}},
		{
			name: "a kustomization that a user applies, with its Applications",
			tree: strings.ReplaceAll(app("a", "blog", prunes), "apps/a.yaml", "root/a.yaml") + strings.ReplaceAll(claimAt, "shop/", "root/") + "-- root/kustomization.yaml --\nresources: [a.yaml, claim.yaml]\n-- blog/config.yaml --\n" + config,
			want: []string{"info PersistentVolumeClaim data: it is applied by hand"},
		},
		{
			name: "Applications that one beside a kustomization deploys",
			tree: strings.ReplaceAll(app("root", "argocd/apps", ""), "apps/root.yaml", "argocd/root.yaml") + "-- argocd/kustomization.yaml --\nresources: [config.yaml]\n-- argocd/config.yaml --\n" + config +
				strings.ReplaceAll(app("a", "shop", ""), "apps/a.yaml", "argocd/apps/a.yaml") + "-- argocd/apps/kustomization.yaml --\nresources: [a.yaml]\n" + claimAt,
			want: []string{"info PersistentVolumeClaim data: Application argocd/a"},
		},
		{
			name: "two Applications, one finding", want: []string{"error PersistentVolumeClaim data: Application argocd/a"},
			tree: app("a", "shop", prunes) + app("b", "shop", prunes) + claimAt,
		},
		{name: "a part of the tree, with an Application elsewhere", at: "shop", tree: app("a", "shop", "") + claimAt, want: []string{"info PersistentVolumeClaim data: Application argocd/a"}},
		{name: "a part that is deployed from another one", at: "base", tree: app("a", "shop", "") + "-- shop/kustomization.yaml --\nresources: [../base, other.yaml]\n-- shop/other.yaml --\n" + strings.Replace(claimOf, "name: data", "name: other", 1) + "-- base/kustomization.yaml --\nresources: [claim.yaml]\n-- base/claim.yaml --\n" + claimOf, want: []string{"info PersistentVolumeClaim data: Application argocd/a"}},
		{
			name: "an overlay that nothing deploys keeps its objects", want: []string{"error PersistentVolumeClaim data: " + elsewhere, "info PersistentVolumeClaim data: Application argocd/a"},
			tree: app("a", "prod", "") + "-- prod/kustomization.yaml --\nresources: [../base]\n-- staging/kustomization.yaml --\nresources: [../base]\n-- base/kustomization.yaml --\nresources: [claim.yaml]\n-- base/claim.yaml --\n" + claimOf,
		},
		{
			name: "an Application that cannot be resolved hides nothing", want: []string{"unread the objects of Application argocd/a are not known: its destination has neither a server nor a name, which Argo CD refuses", "error PersistentVolumeClaim data: " + elsewhere},
			tree: strings.Replace(app("a", "shop", prunes), "name: in-cluster, ", "", 1) + claimAt,
		},
		{
			name: "a namespace that holds data", want: []string{"error PersistentVolumeClaim data: Application argocd/a", "error Namespace shop: Application argocd/a", "info Namespace blog: Application argocd/a"},
			tree: app("a", "shop", prunes) + claimAt + "-- shop/ns.yaml --\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: blog}\n",
		},
		{
			name: "also if that asks to be kept", want: []string{"error Namespace shop: Application argocd/a"},
			tree: app("a", "shop", prunes) + "-- shop/claim.yaml --\n" + claimFile("data", "argocd.argoproj.io/sync-options: Prune=false") + "-- shop/ns.yaml --\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n",
		},
		{
			name: "claims of a StatefulSet", want: []string{"error Namespace shop: " + elsewhere, "info StatefulSet.apps db: " + elsewhere},
			tree: "-- shop/ns.yaml --\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {volumeClaimTemplates: [{metadata: {name: data}}]}\n",
		},
		{
			name: "definitions with objects", want: []string{"error CustomResourceDefinition.apiextensions.k8s.io a.example.com: " + elsewhere, "info CustomResourceDefinition.apiextensions.k8s.io b.example.com: " + elsewhere},
			tree: "-- crds.yaml --\n" + definition("A", "a") + "---\n" + definition("B", "b") + "-- a.yaml --\napiVersion: example.com/v1\nkind: A\nmetadata: {name: a}\n",
		},
		{
			name: "volumes that are retained", want: []string{"error PersistentVolume disk: " + elsewhere, "info PersistentVolumeClaim data: " + elsewhere, "info PersistentVolumeClaim other: " + elsewhere, "info StorageClass.storage.k8s.io kept: " + elsewhere},
			tree: "-- a.yaml --\n" + claimOf + "spec: {storageClassName: kept}\n---\n" + strings.Replace(claimOf, "name: data", "name: other", 1) + "spec: {volumeName: disk}\n---\n" +
				"apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: disk}\nspec: {}\n---\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: kept}\nreclaimPolicy: Retain\n",
		},
		{
			name: "a claim that a volume names, and snapshots", want: []string{
				"error PersistentVolume disk: " + elsewhere, "error VolumeSnapshot.snapshot.storage.k8s.io lost: " + elsewhere,
				"info PersistentVolumeClaim shop/data: " + elsewhere, "info VolumeSnapshotClass.snapshot.storage.k8s.io kept: " + elsewhere,
				"info VolumeSnapshot.snapshot.storage.k8s.io kept: " + elsewhere, "info VolumeSnapshotContent.snapshot.storage.k8s.io kept: " + elsewhere,
			},
			tree: "-- a.yaml --\n" + strings.Replace(claimOf, "name: data", "name: data, namespace: shop", 1) + "---\n" +
				"apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: disk}\nspec: {persistentVolumeReclaimPolicy: Retain, claimRef: {namespace: shop, name: data}}\n" +
				snapshotOf("Class", "kept", "deletionPolicy: Retain") + snapshotOf("", "kept", "spec: {volumeSnapshotClassName: kept}") +
				snapshotOf("", "lost", "spec: {volumeSnapshotClassName: other}") + snapshotOf("Content", "kept", "spec: {deletionPolicy: Retain}"),
		},
		{
			name: "what goes with an Application", want: []string{"error Application.argoproj.io argocd/a: Application argocd/root"},
			tree: app("root", "apps", prunes) + strings.Replace(app("a", "shop", prunes), "Delete=confirm}", "Delete=confirm}\n  finalizers: [resources-finalizer.argocd.argoproj.io]", 1) +
				"-- shop/claim.yaml --\n" + claimFile("data", "argocd.argoproj.io/sync-options: Prune=confirm"),
		},
		{
			name: "what asks to be kept with it", want: []string{"info Application.argoproj.io argocd/a: Application argocd/root"},
			tree: app("root", "apps", prunes) + strings.Replace(app("a", "shop", prunes), "Delete=confirm}", "Delete=confirm}\n  finalizers: [resources-finalizer.argocd.argoproj.io]", 1) +
				"-- shop/claim.yaml --\n" + claimFile("data", "argocd.argoproj.io/sync-options: 'Prune=confirm,Delete=confirm'"),
		},
		{name: "a Kustomization that prunes", options: protect.Options{Flux: true}, tree: kustomization("prune: true") + claimAt, want: []string{"error PersistentVolumeClaim shop/data: Kustomization flux-system/shop", "info Kustomization.kustomize.toolkit.fluxcd.io flux-system/shop: nothing here deploys it"}},
		{name: "one that does not", options: protect.Options{Flux: true}, tree: kustomization("prune: false") + claimAt, want: []string{"info PersistentVolumeClaim shop/data: Kustomization flux-system/shop"}},
		{name: "one that is suspended", options: protect.Options{Flux: true}, tree: kustomization("prune: true, suspend: true") + claimAt, want: []string{"info PersistentVolumeClaim shop/data: Kustomization flux-system/shop is suspended"}},
		{name: "a label of Flux", options: protect.Options{Flux: true}, want: []string{"info Kustomization.kustomize.toolkit.fluxcd.io flux-system/shop: nothing here deploys it"}, tree: kustomization("prune: true") + strings.Replace(claimAt, "name: data", "name: data, labels: {kustomize.toolkit.fluxcd.io/prune: disabled}", 1)},
	} {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, checkTree(t, tt.tree, tt.at, tt.options)) })
	}
}

// definition is a CustomResourceDefinition of example.com.
func definition(kind, plural string) string {
	return fmt.Sprintf("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: %s.example.com}\nspec: {group: example.com, scope: Namespaced, names: {kind: %s, plural: %[1]s}}\n", plural, kind)
}

// snapshotOf is a snapshot, or its class or content, with fields.
func snapshotOf(suffix, name, fields string) string {
	return fmt.Sprintf("---\napiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshot%s\nmetadata: {name: %s}\n%s\n", suffix, name, fields)
}

// kustomization is one of Flux, of the checkout.
func kustomization(spec string) string {
	return "-- flux/ks.yaml --\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: shop, namespace: flux-system}\nspec: {path: shop, targetNamespace: shop, sourceRef: {kind: GitRepository, name: flux-system}, " + spec + "}\n"
}

func TestSum(t *testing.T) {
	var objects []dupcheck.Object
	for _, name := range []string{"a", "b", "c"} {
		objects = append(objects, parse(t, claimFile(name, ""))...)
	}
	three := protect.Guard(protect.Tree{Rest: objects}, protect.Options{})
	assert.Equal(t, found(three), found(protect.Sum(three)), "three are told one by one")

	objects = append(objects, parse(t, claimFile("d", ""))...)
	objects = append(objects, parse(t, strings.Replace(config, "kind: ConfigMap", "kind: Secret", 1))...)
	four := protect.Guard(protect.Tree{Rest: objects}, protect.Options{})
	require.Len(t, four.Diagnostics, 5)
	sum := protect.Sum(four)
	require.Len(t, sum.Diagnostics, 2)
	d := sum.Diagnostics[0]
	assert.Equal(t, "4 of PersistentVolumeClaim: may be pruned: its volume is deleted with it unless the volume is retained (a, b, c and 1 more)", d.Message)
	assert.Equal(t, dupcheck.ID{Kind: "PersistentVolumeClaim"}, d.ID)
	assert.True(t, d.Several)
	var names []string
	for _, o := range d.Declarations {
		names = append(names, o.Name)
	}
	assert.True(t, slices.Equal([]string{"a", "b", "c", "d"}, names), "all of them: %v", names)
	assert.Equal(t, protect.UnprotectedObject, sum.Diagnostics[1].Rule)
}

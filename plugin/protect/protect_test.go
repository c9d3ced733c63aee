package protect_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/protect"
)

func TestEdit(t *testing.T) {
	const key = "argocd.argoproj.io/sync-options: Prune=confirm"
	const pvc = "apiVersion: v1\nkind: PersistentVolumeClaim\n"
	for _, tt := range []struct {
		name, in, want string
		options        protect.Options
		refused        int
	}{
		{
			name: "no annotations",
			in:   "# top\n" + pvc + "metadata:   # here\n  name: a # name\n\nspec: {x:   y} # end\n",
			want: "# top\n" + pvc + "metadata:   # here\n  annotations:\n    " + key + "\n  name: a # name\n\nspec: {x:   y} # end\n",
		},
		{
			name: "annotations",
			in:   pvc + "metadata:\n  name: a\n  annotations:\n      a: b\n",
			want: pvc + "metadata:\n  name: a\n  annotations:\n      " + key + "\n      a: b\n",
		},
		{
			name: "the annotation",
			in:   pvc + "metadata:\n  name: a\n  annotations:\n    argocd.argoproj.io/sync-options: Replace=true # why\n",
			want: pvc + "metadata:\n  name: a\n  annotations:\n    argocd.argoproj.io/sync-options: Prune=confirm,Replace=true # why\n",
		},
		{
			// The first one of a name counts since 3.4.
			name: "one that does nothing",
			in:   pvc + "metadata:\n  name: a\n  annotations:\n    argocd.argoproj.io/sync-options: \"Prune=False\"\n",
			want: pvc + "metadata:\n  name: a\n  annotations:\n    argocd.argoproj.io/sync-options: \"Prune=confirm,Prune=False\"\n",
		},
		{
			// A comma ends a plain scalar of a flow mapping.
			name: "one in a flow mapping", in: pvc + "metadata: {name: a, annotations: {argocd.argoproj.io/sync-options: Prune=False, b: c}}\n",
			want: pvc + "metadata: {name: a, annotations: {argocd.argoproj.io/sync-options: \"Prune=confirm,Prune=False\", b: c}}\n",
		},
		{name: "an empty one", in: pvc + "metadata:\n  name: a\n  annotations: {argocd.argoproj.io/sync-options: ''}\n", want: pvc + "metadata:\n  name: a\n  annotations: {argocd.argoproj.io/sync-options: 'Prune=confirm'}\n"},
		{name: "flow", in: pvc + "metadata: {name: a}\n", want: pvc + "metadata: {annotations: {" + key + "}, name: a}\n"},
		{name: "flow annotations", in: pvc + "metadata:\n  annotations: {}\n  name: a\n", want: pvc + "metadata:\n  annotations: {" + key + "}\n  name: a\n"},
		{
			name: "JSON",
			in:   `{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}`,
			want: `{"apiVersion": "v1", "kind": "Namespace", "metadata": {"annotations": {"argocd.argoproj.io/sync-options": "Prune=confirm"}, "name": "a"}}`,
		},
		{
			name: "CRLF and several documents",
			in:   "apiVersion: v1\r\nkind: Namespace\r\nmetadata:\r\n  name: a\r\n---\r\napiVersion: v1\r\nkind: Namespace\r\nmetadata:\r\n  name: b\r\n",
			want: "apiVersion: v1\r\nkind: Namespace\r\nmetadata:\r\n  annotations:\r\n    " + key + "\r\n  name: a\r\n---\r\napiVersion: v1\r\nkind: Namespace\r\nmetadata:\r\n  annotations:\r\n    " + key + "\r\n  name: b\r\n",
		},
		{
			name: "a ResourceList",
			in:   "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n  kind: Namespace\n  metadata:\n    name: a\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: b\nfunctionConfig:\n  kind: ProtectState\n",
			want: "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n  kind: Namespace\n  metadata:\n    annotations:\n      " + key + "\n    name: a\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: b\nfunctionConfig:\n  kind: ProtectState\n",
		},
		{name: "an older Argo CD", in: pvc + "metadata: {name: a}\n", options: protect.Options{Version: "2.13"}, want: pvc + "metadata: {annotations: {argocd.argoproj.io/sync-options: Prune=false}, name: a}\n"},
		{name: "Flux", in: pvc + "metadata: {name: a}\n", options: protect.Options{Flux: true}, want: pvc + "metadata: {annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}, name: a}\n"},
		{name: "protected", in: pvc + "metadata: {name: a, annotations: {" + key + "}}\n"},
		{name: "protected otherwise", in: pvc + "metadata: {name: a, annotations: {argocd.argoproj.io/sync-options: 'Foo=1, Prune=false'}}\n"},
		{name: "no state", in: config},
		{name: "Prune=true is meant", in: pvc + "metadata: {name: a, annotations: {argocd.argoproj.io/sync-options: Prune=true}}\n", refused: 1},
		{name: "shared by an anchor", in: pvc + "metadata: {name: a, annotations: &x {a: b}}\nspec: {template: {annotations: *x}}\n", refused: 1},
		{name: "a merge key", in: "x: &x {a: b}\n" + pvc + "metadata:\n  name: a\n  annotations:\n    <<: *x\n", refused: 1},
		{name: "null annotations", in: pvc + "metadata:\n  name: a\n  annotations:\n", refused: 1},
		{name: "a folded one", in: pvc + "metadata:\n  name: a\n  annotations:\n    argocd.argoproj.io/sync-options: >-\n      Replace=true\n", refused: 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want == "" {
				tt.want = tt.in
			}
			got := protect.Edit("a.yaml", []byte(tt.in), tt.options)
			assert.Equal(t, tt.want, string(got.Data))
			assert.Len(t, got.Refused, tt.refused)
			again := protect.Edit("a.yaml", got.Data, tt.options)
			assert.Equal(t, tt.want, string(again.Data), "once is enough")
		})
	}
}

func TestGuard(t *testing.T) {
	storage := func(more string) string {
		return "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: s\n  annotations: {argocd.argoproj.io/sync-options: Prune=confirm}\n" + more
	}
	safe := "metadata: {name: s, annotations: {argocd.argoproj.io/sync-options: Prune=confirm}}\n"
	for _, tt := range []struct {
		name, in string
		options  protect.Options
		want     []string
	}{
		{name: "nothing", in: config},
		{name: "unprotected", in: claimFile("a", ""), want: []string{"error unprotected-state PersistentVolumeClaim a: a.yaml:4"}},
		{name: "protected", in: claimFile("a", "argocd.argoproj.io/sync-options: Prune=confirm")},
		{name: "too new", in: claimFile("a", "argocd.argoproj.io/sync-options: Prune=confirm"), options: protect.Options{Version: "2.13"}, want: []string{"error ignored-option PersistentVolumeClaim a: a.yaml:4", "error unprotected-state PersistentVolumeClaim a: a.yaml:4"}},
		{name: "the other tool", in: claimFile("a", "argocd.argoproj.io/sync-options: Prune=confirm"), options: protect.Options{Flux: true}, want: []string{"error unprotected-state PersistentVolumeClaim a: a.yaml:4"}},
		{name: "misspelt", in: strings.Replace(config, "name: config", "name: config, annotations: {argocd.argoproj.io/sync-options: 'Prune=False, prune=false, Prune = false, Prune=false;Delete=false, Nothing=true, CreateNamespace=true, Replace=true'}", 1), want: []string{
			"error ignored-option ConfigMap config: a.yaml:3", "error ignored-option ConfigMap config: a.yaml:3", "error ignored-option ConfigMap config: a.yaml:3",
			"error ignored-option ConfigMap config: a.yaml:3", "error ignored-option ConfigMap config: a.yaml:3", "error ignored-option ConfigMap config: a.yaml:3",
		}},
		{name: "a class without a policy", in: storage(""), want: []string{"error volume-not-retained StorageClass.storage.k8s.io s: a.yaml:4"}},
		{name: "a class that retains", in: storage("reclaimPolicy: Retain\n")},
		{name: "a volume", in: "apiVersion: v1\nkind: PersistentVolume\n" + safe + "spec: {persistentVolumeReclaimPolicy: Delete}\n", want: []string{"error volume-not-retained PersistentVolume s: a.yaml:3"}},
		{name: "a volume by default", in: "apiVersion: v1\nkind: PersistentVolume\n" + safe + "spec: {}\n"},
		{name: "a set", in: "apiVersion: apps/v1\nkind: StatefulSet\n" + safe + "spec: {persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Retain}}\n", want: []string{"error volume-not-retained StatefulSet.apps s: a.yaml:3"}},
		{name: "snapshots", in: "apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshotClass\n" + safe + "deletionPolicy: Delete\n", want: []string{"error volume-not-retained VolumeSnapshotClass.snapshot.storage.k8s.io s: a.yaml:3"}},
		{name: "Strimzi", in: "apiVersion: kafka.strimzi.io/v1beta2\nkind: Kafka\n" + safe + "spec: {kafka: {storage: {type: jbod, volumes: [{deleteClaim: true}]}}}\n", want: []string{"error volume-not-retained Kafka.kafka.strimzi.io s: a.yaml:3"}},
		{name: "Strimzi by default", in: "apiVersion: kafka.strimzi.io/v1beta2\nkind: Kafka\n" + safe + "spec: {kafka: {storage: {type: jbod, volumes: [{}]}}}\n"},
		{
			name: "an Application", in: application,
			options: protect.Options{Production: func(set string) bool { return set == "" }},
			want: []string{
				"error ignored-option Application.argoproj.io argocd/a: a.yaml:19", "error ignored-option Application.argoproj.io argocd/a: a.yaml:19",
				"error cascade-finalizer Application.argoproj.io argocd/a: a.yaml:7", "info shared-not-refused Application.argoproj.io argocd/a: a.yaml:18",
			},
		},
		{name: "an ApplicationSet", in: applicationSet, want: []string{"warning not-preserved ApplicationSet.argoproj.io argocd/set: a.yaml:6", "info unprotected-object ApplicationSet.argoproj.io argocd/set: a.yaml:3"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := gitops.Parse(gitops.ArgoCD, "", "a.yaml", []byte(tt.in))
			report := protect.Guard(protect.Tree{Rest: parse(t, tt.in), Declared: d}, tt.options)
			assert.Equal(t, tt.want, found(report))
		})
	}
}

func TestProtectState(t *testing.T) {
	list := func(config, items string) []byte {
		return []byte("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  apiVersion: kuniq.dev/v1alpha1\n  kind: ProtectState\n" + config + "items:\n" + items)
	}
	const item = "- apiVersion: v1\n  kind: Namespace\n  metadata:\n    name: a\n"
	in := list("  spec: {argocdVersion: \"2.13\", state: [ConfigMap]}\n", item+"- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: b} # here\n")
	assert.True(t, protect.AsksFor(in))
	out, err := protect.ProtectState(in)
	require.NoError(t, err)
	want := strings.Replace(string(in), "    name: a", "    annotations:\n      argocd.argoproj.io/sync-options: Prune=false\n    name: a", 1)
	want = strings.Replace(want, "{name: b}", "{annotations: {argocd.argoproj.io/sync-options: Prune=false}, name: b}", 1)
	assert.Equal(t, want, string(out))

	for _, config := range []string{"  spec: {flx: true}\n", "  spec: {argocdVersion: 3}\n", "  spec: {argocdVersion: latest}\n", "  spec: {state: [.x]}\n", "  more: 1\n"} {
		_, err := protect.ProtectState(list(config, item))
		require.ErrorIs(t, err, protect.ErrConfig, config)
	}
	_, err = protect.ProtectState([]byte("kind: List\n"))
	require.Error(t, err)
	_, err = protect.ProtectState(list("", "- apiVersion: v1\n  kind: Namespace\n  metadata: {name: a, annotations: {argocd.argoproj.io/sync-options: Prune=true}}\n"))
	require.Error(t, err)
	assert.False(t, protect.AsksFor([]byte("kind: ResourceList\nfunctionConfig: {apiVersion: v1, kind: ProtectState}\n")))
}

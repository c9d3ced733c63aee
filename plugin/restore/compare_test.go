package restore

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
)

func inventory(t testing.TB, text string) Inventory {
	t.Helper()
	var c dupcheck.Checker
	for o, err := range manifest.Parse("x.yaml", []byte(text)) {
		require.NoError(t, err)
		c.Add(o)
	}
	out := Inventory{}
	for id, o := range c.Objects() {
		out[id] = o
	}
	return out
}

func object1(apiVersion, kind, namespace, name, rest string) string {
	return "---\napiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name + ", namespace: '" + namespace + "'}\n" + rest
}

// TestOrder: which phase is whose.
func TestOrder(t *testing.T) {
	patterns := func(s string) []dupcheck.Ignore {
		p, err := dupcheck.ParseIgnore(s)
		require.NoError(t, err)
		return []dupcheck.Ignore{p}
	}
	o := Order{Metadata: patterns("Deployment shop/special"), Writes: patterns("StatefulSet *-in"), Stateful: patterns("Service *")}
	for _, tt := range []struct {
		id   dupcheck.ID
		want Phase
	}{
		{dupcheck.ID{Kind: "Namespace", Name: "a"}, Foundations},
		{dupcheck.ID{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition", Name: "a"}, Foundations},
		{dupcheck.ID{Kind: "Secret", Namespace: "a", Name: "etcd"}, Foundations},
		{dupcheck.ID{Kind: "PersistentVolume", Name: "etcd-0"}, Storage},
		{dupcheck.ID{Group: "apps", Kind: "StatefulSet", Name: "main-etcd"}, Metadata},
		{dupcheck.ID{Group: "postgresql.cnpg.io", Kind: "Cluster", Name: "x"}, Metadata},
		{dupcheck.ID{Group: "apps", Kind: "StatefulSet", Name: "kafka"}, Writes},
		{dupcheck.ID{Group: "apps", Kind: "Deployment", Name: "router"}, Writes},
		{dupcheck.ID{Group: "apps", Kind: "StatefulSet", Name: "edge-in"}, Writes},
		{dupcheck.ID{Group: "apps", Kind: "StatefulSet", Name: "metafora"}, Stateful},
		{dupcheck.ID{Kind: "Service", Namespace: "a", Name: "b"}, Stateful},
		{dupcheck.ID{Group: "apps", Kind: "Deployment", Namespace: "shop", Name: "special"}, Metadata},
		{dupcheck.ID{Group: "apps", Kind: "Deployment", Name: "web"}, Stateless},
		{dupcheck.ID{Group: "admissionregistration.k8s.io", Kind: "ValidatingWebhookConfiguration", Name: "w"}, Stateless},
		{dupcheck.ID{Group: "argoproj.io", Kind: "Application", Name: "kafka"}, Stateless},
	} {
		assert.Equal(t, tt.want, o.phase(tt.id), "%s", tt.id)
	}
}

// TestCompare is an incident: the namespace is gone, and git has all but the
// volumes, the claims of the StatefulSet and a Secret.
func TestCompare(t *testing.T) {
	git := object1("v1", "Namespace", "", "shop", "") +
		object1("apps/v1", "StatefulSet", "shop", "db", `spec:
  replicas: 2
  volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: fast}}]
  template:
    spec:
      serviceAccountName: db
      containers:
      - env: [{valueFrom: {secretKeyRef: {name: password}}}, {valueFrom: {configMapKeyRef: {name: maybe, optional: true}}}]
        envFrom: [{secretRef: {name: sealed}}, {configMapRef: {name: conf}}]
      volumes: [{persistentVolumeClaim: {claimName: extra}}, {projected: {sources: [{secret: {name: projected}}]}}]
`) +
		object1("apps/v1", "StatefulSet", "live", "ok", "spec: {volumeClaimTemplates: [{metadata: {name: d}}]}\n") +
		object1("bitnami.com/v1alpha1", "SealedSecret", "shop", "sealed", "") +
		object1("v1", "ConfigMap", "shop", "conf", "") +
		object1("v1", "PersistentVolumeClaim", "shop", "cache", "spec: {storageClassName: fast}\n") +
		object1("kafka.strimzi.io/v1beta2", "Kafka", "shop", "main", "") +
		object1("argoproj.io/v1alpha1", "Application", "argocd", "shop", "") +
		object1("apps/v1", "Deployment", "shop", "web", "") +
		object1("v1", "ConfigMap", "live", "there", "")
	before := object1("v1", "PersistentVolume", "", "pv-1", "spec: {storageClassName: fast}\n") +
		object1("v1", "PersistentVolumeClaim", "shop", "data-db-0", "spec: {volumeName: pv-1}\n")
	now := object1("v1", "Namespace", "", "live", "") + object1("v1", "Namespace", "", "argocd", "") + object1("v1", "ConfigMap", "live", "there", "") +
		object1("v1", "PersistentVolumeClaim", "live", "d-ok-0", "") +
		"---\n{apiVersion: v1, kind: Namespace, metadata: {name: shop, deletionTimestamp: '2026-01-01T00:00:00Z'}}\n"
	p := Compare(Inventories{Git: inventory(t, git), Dump: inventory(t, before), Now: inventory(t, now)})
	var got []string
	for _, m := range p.Missing {
		s := m.Phase.String() + ": " + m.ID.Kind + " " + m.ID.Name
		if m.Git {
			s += " git"
		}
		if m.Dump {
			s += " dump"
		}
		if m.Terminating {
			s += " going"
		}
		if m.Hold != "" {
			s += " HOLD"
		}
		got = append(got, s)
	}
	const first = "namespaces, CRDs and what others refer to: "
	assert.Equal(t, []string{
		first + "ConfigMap conf git",
		first + "Namespace shop git going",
		first + "SealedSecret sealed git",
		"volumes and claims: PersistentVolume pv-1 dump HOLD",
		"volumes and claims: PersistentVolumeClaim cache git HOLD",
		"volumes and claims: PersistentVolumeClaim data-db-0 dump HOLD",
		"write path: Kafka main git HOLD",
		"state: StatefulSet ok git",
		"state: StatefulSet db git HOLD",
		"stateless: Deployment web git",
		"stateless: Application shop git HOLD",
	}, got)
	got = nil
	for _, n := range p.Unrecoverable {
		s := n.ID.Kind + " " + n.ID.Name + " for " + n.By.Name
		if n.CreatedBy.Name != "" {
			s += " from " + n.CreatedBy.Kind
		}
		got = append(got, s)
	}
	assert.Equal(t, []string{
		"PersistentVolumeClaim data-db-1 for db",
		"PersistentVolumeClaim extra for db",
		"Secret password for db",
		"Secret projected for db",
		"Secret sealed for db from SealedSecret",
		"ServiceAccount db for db",
		"StorageClass fast for pv-1",
	}, got)
}

// unreadBody is a content that must not be asked for.
type unreadBody struct{ t testing.TB }

func (b unreadBody) Value() (any, error) {
	b.t.Error("the content of a Secret was read")
	return map[string]any{}, nil
}

func TestSecretsAreNotRead(t *testing.T) {
	all := inventory(t, object1("v1", "Secret", "shop", "a", "")+object1("v1", "Secret", "shop", "b", ""))
	for id, o := range all {
		o.Body = unreadBody{t}
		all[id] = o
	}
	a := dupcheck.ID{Kind: "Secret", Namespace: "shop", Name: "a"}
	require.Contains(t, all, a)
	Compare(Inventories{Git: all, Now: Inventory{a: all[a]}})
}

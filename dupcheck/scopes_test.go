package dupcheck_test

import (
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// TestScopes holds NewID and the Checker to every row of scopes.tsv, which
// agrees with the discovery of two real API servers.
func TestScopes(t *testing.T) {
	count := map[string]int{}
	for _, r := range table(t, "data/scopes.tsv") {
		count[r["scope"]]++
		count[r["persistence"]]++
		t.Run(r["group"]+"/"+r["kind"], func(t *testing.T) {
			if r["persistence"] != "persisted" {
				testNoIdentity(t, apiVersion(r["group"]), r["kind"])
				return
			}
			testScope(t, apiVersion(r["group"]), r["kind"], r["scope"])
		})
	}
	// The numbers of facts/identity.md.
	assert.Equal(t, map[string]int{"Namespaced": 54, "Cluster": 47, "persisted": 93, "create-only": 7, "read-only": 1}, count)
}

// TestKindsAreUnique: what is built in has one group for each kind, but for
// aliases, so that a kind in the wrong group says which is meant.
func TestKindsAreUnique(t *testing.T) {
	groups := map[string]string{}
	for _, r := range table(t, "data/scopes.tsv") {
		id, err := dupcheck.NewID(dupcheck.Rules{}, apiVersion(r["group"]), r["kind"], "", "x")
		if err != nil {
			continue
		}
		known, ok := groups[id.Kind]
		assert.True(t, !ok || known == id.Group, "%s is in %s and %s", id.Kind, known, id.Group)
		groups[id.Kind] = id.Group
	}
}

func testScope(t *testing.T, apiVersion, kind, scope string) {
	t.Helper()
	id := func(rules dupcheck.Rules, namespace string) dupcheck.ID {
		id, err := dupcheck.NewID(rules, apiVersion, kind, namespace, "x")
		require.NoError(t, err)
		assert.Equal(t, "x", id.Name)
		return id
	}
	with := dupcheck.Rules{DefaultNamespace: "ns"}
	report := dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{object(apiVersion, kind, "ns", "x"), object(apiVersion, kind, "other", "x")})
	if scope == "Cluster" {
		assert.Empty(t, id(dupcheck.Rules{}, "ns").Namespace)
		assert.Equal(t, id(dupcheck.Rules{}, "ns"), id(dupcheck.Rules{}, "other"))
		assert.Equal(t, id(dupcheck.Rules{}, "ns"), id(with, ""))
		assert.Contains(t, rulesOf(report), "duplicate-object error")
		assert.Contains(t, rulesOf(report), "namespace-ignored warning")
		return
	}
	assert.Equal(t, "ns", id(dupcheck.Rules{}, "ns").Namespace)
	assert.NotEqual(t, id(dupcheck.Rules{}, "ns"), id(dupcheck.Rules{}, "other"))
	assert.Equal(t, id(with, "ns"), id(with, ""), "absent is the default namespace")
	assert.NotEqual(t, id(dupcheck.Rules{}, "default"), id(dupcheck.Rules{}, ""), "and there is no default for that")
	assert.NotContains(t, rulesOf(report), "duplicate-object error")
	assert.NotContains(t, rulesOf(report), "namespace-ignored warning")
}

// testNoIdentity is for kinds that cannot be declared twice.
func testNoIdentity(t *testing.T, apiVersion, kind string) {
	t.Helper()
	_, err := dupcheck.NewID(dupcheck.Rules{}, apiVersion, kind, "ns", "x")
	assert.ErrorIs(t, err, dupcheck.ErrNoIdentity)
	o := object(apiVersion, kind, "ns", "x")
	unnamed := object(apiVersion, kind, "", "")
	report := dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{o, o, unnamed})
	assert.Empty(t, report.Diagnostics)
	assert.Equal(t, 3, report.Objects, "they count all the same")
}

// TestConfigKinds holds the Checker to every row of configkinds.tsv.
func TestConfigKinds(t *testing.T) {
	samples := map[string]string{"*.config.k8s.io": "kubelet.config.k8s.io"}
	for _, r := range table(t, "data/configkinds.tsv") {
		group, kind := r["group_or_apiversion"], r["kind"]
		if sample, ok := samples[group]; ok {
			group = sample
		}
		apiVersion := apiVersion(group)
		if r["match"] == "apiVersion" {
			apiVersion = group
		}
		if kind == "" {
			kind = "Anything"
		}
		t.Run(apiVersion+" "+kind, func(t *testing.T) { testNoIdentity(t, apiVersion, kind) })
		assert.NotEmpty(t, r["source"])
	}
	for apiVersion, kind := range map[string]string{
		"argoproj.io/v1alpha1": "Application", "v1": "ConfigMap", "kustomize.toolkit.fluxcd.io/v1": "Kustomization",
		"example.com/builtin": "Config", "config.k8s.io/v1": "A", "kyverno.io/v1": "Policy",
	} {
		_, err := dupcheck.NewID(dupcheck.Rules{}, apiVersion, kind, "", "x")
		assert.NoError(t, err, "%s %s", apiVersion, kind)
	}
}

// TestScopeSources is the order in which scopes are looked for.
func TestScopeSources(t *testing.T) {
	crd := func(group, kind, scope string) dupcheck.Object {
		o := object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "xs."+group)
		o.CRD = &dupcheck.CRD{Group: group, Kind: kind, Plural: "xs", Scope: scope}
		return o
	}
	clusterScoped := func(group, kind string) dupcheck.Rules {
		return dupcheck.Rules{ClusterScoped: []dupcheck.GroupKind{{Group: group, Kind: kind}}}
	}
	tests := []struct {
		name             string
		rules            dupcheck.Rules
		crds             []dupcheck.Object
		apiVersion, kind string
		cluster          bool
	}{
		{"unknown", dupcheck.Rules{}, nil, "example.com/v1", "X", false},
		{"caller", clusterScoped("example.com", "X"), nil, "example.com/v1", "X", true},
		{"caller by an alias", clusterScoped("extensions", "Deployment"), nil, "apps/v1", "Deployment", true},
		{"caller before CRD", clusterScoped("example.com", "X"), []dupcheck.Object{crd("example.com", "X", "Namespaced")}, "example.com/v1", "X", true},
		{"CRD", dupcheck.Rules{}, []dupcheck.Object{crd("example.com", "X", "Cluster")}, "example.com/v1", "X", true},
		{"CRD of another kind", dupcheck.Rules{}, []dupcheck.Object{crd("example.com", "Y", "Cluster")}, "example.com/v1", "X", false},
		{"CRD v1beta1 without scope", dupcheck.Rules{}, []dupcheck.Object{crd("example.com", "X", "")}, "example.com/v1", "X", false},
		{"CRDs that disagree", dupcheck.Rules{}, []dupcheck.Object{crd("example.com", "X", "Cluster"), crd("example.com", "X", "Nonsense")}, "example.com/v1", "X", false},
		{"CRDs that disagree, in the other order", dupcheck.Rules{}, []dupcheck.Object{crd("example.com", "X", "Nonsense"), crd("example.com", "X", "Cluster")}, "example.com/v1", "X", false},
		{"CRD before built-in", dupcheck.Rules{}, []dupcheck.Object{crd("networking.k8s.io", "Ingress", "Cluster")}, "networking.k8s.io/v1", "Ingress", true},
		{"CRD that every server refuses", dupcheck.Rules{}, []dupcheck.Object{crd("apps", "Deployment", "Cluster")}, "apps/v1", "Deployment", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := dupcheck.Checker{Rules: tt.rules}
			c.Add(object(tt.apiVersion, tt.kind, "ns", "x"))
			for _, o := range tt.crds {
				c.Add(o)
			}
			assert.Equal(t, tt.cluster, c.IDs()[0].Namespace == "")
		})
	}
}

package dupcheck_test

import (
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// TestAliases holds NewID and the Checker to every row of aliases.tsv, whose
// verdict SAME means that an API server gave one uid under both groups.
func TestAliases(t *testing.T) {
	core, openshift, apart := 0, 0, 0
	for _, r := range table(t, "data/aliases.tsv") {
		name := r["group"] + "/" + r["kind"] + "=" + r["canonical_group"] + "/" + r["canonical_kind"]
		t.Run(name, func(t *testing.T) {
			switch {
			case r["verdict"] != "SAME":
				apart++
				testApart(t, dupcheck.Rules{}, r)
				testApart(t, dupcheck.Rules{OpenShift: true}, r)
			case strings.HasPrefix(r["note"], "opt-in"):
				openshift++
				testApart(t, dupcheck.Rules{}, r)
				testSame(t, dupcheck.Rules{OpenShift: true}, r)
			default:
				core++
				testSame(t, dupcheck.Rules{}, r)
				testSame(t, dupcheck.Rules{OpenShift: true}, r)
			}
		})
	}
	// The numbers of facts/identity.md: 79 rows, 48 of them SAME.
	assert.Equal(t, 10, core)
	assert.Equal(t, 38, openshift)
	assert.Equal(t, 31, apart)
}

func pair(r row) (alias, canonical dupcheck.Object) {
	return object(apiVersion(r["group"]), r["kind"], "ns", "x"),
		object(apiVersion(r["canonical_group"]), r["canonical_kind"], "ns", "x")
}

func testSame(t *testing.T, rules dupcheck.Rules, r row) {
	t.Helper()
	alias, canonical := pair(r)
	got, err := dupcheck.NewID(rules, alias.APIVersion, alias.Kind, alias.Namespace, alias.Name)
	require.NoError(t, err)
	want, err := dupcheck.NewID(rules, canonical.APIVersion, canonical.Kind, canonical.Namespace, canonical.Name)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Equal(t, dupcheck.GroupKind{Group: r["canonical_group"], Kind: r["canonical_kind"]}, got.GroupKind())
	assert.Contains(t, rulesOf(dupcheck.Check(rules, []dupcheck.Object{alias, canonical})), "duplicate-object error")
}

func testApart(t *testing.T, rules dupcheck.Rules, r row) {
	t.Helper()
	alias, canonical := pair(r)
	got, err := dupcheck.NewID(rules, alias.APIVersion, alias.Kind, alias.Namespace, alias.Name)
	if r["kind"] == "Binding" {
		// The only row here that has no identity, so that it cannot be the
		// same as anything: a Binding can be created and never read.
		assert.ErrorIs(t, err, dupcheck.ErrNoIdentity)
	} else {
		require.NoError(t, err)
	}
	want, err := dupcheck.NewID(rules, canonical.APIVersion, canonical.Kind, canonical.Namespace, canonical.Name)
	require.NoError(t, err)
	assert.NotEqual(t, want, got)
	for _, d := range dupcheck.Check(rules, []dupcheck.Object{alias, canonical}).Diagnostics {
		assert.NotContains(t, []dupcheck.Rule{dupcheck.DuplicateObject, dupcheck.IdenticalObject}, d.Rule)
	}
}

// TestBackedBy is the row with "*": data may be the same, objects are not, and
// so it is a near duplicate.
func TestBackedBy(t *testing.T) {
	d := only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{
		object("projectcalico.org/v3", "NetworkPolicy", "ns", "x"),
		object("crd.projectcalico.org/v1", "NetworkPolicy", "ns", "x"),
	}))
	assert.Equal(t, dupcheck.NearDuplicate, d.Rule)
}

func TestCallerAliases(t *testing.T) {
	gk := func(group, kind string) dupcheck.GroupKind { return dupcheck.GroupKind{Group: group, Kind: kind} }
	rules := dupcheck.Rules{Aliases: map[dupcheck.GroupKind]dupcheck.GroupKind{
		gk("old.example.com", "Widget"): gk("mid.example.com", "Widget"),
		gk("mid.example.com", "Widget"): gk("extensions", "Deployment"), // goes on through a row of ours
		gk("a.example.com", "Loop"):     gk("b.example.com", "Loop"),
		gk("b.example.com", "Loop"):     gk("a.example.com", "Loop"),
		gk("", "Secret"):                gk("", "Secret"),
	}}
	id := func(apiVersion, kind string) dupcheck.ID {
		id, err := dupcheck.NewID(rules, apiVersion, kind, "ns", "x")
		require.NoError(t, err)
		return id
	}
	assert.Equal(t, gk("apps", "Deployment"), id("old.example.com/v1", "Widget").GroupKind())
	assert.Equal(t, gk("apps", "Deployment"), id("mid.example.com/v1", "Widget").GroupKind())
	assert.Equal(t, gk("", "Secret"), id("v1", "Secret").GroupKind())
	assert.Contains(t, id("a.example.com/v1", "Loop").Group, ".example.com", "a cycle ends")
}

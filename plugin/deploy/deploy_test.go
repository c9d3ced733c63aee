package deploy

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
)

func TestClusters(t *testing.T) {
	c := Clusters{{"b", "c"}, {"a", "b"}, {"x", "in-cluster"}}
	of := func(instance, name string) string { return c.Of(instance, Destination{Name: name}) }
	assert.Equal(t, of("", "a"), of("", "c"))
	assert.Equal(t, of("", "x"), of("", "https://kubernetes.default.svc"))
	assert.Equal(t, of("", ""), of("", "in-cluster"))
	assert.NotEqual(t, of("one", "in-cluster"), of("two", "in-cluster"))
	assert.NotEqual(t, of("", "a"), of("", "d"))
}

func TestGlobs(t *testing.T) {
	for _, tt := range []struct {
		a, b  string
		meets bool
	}{
		{"*", "*", true},
		{"a*", "*b", true},
		{"a*", "b*", false},
		{"a", "a", true},
		{"a", "b", false},
		{"*-web", "pr-*", true},
		{"x-*-web", "pr-*", false},
		{"", "*", true},
		{"", "a", false},
		{"a*c", "ab*", true},
		{"a*c*e", "a*d", false},
	} {
		assert.Equal(t, tt.meets, globsMeet(tt.a, tt.b), "%q %q", tt.a, tt.b)
		assert.Equal(t, tt.meets, globsMeet(tt.b, tt.a), "%q %q", tt.b, tt.a)
	}
}

func TestStateKinds(t *testing.T) {
	for i, k := range StateKinds() {
		assert.NotEmpty(t, k.Reason, k.Pattern)
		assert.NotEmpty(t, k.Source, k.Pattern)
		assert.NotEqual(t, NoLoss, k.Loss, k.Pattern)
		assert.Contains(t, k.Pattern, ".")
		assert.False(t, slices.ContainsFunc(StateKinds()[:i], func(other StateKind) bool { return other.Pattern == k.Pattern }), k.Pattern)
	}
	assert.Len(t, StateKinds(), strings.Count(stateTSV, "\n")-strings.Count(stateTSV, "\n#")-2, "every row parses, beside a first comment and the names of the columns")
	more, err := ParseStateKind("Database.*")
	require.NoError(t, err)
	id := dupcheck.ID{Group: "example.com", Kind: "Database"}
	rank, kind := StateOf(nil, id.GroupKind())
	assert.Equal(t, -1, rank)
	assert.Empty(t, kind)
	rank, kind = StateOf([]StateKind{more}, id.GroupKind())
	assert.Equal(t, len(stateKinds), rank)
	assert.Equal(t, more, kind)
	_, err = ParseStateKind(".x")
	require.Error(t, err)

	loss := func(kind, group string) Loss {
		_, k := StateOf(nil, dupcheck.GroupKind{Group: group, Kind: kind})
		return k.Loss
	}
	assert.Equal(t, DataLoss, loss("PersistentVolumeClaim", ""))
	assert.Equal(t, DataLoss, loss("Bucket", "s3.aws.crossplane.io"))
	assert.Equal(t, ServiceLoss, loss("Role", "iam.aws.crossplane.io"))
	assert.Equal(t, InsideLoss, loss("Namespace", ""))
	assert.Equal(t, NoLoss, loss("Bucket", "source.toolkit.fluxcd.io"))
	secrets, err := ParseStateKind("Secret")
	require.NoError(t, err)
	_, kind = StateOf([]StateKind{secrets}, dupcheck.GroupKind{Kind: "Secret"})
	assert.Equal(t, DataLoss, kind.Loss, "the user knows better")
}

func TestVersion(t *testing.T) {
	assert.True(t, Version("v2.14.3").AtLeast(2, 14))
	assert.True(t, Version("3.0").AtLeast(2, 14))
	assert.True(t, Version("2.9").Before(2, 14))
	assert.False(t, Version("").AtLeast(0, 0))
	assert.False(t, Version("").Before(9, 9))
	assert.False(t, Version("latest").Valid())
}

package deploy

import (
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
	for _, k := range builtIn {
		assert.NotEmpty(t, k.Reason, k.Pattern)
		assert.Contains(t, k.Pattern, ".")
	}
	more, err := ParseStateKind("Database.*")
	require.NoError(t, err)
	id := dupcheck.ID{Group: "example.com", Kind: "Database"}
	rank, reason := StateRank(nil, id.GroupKind())
	assert.Equal(t, -1, rank)
	assert.Empty(t, reason)
	rank, reason = StateRank([]StateKind{more}, id.GroupKind())
	assert.Equal(t, len(builtIn), rank)
	assert.NotEmpty(t, reason)
	_, err = ParseStateKind(".x")
	require.Error(t, err)
}

func TestVersion(t *testing.T) {
	assert.True(t, Version("v2.14.3").AtLeast(2, 14))
	assert.True(t, Version("3.0").AtLeast(2, 14))
	assert.True(t, Version("2.9").Before(2, 14))
	assert.False(t, Version("").AtLeast(0, 0))
	assert.False(t, Version("").Before(9, 9))
	assert.False(t, Version("latest").Valid())
}

package policy

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBelow(t *testing.T) {
	given := Policy{
		Set: []string{"clusters/{name}", ""}, Skip: []string{"vendor", "a/vendor", "vendor/"},
		AllowUnresolved: []Allowance{{Path: "apps/*", Deployer: "apps/*"}}, Together: true,
	}
	assert.Equal(t, given, given.Below("."))
	assert.Equal(t, Policy{
		Set: []string{"repo/clusters/{name}", ""}, Skip: []string{"vendor", "repo/a/vendor", "vendor/"},
		AllowUnresolved: []Allowance{{Path: "repo/apps/*", Deployer: "apps/*"}}, Together: true,
	}, given.Below("./repo/"))
	assert.Equal(t, []string{`r\[1\]/a/*`}, Policy{Set: []string{"a/*"}}.Below("r[1]").Set, "the directory is no glob")
	assert.Equal(t, "clusters/{name}", given.Set[0], "the policy itself stays")
}

func TestGlobs(t *testing.T) {
	matches, err := Globs("production", []string{"prod-*", "eu/**"})
	require.NoError(t, err)
	for name, want := range map[string]bool{"prod-1": true, "eu/a/b": true, "test": false, "x/prod-1": false, "": false} {
		assert.Equal(t, want, matches(name), name)
	}
	_, err = Globs("production", []string{"a", "[b"})
	assert.EqualError(t, err, `production "[b" is not a valid glob`)
}

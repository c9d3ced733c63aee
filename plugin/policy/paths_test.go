package policy

import (
	"testing"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCanonical(t *testing.T) {
	for _, test := range []struct{ base, name, want string }{
		{"/srv/repo/", "env/prod", "env/prod"},
		{"/srv/repo/", "./env//prod/", "env/prod"},
		{"/srv/repo/", "env/../env/prod", "env/prod"},
		{"/srv/repo/", "/srv/repo/env/prod", "env/prod"},
		{"/srv/repo/", "/srv/repo", "/srv/repo"},
		{"/srv/repo/", "/srv/repository/x", "/srv/repository/x"},
		{"/srv/repo/", "../repo/env", "env"},
		{"/srv/repo/", "../other/env", "../other/env"},
		{"/srv/repo/", "../../srv/repo/env", "env"},
		{"/srv/repo/", "..env", "..env"},
		{"/srv/repo/", ".", "."},
		{"/srv/[repo]/", "/srv/[repo]/env/*", "env/*"},
		{"/", "/env/prod", "env/prod"},
		{"/", "../env", "env"},
	} {
		g := Paths{base: test.base}
		assert.Equal(t, test.want, g.canonical(test.name), "%s in %s", test.name, test.base)
	}
}

func TestSkipGlob(t *testing.T) {
	for _, test := range []struct {
		pattern, name string
		want          bool
	}{
		{"vendor", "vendor", true},
		{"vendor", "a/vendor", true},
		{"vendor", "a/vendor/b/c.yaml", true},
		{"vendor", "a/vendors/c.yaml", false},
		{"vendor/", "a/vendor", true},
		{"./vendor", "vendor/x.yaml", true},
		{"./vendor", "a/vendor", false},
		{"a/vendor", "a/vendor/x.yaml", true},
		{"a/vendor", "b/a/vendor", false},
		{"**/vendor", "b/a/vendor/x.yaml", true},
		{"*.json", "a/b.json", true},
		{"*.json", "a/b.yaml", false},
		{"a/*.json", "a/b.json", true},
		{"a/*.json", "a/b/c.json", false},
		{"{a,b}/x", "b/x", true},
		{`a\*`, "a*", true},
		{`a\*`, "ab", false},
		// Directories above the working one are not the user's choice.
		{"build", "../build/x.yaml", false},
		{"build", "/home/build/x.yaml", false},
		{"x.yaml", "/home/build/x.yaml", true},
		{"/home/build", "/home/build", true},
	} {
		g, err := NewPaths(nil, []string{test.pattern})
		require.NoError(t, err, test.pattern)
		assert.Equal(t, test.want, g.Skip(test.name) != "", "skip %s for %s", test.pattern, test.name)
		assert.Equal(t, test.want, len(g.Unused()) == 0)
	}
}

// A name is a name, also with characters that mean something in a glob.
func TestLiteral(t *testing.T) {
	for _, name := range []string{"a/b.yaml", "charts/[x]", "a*?b", "{a,b}", `a\b`} {
		literal := Literal(name)
		assert.True(t, isName(literal), literal)
		assert.True(t, doublestar.MatchUnvalidated(literal, name), literal)
	}
	for _, pattern := range []string{"a/*", "a?", "[ab]", "{a,b}", `\\*`, `a\`} {
		assert.False(t, isName(pattern), pattern)
	}
}

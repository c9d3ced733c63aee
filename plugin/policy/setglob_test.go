package policy

import (
	"path"
	"strings"
	"testing"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSetGlob(t *testing.T) {
	const none = "(none)"
	for _, test := range []struct{ pattern, name, want string }{
		{"env/*", "env/prod/a.yaml", "env/prod"},
		{"env/*", "env/prod/app/b/c.yaml", "env/prod"},
		{"env/*", "env/loose.yaml", "env/loose.yaml"},
		{"env/*", "other/env/prod/a.yaml", none},
		{"env/*/*", "env/prod/a.yaml", "env/prod/a.yaml"},
		{"env", "env/prod/a.yaml", "env"},
		{"env", "environment/a.yaml", none},
		{"env/{c}", "env/prod/a.yaml", "prod"},
		{"env/{c}", "env", none},
		{"env/{c}/", "env/prod/a.yaml", "prod"},
		{"./env/{c}", "env/prod/a.yaml", "prod"},
		{"env/{cluster}/{app}", "env/prod/shop/a.yaml", "prod/shop"},
		{"env/{cluster}/{app}", "env/prod", none},
		{"{region}-{cluster}/*", "eu-west-1/a/b.yaml", "eu/west-1"},
		{"cluster-{c}", "cluster-prod/a.yaml", "prod"},
		{"cluster-{c}", "cluster-/a.yaml", none},
		{"cluster-{c}", "cluster/a.yaml", none},
		{"{c}.d", "prod.d/a.yaml", "prod"},
		{"{c}.d", "prodxd/a.yaml", none},
		{"{c}", "with\nbreak/a.yaml", "with\nbreak"},
		{"{c}", "bad\xff/a.yaml", "bad\xff"},
		{"{c}", ".hidden/a.yaml", ".hidden"},
		{"*/{c}", "env/prod/a.yaml", "prod"},
		{"**/{c}.env/*", "a/b/prod.env/x.yaml", "prod"},
		{"**/env/{c}", "a/b/env/prod/x.yaml", "prod"},
		{"**/env/{c}", "env/prod/x.yaml", "prod"},
		{"{c}/**/x", "prod/a/b/x/c.yaml", "prod"},
		{"{c}/**/{app}", "prod/a/b.yaml", "prod/a"},
		{"{a,b}/*", "b/prod/x.yaml", "b/prod"},
		{"{a,b}/{c}", "b/prod/x.yaml", "prod"},
		{"[ab]/{c}", "b/prod/x.yaml", "prod"},
		{"{prod}", "test/x.yaml", "test"},
		{"{1}", "1/x.yaml", "1"},
	} {
		s, err := newSetGlob(test.pattern, path.Clean(test.pattern))
		require.NoError(t, err, test.pattern)
		set, ok := s.match(test.name)
		if !ok {
			set = none
		}
		assert.Equal(t, test.want, set, "--set %s for %q", test.pattern, test.name)
	}
}

func TestSetGlobRefusals(t *testing.T) {
	for _, pattern := range []string{
		"", "\x82{c}", "[", "{a", `a\`, "env/{c}*", "env/{c}?", "env/{c}[ab]", "env/{c}{x,y}", `env/{c}\*`,
		"**/{c}/**", "**/{c}/x/**/y", "{c}/{c}", "{c}-{c}", "{a,b/{c}/d}", "{a,{c}}", "{x,y/z}/{c}",
	} {
		_, err := newSetGlob(pattern, path.Clean(pattern))
		assert.Error(t, err, pattern)
		var option *OptionError
		assert.ErrorAs(t, err, &option, pattern)
	}
}

// FuzzSetGlob: without a placeholder a set glob is doublestar on the
// beginnings of a path, and the shortest that matches is the set. With one, the
// name never comes from a path that the glob does not match.
func FuzzSetGlob(f *testing.F) {
	f.Add("env/*", "env/prod/a.yaml")
	f.Add("**/x/{a,b}", "q/x/b/c")
	f.Add("[a-c]/**", "b/c/d")
	f.Add("\x82{c}", "a")
	f.Add("env/{cluster}", "env/prod/a.yaml")
	f.Add("{a}-{b}/**/{c}", "x-y/z/q")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if pattern == "" || name == "" || path.Clean(name) != name || path.Clean(pattern) != pattern || strings.HasPrefix(name, "/") {
			t.Skip("the caller hands over clean paths")
		}
		s, err := newSetGlob(pattern, pattern)
		if err != nil {
			t.Skip("refused")
		}
		set, ok := s.match(name)
		want, matches := shortestMatch(s.clean, name)
		if variable.MatchString(pattern) {
			assert.True(t, matches || !ok, "%q has a set by %q, which does not match", name, pattern)
			assert.True(t, !ok || set != "", "a set without a name")
			return
		}
		assert.Equal(t, matches, ok)
		assert.Equal(t, want, set)
	})
}

// shortestMatch is what a set glob means, said once more.
func shortestMatch(glob, name string) (string, bool) {
	segments := strings.Split(name, "/")
	for i := range segments {
		beginning := strings.Join(segments[:i+1], "/")
		if match, err := doublestar.Match(glob, beginning); err == nil && match {
			return beginning, true
		}
	}
	return "", false
}

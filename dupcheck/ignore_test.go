package dupcheck_test

import (
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

func TestIgnoreMatches(t *testing.T) {
	id := func(group, kind, namespace, name string) dupcheck.ID {
		return dupcheck.ID{Group: group, Kind: kind, Namespace: namespace, Name: name}
	}
	web := id("apps", "Deployment", "shop", "web")
	bare := id("", "Service", "", "web")
	role := id("rbac.authorization.k8s.io", "ClusterRole", "", "system:node")
	tests := []struct {
		pattern string
		id      dupcheck.ID
		want    bool
	}{
		{"Deployment web", web, true}, // a name alone is of any namespace
		{"Deployment shop/web", web, true},
		{"Deployment shop/*", web, true},
		{"Deployment *", web, true},
		{"Deployment */web", web, true},
		{"Deployment *web", web, true},
		{"Deployment s*b", web, true}, // "*" crosses "/"
		{"Deployment w?b", web, true},
		{"Deployment sho?/web", web, true},
		{"Deployment shop?web", web, true},
		{"  Deployment   web  ", web, true},
		{"* *", web, true},
		{"Deployment.apps web", web, true},
		{"Deployment.ap* web", web, true},
		{"D*.* web", web, true},
		{"Deployment web2", web, false},
		{"Deployment shop", web, false},
		{"Deployment /web", web, false},
		{"Deployment other/web", web, false},
		{"Deployment shop/", web, false},
		{"deployment web", web, false},
		{"Deployment. web", web, false}, // the core group
		{"Deployment.extensions web", web, false},
		{"Service. web", bare, true},
		{"Service web", bare, true},
		{"Service *", bare, true},
		{"Service */web", bare, false}, // there is no namespace
		{"Service shop/web", bare, false},
		{"ClusterRole.rbac.authorization.k8s.io system:*", role, true},
		{"ClusterRole.rbac* system:node", role, true},
		{"ClusterRole.rbac system:node", role, false},
		{"Role shop/web", id("", "Role", "other", "shop/web"), false}, // no legal name
		{"Role a?c", id("", "Role", "", "a\u00e9c"), true},
		{"Role a??c", id("", "Role", "", "a\u00e9c"), false},
		{"Role *?c", id("", "Role", "", "\u00e9\u00e9c"), true},
		{"Role a b", id("", "Role", "", "a b"), true}, // names may hold blanks
		{"Role a.b[c]", id("", "Role", "", "a.b[c]"), true},
		{"Role **x**", id("", "Role", "", "x"), true},
		{"Role *a*b*c*", id("", "Role", "", "xaxbxcx"), true},
		{"Role *a*b*c", id("", "Role", "", "xaxbxcx"), false},
	}
	for _, tt := range tests {
		p, err := dupcheck.ParseIgnore(tt.pattern)
		require.NoError(t, err)
		assert.Equal(t, tt.pattern, p.String())
		assert.Equal(t, tt.want, p.Matches(tt.id), "%q and %v", tt.pattern, tt.id)
	}
	assert.False(t, dupcheck.Ignore{}.Matches(dupcheck.ID{}))
	assert.False(t, dupcheck.Ignore{}.Matches(web))
}

func TestParseIgnoreErrors(t *testing.T) {
	for _, s := range []string{"", " ", "Deployment", "Deployment ", " web", "\x1b"} {
		_, err := dupcheck.ParseIgnore(s)
		assert.EqualError(t, err, dupcheck.QuoteAlways(s)+" is not of the form KIND[.GROUP] [NAMESPACE/]NAME")
	}
}

func TestWithout(t *testing.T) {
	r := check(t, dupcheck.Rules{}, docs(
		configMapIn("a", "x", "data: {v: '1'}"), configMapIn("a", "x", "data: {v: '2'}"), configMap("x"),
		configMapIn("a", "z"), configMapIn("a", "z"), configMapIn("a", "X"), role("r"), role("R")))
	require.Equal(t, []string{duplicate, identical, invalidName, nearDuplicate, nearDuplicate, "possible-duplicate warning"}, rulesOf(r))
	ignore := func(patterns ...string) ([]string, []string) {
		var parsed []dupcheck.Ignore
		for _, s := range patterns {
			p, err := dupcheck.ParseIgnore(s)
			require.NoError(t, err)
			parsed = append(parsed, p)
		}
		left, unused := r.Without(parsed)
		assert.Equal(t, r.Objects, left.Objects)
		texts := []string{}
		for _, p := range unused {
			texts = append(texts, p.String())
		}
		return rulesOf(left), texts
	}
	left, unused := ignore()
	assert.Equal(t, rulesOf(r), left)
	assert.Empty(t, unused)
	left, unused = ignore("ConfigMap a/x", "ConfigMap b/*", "ConfigMap a/*")
	assert.Equal(t, []string{invalidName, nearDuplicate, "possible-duplicate warning"}, left, "of the possible one the ID has no namespace")
	assert.Equal(t, []string{"ConfigMap b/*"}, unused)
	left, _ = ignore("ConfigMap x")
	assert.NotContains(t, left, "possible-duplicate warning")
	left, unused = ignore("* *", "Role R")
	assert.Equal(t, []string{invalidName}, left, "no other rule is hidden")
	assert.Empty(t, unused, "the second one matched, too")
	assert.Len(t, r.Diagnostics, 6, "the report itself stays")
}

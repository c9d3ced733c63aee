package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kuniq/kuniq/dupcheck"
)

func TestTableScopes(t *testing.T) {
	table := []map[string]string{
		{"group": "apps", "kind": "Deployment", "plural": "deployments", "scope": "Namespaced", "persistence": "persisted", "versions": "v1[1.9-] v1beta1[1.6-1.17] v2[1.30-1.37]"},
		{"group": "policy", "kind": "PodSecurityPolicy", "plural": "podsecuritypolicies", "scope": "Cluster", "persistence": "persisted", "versions": "v1beta1[1.10-1.24]"},
	}
	assert.Equal(t, []string{"apps\tDeployment\tdeployments\tNamespaced\tpersisted\tv1 v2"}, tableScopes(table, "1.37"))
	assert.Equal(t, []string{"apps\tDeployment\tdeployments\tNamespaced\tpersisted\tv1"}, tableScopes(table, "1.38"))
}

func TestDifference(t *testing.T) {
	assert.Empty(t, difference([]string{"a", "b"}, []string{"b", "a"}))
	assert.Equal(t, []string{"-a", "+c"}, difference([]string{"a", "b"}, []string{"b", "c"}))
}

// TestScopes: the table has the kinds of the pinned release as its server has
// them, no more and no fewer.
func TestScopes(t *testing.T) {
	p := live(t)
	var out bytes.Buffer
	require.NoError(t, compareScopes(t.Context(), p, &out))
	assert.Contains(t, out.String(), "\tConfigMap\tconfigmaps\tNamespaced\tpersisted\tv1\n")
	assert.Greater(t, bytes.Count(out.Bytes(), []byte("\n")), 60)
}

// TestScopesOfNewID is the same through the library.
func TestScopesOfNewID(t *testing.T) {
	p := live(t)
	kinds := builtin(t, p)
	seen := map[schema.GroupKind]bool{}
	for _, s := range kinds {
		seen[s.groupKind()] = true
		id, err := dupcheck.NewID(dupcheck.Rules{}, s.apiVersion(), s.Kind, "team-a", "x")
		switch s.persistence() {
		case "persisted":
			require.NoError(t, err, "%s %s", s.apiVersion(), s.Kind)
			assert.Equal(t, s.Namespaced, id.Namespace != "", "%s %s", s.apiVersion(), s.Kind)
		case "create-only":
			assert.ErrorIs(t, err, dupcheck.ErrNoIdentity, "%s %s", s.apiVersion(), s.Kind)
		}
	}
	t.Logf("%d kinds in %d versions", len(seen), len(kinds))
}

// builtin are the kinds that the server has without CRDs.
func builtin(t *testing.T, p *Plane) []served {
	t.Helper()
	kinds, err := p.discover(t.Context())
	require.NoError(t, err)
	require.Greater(t, len(kinds), 90)
	return kinds
}

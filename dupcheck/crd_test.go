package dupcheck_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
)

func definition(name, group, kind, plural, scope string) dupcheck.Object {
	o := object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", name)
	o.CRD = &dupcheck.CRD{Group: group, Kind: kind, Plural: plural, Scope: scope}
	return o
}

func inSet(set string, o dupcheck.Object) dupcheck.Object {
	o.Set = set
	return o
}

// TestCRDsGiveScopes: wherever they stand.
func TestCRDsGiveScopes(t *testing.T) {
	glob := definition("globs.example.com", "example.com", "Glob", "globs", "Cluster")
	a, b := object("example.com/v1", "Glob", "a", "x"), object("example.com/v2", "Glob", "b", "x")
	for name, objects := range map[string][]dupcheck.Object{
		"before": {glob, a, b}, "after": {a, b, glob}, "between": {a, glob, b},
		"in another set":               {inSet("crds", glob), a, b},
		"in its own set and elsewhere": {inSet("other", definition("globs.example.com", "example.com", "Glob", "globs", "Namespaced")), glob, a, b},
	} {
		assert.Equal(t, []string{duplicate, namespaceIgnored, namespaceIgnored}, rulesOf(dupcheck.Check(dupcheck.Rules{}, objects)), name)
	}
	namespaced := definition("globs.example.com", "example.com", "Glob", "globs", "Namespaced")
	assert.Empty(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{namespaced, a, b}).Diagnostics)
	assert.Empty(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{inSet("east", glob), inSet("west", namespaced), a, b}).Diagnostics,
		"the others disagree, so that the scope is unknown")
	d := only(t, dupcheck.Check(dupcheck.Rules{DefaultNamespace: "a"}, []dupcheck.Object{namespaced, object("example.com/v1", "Glob", "", "x"), b, b}))
	assert.Equal(t, dupcheck.IdenticalObject, d.Rule, "the CRD answers what would be possible without it")
}

func TestCRDConflicts(t *testing.T) {
	const group = "example.com"
	a := definition("as.example.com", group, "A", "as", "Namespaced")
	plural := definition("az.example.com", group, "A", "az", "Namespaced")
	cluster := definition("as.example.com", group, "A", "as", "Cluster")
	tests := []struct {
		name    string
		objects []dupcheck.Object
		id      string // the CRD's name, if it is one
		message string
	}{
		{"plurals", []dupcheck.Object{a, plural}, "", `A.example.com is defined with different plurals, "as" and "az"; only the CRD that is applied first ever works`},
		{"scopes", []dupcheck.Object{a, cluster}, "as.example.com", `A.example.com is defined with different scopes, "Cluster" and "Namespaced"; the scope of a CRD is immutable`},
		{"plurals and scopes", []dupcheck.Object{a, cluster, plural}, "", `A.example.com is defined with different plurals, "as" and "az"; only the CRD that is applied first ever works`},
		{"scope absent", []dupcheck.Object{a, definition("as.example.com", group, "A", "as", "")}, "as.example.com", ""},
		{"same", []dupcheck.Object{a, a}, "as.example.com", ""},
		{"other kind", []dupcheck.Object{a, definition("bs.example.com", group, "B", "bs", "Cluster")}, "", ""},
		{"other group", []dupcheck.Object{a, definition("as.example.org", "example.org", "A", "az", "Cluster")}, "", ""},
		{"other set", []dupcheck.Object{a, inSet("other", cluster), inSet("third", plural)}, "", ""},
		{
			"built-in, other plural",
			[]dupcheck.Object{definition("x.networking.k8s.io", "networking.k8s.io", "Ingress", "x", "Namespaced")},
			"x.networking.k8s.io",
			"the CRD of Ingress.networking.k8s.io contradicts the built-in type, which has the plural ingresses and is namespaced",
		},
		{
			"built-in, other scope",
			[]dupcheck.Object{definition("storageclasses.storage.k8s.io", "storage.k8s.io", "StorageClass", "storageclasses", "Namespaced")},
			"storageclasses.storage.k8s.io",
			"the CRD of StorageClass.storage.k8s.io contradicts the built-in type, which has the plural storageclasses and is cluster-scoped",
		},
		{"built-in, as it is", []dupcheck.Object{definition("storageclasses.storage.k8s.io", "storage.k8s.io", "StorageClass", "storageclasses", "Cluster")}, "", ""},
		{
			"group of Kubernetes",
			[]dupcheck.Object{definition("foos.apps", "apps", "Foo", "foos", "Namespaced")},
			"foos.apps",
			"the CRD of Foo.apps is refused by every API server: its group has no dot",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for range tt.objects {
				var found []dupcheck.Diagnostic
				for _, d := range dupcheck.Check(dupcheck.Rules{}, tt.objects).Diagnostics {
					if d.Rule == dupcheck.CRDConflict {
						found = append(found, d)
					}
				}
				tt.objects = append(tt.objects[1:], tt.objects[0])
				if tt.message == "" {
					assert.Empty(t, found)
					continue
				}
				require.Len(t, found, 1)
				assert.Equal(t, tt.message, found[0].Message)
				assert.Equal(t, tt.id, found[0].ID.Name)
				assert.Equal(t, dupcheck.Error, found[0].Severity)
				assert.Len(t, found[0].Declarations, len(tt.objects))
				assert.NotEmpty(t, found[0].Advice)
			}
		})
	}
}

// TestCRDConflictKeepsTheOrder: the declarations are in application order.
func TestCRDConflictKeepsTheOrder(t *testing.T) {
	objects := []dupcheck.Object{
		definition("as.example.com", "example.com", "A", "as", "Cluster"),
		definition("az.example.com", "example.com", "A", "az", "Cluster"),
	}
	first := only(t, dupcheck.Check(dupcheck.Rules{}, objects)).Declarations
	slices.Reverse(objects)
	second := only(t, dupcheck.Check(dupcheck.Rules{}, objects)).Declarations
	slices.Reverse(second)
	assert.Equal(t, first, second)
	assert.Equal(t, "as.example.com", first[0].Name)
}

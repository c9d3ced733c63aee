package dupcheck_test

import (
	"slices"
	"testing"

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

// TestDefinitions: a finding names the definitions without which it would be
// another one, or none.
func TestDefinitions(t *testing.T) {
	at := func(file string, o dupcheck.Object) dupcheck.Object {
		o.At = dupcheck.Position{File: file, Line: 1}
		return o
	}
	glob := func(file, scope string) dupcheck.Object {
		return at(file, definition("globs.example.com", "example.com", "Glob", "globs", scope))
	}
	cube := at("cube", definition("cubes.example.com", "example.com", "Cube", "cubes", "Cluster"))
	other := at("other", definition("globs.example.org", "example.org", "Glob", "globs", "Cluster"))
	a, b := at("a", object("example.com/v1", "Glob", "a", "x")), at("b", object("example.com/v1", "Glob", "b", "x"))
	bare := at("bare", object("example.com/v1", "Glob", "", "x"))
	service := []dupcheck.Object{object("v1", "Service", "a", "x"), object("v1", "Service", "a", "x")}
	for name, tt := range map[string]struct {
		objects []dupcheck.Object
		rule    dupcheck.Rule
		want    []string
	}{
		"a collision":           {[]dupcheck.Object{a, b, glob("glob", "Cluster"), cube, other}, dupcheck.DuplicateObject, []string{"glob"}},
		"a possible one":        {[]dupcheck.Object{a, bare, glob("glob", "Namespaced"), cube}, dupcheck.PossibleDuplicate, []string{"glob"}},
		"unknown without one":   {[]dupcheck.Object{a, bare, cube, other}, dupcheck.PossibleDuplicate, nil},
		"unknown, they differ":  {[]dupcheck.Object{a, bare, inSet("e", glob("e", "Cluster")), inSet("w", glob("w", "Namespaced"))}, dupcheck.PossibleDuplicate, []string{"e", "w"}},
		"that of its own set":   {[]dupcheck.Object{a, b, glob("own", "Cluster"), inSet("w", glob("w", "Namespaced"))}, dupcheck.DuplicateObject, []string{"own"}},
		"an ignored namespace":  {[]dupcheck.Object{a, glob("glob", "Cluster")}, dupcheck.NamespaceIgnored, []string{"glob"}},
		"no name":               {[]dupcheck.Object{at("a", object("example.com/v1", "Glob", "a", "")), cube, other}, dupcheck.NoName, []string{"cube"}},
		"another version":       {[]dupcheck.Object{a, at("b", object("example.com/v2", "Glob", "b", "x")), glob("glob", "Cluster")}, dupcheck.DuplicateObject, []string{"glob"}},
		"a built-in kind":       {append(service, glob("glob", "Cluster")), dupcheck.DuplicateObject, nil},
		"definitions disagree":  {[]dupcheck.Object{glob("one", "Cluster"), glob("two", "Namespaced")}, dupcheck.CRDConflict, nil},
		"a definition, doubled": {[]dupcheck.Object{glob("one", "Cluster"), glob("two", "Cluster")}, dupcheck.DuplicateObject, nil},
	} {
		t.Run(name, func(t *testing.T) {
			found := false
			for _, d := range dupcheck.Check(dupcheck.Rules{}, tt.objects).Diagnostics {
				if d.Rule != tt.rule && (d.Rule != dupcheck.IdenticalObject || tt.rule != dupcheck.DuplicateObject) {
					continue
				}
				found = true
				var files []string
				for _, o := range d.Definitions {
					files = append(files, o.File)
				}
				assert.Equal(t, tt.want, files)
			}
			assert.True(t, found)
		})
	}
}

package dupcheck_test

import (
	"cmp"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kuniq/kuniq/dupcheck"
)

// Words of which random objects are made. They are few, so that objects meet,
// and there is something for every rule among them.
var (
	someTypes = [][2]string{
		{"v1", "ConfigMap"},
		{"apps/v1", "Deployment"},
		{"extensions/v1beta1", "Deployment"},
		{"rbac.authorization.k8s.io/v1", "ClusterRole"},
		{"rbac.authorization.k8s.io/v1", "Role"},
		{"example.com/v1", "Glob"},
		{"example.com/v2", "Glob"},
		{"cert-manager.io/v1", "Issuer"},
		{"certmanager.k8s.io/v1", "Issuer"},
		{"argoproj.io/v1alpha1", "Application"},
		{"v1", "Binding"},
		{"v1", "Config"},
		{"core/v1", "configmap"},
		{"a/b/c", "X"},
		{"", "X"},
		{"v1", ""},
		{"project.openshift.io/v1", "ProjectRequest"},
		{"v1", "Namespace"},
		{"${API}", "ConfigMap"},
		{"v1", "${KIND}"},
	}
	someNamespaces = []string{"", "", "a", "b", "A/", "${NS}"}
	someNames      = []string{"x", "X", "\u00e9", "e\u0301", "", "y", "a/b", "${APP}", "${app}"}
	someSets       = []string{"", "", "", "east"}
	someCRDs       = []dupcheck.CRD{
		{Group: "example.com", Kind: "Glob", Plural: "globs", Scope: "Cluster"},
		{Group: "example.com", Kind: "Glob", Plural: "globz", Scope: "Cluster"},
		{Group: "example.com", Kind: "Glob", Plural: "globs", Scope: "Namespaced"},
		{Group: "apps", Kind: "Deployment", Plural: "deployments", Scope: "Cluster"},
	}
	someFound = []dupcheck.Diagnostic{
		{Rule: dupcheck.DuplicateKey, Message: "k", LastWins: true, Declarations: []dupcheck.Declaration{{Name: "x"}, {}}},
		{Rule: dupcheck.StrayItems, Message: "s"},
		{Rule: dupcheck.NotAString, Message: "n"},
	}
	someContents = []any{1, 1.0, "1", map[string]any{"a": 1}, map[string]any{"a": 2, "b": []any{1}}, map[string]any{"b": []any{1, 2}}}
)

// randomObjects turns bytes into objects, eight for each.
func randomObjects(data []byte, placed bool) []dupcheck.Object {
	var out []dupcheck.Object
	for b := range slices.Chunk(data, 8) {
		if len(b) < 8 || len(out) == 50 {
			break
		}
		o := dupcheck.Object{
			APIVersion: pick(someTypes, b[0])[0], Kind: pick(someTypes, b[0])[1], Namespace: pick(someNamespaces, b[1]),
			Name: pick(someNames, b[2]), Set: pick(someSets, b[3]), Body: body{value: pick(someContents, b[4])},
		}
		switch b[5] % 8 {
		case 0:
			o.GenerateName = "g-"
		case 1:
			o.Unnamed = true
		case 2:
			o.ReaderFindings = []dupcheck.Diagnostic{pick(someFound, b[6])}
		case 3:
			o.Placeholder, o.ReaderFindings = true, []dupcheck.Diagnostic{pick(someFound, b[6])}
		case 4:
			definition := pick(someCRDs, b[6])
			o.CRD, o.APIVersion, o.Kind = &definition, "apiextensions.k8s.io/v1", "CustomResourceDefinition"
		case 5:
			o.Body = body{err: &dupcheck.Unread{File: "gone", Line: int(b[6]), Reason: "gone"}}
		}
		if placed {
			o.At = dupcheck.Position{File: string('a' + rune(b[7]%3)), Line: len(out) + 1, Column: 3}
		}
		out = append(out, o)
	}
	return out
}

func pick[T any](all []T, b byte) T { return all[int(b)%len(all)] }

func someRules(seed uint64) dupcheck.Rules {
	return dupcheck.Rules{DefaultNamespace: []string{"", "a"}[seed%2], OpenShift: seed%4 > 1}
}

// withoutOrder takes away what may depend on the order of the input: the order
// of the declarations.
func withoutOrder(r dupcheck.Report) dupcheck.Report {
	for i := range r.Diagnostics {
		slices.SortFunc(r.Diagnostics[i].Declarations, compareDeclarations)
	}
	return r
}

func compareDeclarations(a, b dupcheck.Declaration) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.APIVersion, b.APIVersion), cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name), cmp.Compare(a.GenerateName, b.GenerateName),
	)
}

func seeds(f *testing.F) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 1))
		data := make([]byte, 8*random.IntN(40))
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		f.Add(data, seed)
	}
}

// FuzzOrder: the order of the input changes nothing but the order of the
// declarations, and with it which one wins.
func FuzzOrder(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		objects := randomObjects(data, seed%3 > 0)
		want := withoutOrder(dupcheck.Check(someRules(seed), objects))
		random := rand.New(rand.NewPCG(seed, 2))
		for range 3 {
			random.Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
			require.Equal(t, want, withoutOrder(dupcheck.Check(someRules(seed), objects)))
		}
	})
}

// declared groups the indexes of objects by identity in the plainest way. An
// identity with a variable is that of no other object.
func declared(rules dupcheck.Rules, objects []dupcheck.Object) map[string][]int {
	c := dupcheck.Checker{Rules: rules}
	for _, o := range objects {
		c.Add(o)
	}
	out := map[string][]int{}
	for i, id := range c.IDs() {
		if id.Name != "" && !id.HasVariable() {
			key := objects[i].Set + " " + id.String()
			out[key] = append(out[key], i)
		}
	}
	return out
}

// FuzzCollisions holds the report against the plainest way to find duplicates,
// and a report on the doubled input to naming every identity once.
func FuzzCollisions(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		objects := randomObjects(data, true)
		testCollisions(t, someRules(seed), objects, 2)
		once := declared(someRules(seed), objects)
		twice := testCollisions(t, someRules(seed), append(slices.Clip(objects), objects...), 2)
		require.Len(t, twice, len(once))
	})
}

func testCollisions(t *testing.T, rules dupcheck.Rules, objects []dupcheck.Object, least int) map[string]bool {
	t.Helper()
	named := map[string]bool{}
	expected := declared(rules, objects)
	for _, d := range dupcheck.Check(rules, objects).Diagnostics {
		if d.Rule != dupcheck.DuplicateObject && d.Rule != dupcheck.IdenticalObject {
			continue
		}
		key := d.Set + " " + d.ID.String()
		require.False(t, named[key], "%s is named twice", key)
		named[key] = true
		indexes := expected[key]
		require.Len(t, d.Declarations, len(indexes))
		same := true
		for i, index := range indexes {
			require.Equal(t, objects[index].At, d.Declarations[i].Position, "in application order")
			a, errA := objects[indexes[0]].Body.Value()
			b, errB := objects[index].Body.Value()
			same = same && errA == nil && errB == nil && reflect.DeepEqual(plain(a), plain(b))
		}
		require.Equal(t, same, d.Identical, key)
		require.Equal(t, same, d.Rule == dupcheck.IdenticalObject)
	}
	for key, indexes := range expected {
		require.Equal(t, len(indexes) >= least, named[key], key)
	}
	return named
}

// plain makes the numbers of the random contents equal where they are.
func plain(v any) any {
	if v == 1.0 {
		return 1
	}
	return v
}

// FuzzNewID: whatever it is given it ends, and the identity of an identity is
// itself.
func FuzzNewID(f *testing.F) {
	f.Add("extensions/v1beta1", "Deployment", "a", "x", true)
	f.Add("v1", "Role", "", "a/b", true)
	f.Add("a/b/c", "", "\xff", "..", false)
	f.Fuzz(func(t *testing.T, apiVersion, kind, namespace, name string, openshift bool) {
		rules := dupcheck.Rules{OpenShift: openshift}
		id, err := dupcheck.NewID(rules, apiVersion, kind, namespace, name)
		if err != nil {
			assert.Empty(t, id)
			return
		}
		assert.Equal(t, name, id.Name, "exactly as written")
		again, err := dupcheck.NewID(rules, id.Group+"/v1", id.Kind, id.Namespace, id.Name)
		require.NoError(t, err)
		assert.Equal(t, id, again)
	})
}

// FuzzIgnore holds the globs of Ignore to regular expressions.
func FuzzIgnore(f *testing.F) {
	for _, s := range [][2]string{{"a*b?c", "axxb\u00e9c"}, {"**", ""}, {"*a*a*a*", strings.Repeat("a", 40)}, {"[x]", "x"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		p, err := dupcheck.ParseIgnore("K " + pattern)
		pattern = strings.TrimSpace(pattern)
		if err != nil || !utf8.ValidString(pattern) || !utf8.ValidString(name) {
			return
		}
		form := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
		want := regexp.MustCompile("(?s)^" + form + "$").MatchString(name)
		assert.Equal(t, want, p.Matches(dupcheck.ID{Kind: "K", Name: name}))
	})
}

package dupcheck_test

import (
	"slices"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// TestPossible is the three-valued answer of design section 2: same, different,
// possible. The pairs are of one kind and name; the namespaces are given.
func TestPossible(t *testing.T) {
	const same, different, possible = "same", "different", "possible"
	const built, unknown = "v1 ConfigMap", "example.com/v1 Widget"
	cluster := "rbac.authorization.k8s.io/v1 ClusterRole"
	tests := []struct {
		kind, standard string
		a, b           string
		want           string
	}{
		{built, "", "", "", same},
		{built, "", "a", "a", same},
		{built, "", "a", "b", different},
		{built, "", "", "a", possible}, // (a)
		{built, "a", "", "a", same},
		{built, "a", "", "b", different},
		{unknown, "", "", "", same},
		{unknown, "", "a", "a", same},
		{unknown, "", "a", "b", different},
		{unknown, "", "", "a", possible}, // (a)
		{unknown, "a", "", "a", same},
		{unknown, "a", "", "b", possible}, // (b)
		{unknown, "a", "b", "c", different},
		{cluster, "", "", "a", same},
		{cluster, "a", "a", "b", same},
	}
	for _, tt := range tests {
		apiVersion, kind := cutKind(tt.kind)
		objects := []dupcheck.Object{object(apiVersion, kind, tt.a, "x"), object(apiVersion, kind, tt.b, "x")}
		for range 2 {
			got := rulesOf(dupcheck.Check(dupcheck.Rules{DefaultNamespace: tt.standard}, objects))
			answer := different
			switch {
			case slices.Contains(got, duplicate) || slices.Contains(got, identical):
				answer = same
			case slices.Contains(got, "possible-duplicate warning"):
				answer = possible
			}
			assert.Equal(t, tt.want, answer, "%+v: %v", tt, got)
			slices.Reverse(objects)
		}
	}
}

func cutKind(s string) (apiVersion, kind string) {
	i := slices.Index([]byte(s), ' ')
	return s[:i], s[i+1:]
}

func TestPossibleMessages(t *testing.T) {
	widget := func(namespace string) dupcheck.Object { return object("example.com/v1", "Widget", namespace, "x") }
	service := func(namespace string) dupcheck.Object { return object("v1", "Service", namespace, "x") }
	tests := []struct {
		standard string
		objects  []dupcheck.Object
		message  string
		places   int
	}{
		{
			"",
			[]dupcheck.Object{service(""), service("b")},
			"Service x is declared without a namespace and in namespace b; they are one object if that is the default namespace", 2,
		},
		{
			"",
			[]dupcheck.Object{service("b"), service(""), service("a")},
			"Service x is declared without a namespace and in namespaces a and b; two of them are one object if the default namespace is one of these", 3,
		},
		{
			"",
			[]dupcheck.Object{service("g"), service("f"), service("e"), service("d"), service("c"), service("b"), service("a"), service("")},
			"Service x is declared without a namespace and in namespaces a, b, c, d, e and 2 more; two of them are one object if the default namespace is one of these", 8,
		},
		{
			"",
			[]dupcheck.Object{widget(""), widget("b")},
			"Widget.example.com x is declared without a namespace and in namespace b; they are one object if that is the default namespace, or if the kind is cluster-scoped", 2,
		},
		{
			"",
			[]dupcheck.Object{widget(""), widget("b"), widget("c")},
			"Widget.example.com x is declared without a namespace and in namespaces b and c; two of them are one object if the default namespace is one of these, and all if the kind is cluster-scoped", 3,
		},
		{
			"a",
			[]dupcheck.Object{widget(""), widget("b"), widget("a")},
			"Widget.example.com x is declared without a namespace and in namespace b; they are one object if the kind is cluster-scoped", 2,
		},
	}
	for _, tt := range tests {
		r := dupcheck.Check(dupcheck.Rules{DefaultNamespace: tt.standard, Severity: map[dupcheck.Rule]dupcheck.Severity{
			dupcheck.IdenticalObject: dupcheck.Off, dupcheck.DuplicateObject: dupcheck.Off,
		}}, tt.objects)
		d := only(t, r)
		assert.Equal(t, tt.message, d.Message)
		assert.Len(t, d.Declarations, tt.places)
		assert.Empty(t, d.ID.Namespace)
		assert.NotEmpty(t, d.Advice)
		_, wins := d.Wins()
		assert.False(t, wins, "not known")
	}
}

// TestPossibleOncePerName: one warning for each group, kind and name, and the
// pairs do not become one object.
func TestPossibleOncePerName(t *testing.T) {
	r := dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{
		object("v1", "Service", "", "x"), object("v1", "Service", "a", "x"), object("v1", "Service", "a", "x"),
		object("v1", "Service", "", "x"), object("v1", "Service", "b", "x"), object("v1", "Service", "", "y"), object("v1", "Service", "c", "y"),
		object("v1", "Service", "", "z"),
	})
	assert.Equal(t, []string{identical, identical, "possible-duplicate warning", "possible-duplicate warning"}, rulesOf(r))
	for _, d := range r.Diagnostics {
		if d.Rule == dupcheck.IdenticalObject {
			assert.Len(t, d.Declarations, 2)
		}
	}
}

func TestNear(t *testing.T) {
	const apiVersion = "rbac.authorization.k8s.io/v1"
	tests := []struct {
		name    string
		rules   dupcheck.Rules
		objects []dupcheck.Object
		message string
	}{
		{
			"case",
			dupcheck.Rules{},
			[]dupcheck.Object{object(apiVersion, "Role", "a", "x"), object(apiVersion, "Role", "a", "X")},
			"Role.rbac.authorization.k8s.io a/X and Role.rbac.authorization.k8s.io a/x differ only in case or in the form of their characters",
		},
		{
			"NFC and NFD",
			dupcheck.Rules{},
			[]dupcheck.Object{object(apiVersion, "Role", "a", "\u00e9"), object(apiVersion, "Role", "a", "e\u0301")},
			`Role.rbac.authorization.k8s.io a/"e\u0301" and Role.rbac.authorization.k8s.io a/"\u00e9" differ only in case or in the form of their characters`,
		},
		{
			"three",
			dupcheck.Rules{},
			[]dupcheck.Object{object(apiVersion, "Role", "a", "xx"), object(apiVersion, "Role", "a", "XX"), object(apiVersion, "Role", "a", "Xx")},
			"Role.rbac.authorization.k8s.io a/XX, Role.rbac.authorization.k8s.io a/Xx and Role.rbac.authorization.k8s.io a/xx differ only in case or in the form of their characters",
		},
		{
			"successor",
			dupcheck.Rules{},
			[]dupcheck.Object{object("cert-manager.io/v1", "Issuer", "a", "x"), object("certmanager.k8s.io/v1alpha1", "Issuer", "a", "x")},
			"Issuer.cert-manager.io a/x and Issuer.certmanager.k8s.io a/x differ only in their group, and one group replaced the other; both may act on the same things",
		},
		{
			"request",
			dupcheck.Rules{OpenShift: true},
			[]dupcheck.Object{object("project.openshift.io/v1", "ProjectRequest", "", "x"), object("v1", "Namespace", "", "x")},
			"Namespace x and ProjectRequest.project.openshift.io x meet: creating the ProjectRequest creates the Namespace",
		},
		{
			"request and project",
			dupcheck.Rules{OpenShift: true},
			[]dupcheck.Object{object("v1", "ProjectRequest", "", "x"), object("project.openshift.io/v1", "Project", "", "x")},
			"Namespace x and ProjectRequest x meet: creating the ProjectRequest creates the Namespace",
		},
		{"request elsewhere", dupcheck.Rules{}, []dupcheck.Object{object("project.openshift.io/v1", "ProjectRequest", "", "x"), object("v1", "Namespace", "", "x")}, ""},
		{"other namespace", dupcheck.Rules{}, []dupcheck.Object{object(apiVersion, "Role", "a", "x"), object(apiVersion, "Role", "b", "X")}, ""},
		{"other kind", dupcheck.Rules{}, []dupcheck.Object{object(apiVersion, "Role", "a", "x"), object(apiVersion, "RoleBinding", "a", "x")}, ""},
		{"two groups of no relation", dupcheck.Rules{}, []dupcheck.Object{object("v1", "Service", "a", "x"), object("serving.knative.dev/v1", "Service", "a", "x")}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for range 2 {
				r := dupcheck.Check(tt.rules, tt.objects)
				if tt.message == "" {
					require.Empty(t, r.Diagnostics)
					continue
				}
				d := only(t, r)
				assert.Equal(t, dupcheck.NearDuplicate, d.Rule)
				assert.Equal(t, dupcheck.Warning, d.Severity)
				assert.Equal(t, tt.message, d.Message)
				assert.Len(t, d.Declarations, len(tt.objects))
				slices.Reverse(tt.objects)
			}
		})
	}
}

// TestNearSuccessors is every row of successors.tsv.
func TestNearSuccessors(t *testing.T) {
	for _, r := range table(t, "data/successors.tsv") {
		d := only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{
			object(r["old_group"]+"/v1", "Thing", "a", "x"), object(r["new_group"]+"/v1", "Thing", "a", "x"),
		}))
		assert.Equal(t, dupcheck.NearDuplicate, d.Rule)
		assert.NotEmpty(t, r["source"])
	}
}

// TestNearOfDuplicates names each identity once, however often it is declared.
func TestNearOfDuplicates(t *testing.T) {
	r := check(t, dupcheck.Rules{}, docs(role("x"), role("x"), role("X"), role("X"), role("x")))
	assert.Equal(t, []string{identical, identical, nearDuplicate}, rulesOf(r))
	for _, d := range r.Diagnostics {
		if d.Rule == dupcheck.NearDuplicate {
			assert.Len(t, d.Declarations, 5)
		}
	}
}

package impact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
)

// owner is an Application with objects, each of which is KIND/NAME.
func owner(name string, objects ...string) Owner {
	o := Owner{
		ID:          dupcheck.ID{Group: "argoproj.io", Kind: "Application", Namespace: "argocd", Name: name},
		At:          dupcheck.Position{File: name + ".yaml", Line: 1},
		Destination: Destination{Server: "https://one", Namespace: "x"},
		Safety:      Safety{Prune: true, Cascade: true},
	}
	for _, s := range objects {
		kind, name, _ := strings.Cut(s, "/")
		object := dupcheck.Object{APIVersion: "v1", Kind: kind, Name: name, At: dupcheck.Position{File: "objects.yaml", Line: 1}}
		if kind == "Application" {
			object.APIVersion, object.Namespace = "argoproj.io/v1alpha1", "argocd"
		}
		o.Desired.Objects = append(o.Desired.Objects, object)
	}
	return o
}

func many(n int) (objects []string) {
	for i := range n {
		objects = append(objects, fmt.Sprintf("ConfigMap/c%d", i))
	}
	return objects
}

func state(owners ...Owner) State { return State{Owners: owners} }

func TestMaxPrune(t *testing.T) {
	base := state(owner("a", many(10)...))
	for _, tt := range []struct {
		limit Limit
		left  int
		fails bool
	}{
		{Limit{}, 0, false}, // none of them holds state
		{Limit{Set: true, Objects: 5}, 5, false},
		{Limit{Set: true, Objects: 5}, 4, true},
		{Limit{Set: true, Percent: 50}, 5, false},
		{Limit{Set: true, Percent: 50}, 4, true},
		{Limit{Set: true}, 9, true}, // not a single one
		{Limit{Set: true}, 10, false},
	} {
		impact := Compare(base, state(owner("a", many(tt.left)...)), Options{MaxPrune: tt.limit})
		assert.Equal(t, tt.fails, impact.Fails(), "%+v", tt)
	}
}

func TestAllowances(t *testing.T) {
	base := state(owner("a", "Namespace/n", "ConfigMap/c"), owner("b", "Namespace/m"))
	head := state(owner("a", "ConfigMap/c"), owner("b"))
	allow := func(owners ...string) Options {
		var o Options
		for _, name := range owners {
			o.Allowed = append(o.Allowed, Allowance{name, "--allow-prune"})
		}
		return o
	}
	one := Compare(base, head, allow("argocd/a", "argocd/missing"))
	assert.True(t, one.Fails(), "b is not allowed")
	assert.Len(t, one.Used, 1)
	assert.Len(t, one.Unused, 1)
	assert.Equal(t, "1 object of Application argocd/b would be pruned: 1 Namespace", one.Headline())
	assert.Equal(t, "2 owners compared, 2 changed, 1 error, 1 warning, 1 allowance used, 1 allowance unused", one.Summary())

	both := Compare(base, head, allow("argocd/a", "argocd/b"))
	assert.False(t, both.Fails())
	assert.Empty(t, both.Unused)
	assert.Equal(t, "no object would be deleted beyond what is allowed", both.Headline()) // but what is allowed

	assert.Len(t, Compare(base, base, allow("argocd/a")).Unused, 1, "nothing is deleted")
}

// TestParents: an Application that is gone from git may stay in its cluster.
func TestParents(t *testing.T) {
	child := owner("child", "Namespace/n")
	root := owner("root", "Application/child", "ConfigMap/c")
	without := owner("root", "ConfigMap/c")
	manual := without
	manual.Safety.Prune = false
	kept := owner("root", "Application/child", "ConfigMap/c")
	kept.Desired.Objects[0].Annotations = map[string]string{SyncOptionsAnnotation: "Prune=false"}
	for _, tt := range []struct {
		name       string
		base, head State
		want       []string
		allowed    []Allowance
		fails      bool
	}{
		{name: "the root prunes it", base: state(root, child), head: state(without), want: []string{"Application/child deleted", "Namespace/n deleted"}, fails: true},
		{name: "the root does not prune", base: state(root, child), head: state(manual), want: []string{"Application/child kept"}},
		{name: "it is protected", base: state(kept, child), head: state(without), want: []string{"Application/child protected"}},
		{name: "no owner is known to deploy it", base: state(child), head: state(), want: []string{"Namespace/n deleted"}, fails: true},
		{name: "the root is gone, too", base: state(root, child), head: state(), want: []string{"Application/child deleted", "ConfigMap/c deleted", "Namespace/n deleted"}, fails: true},
		{
			name: "one allowance is enough", base: state(root, child), head: state(without), allowed: []Allowance{{Owner: "argocd/child"}},
			want: []string{"Application/child deleted", "Namespace/n deleted"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			impact := Compare(tt.base, tt.head, Options{Allowed: tt.allowed})
			var got []string
			for _, c := range impact.Owners {
				for _, l := range c.Lost {
					fate := strings.Replace(l.Fate.String(), "pruned", "deleted", 1)
					got = append(got, fmt.Sprintf("%s/%s %s", l.ID.Kind, l.ID.Name, fate))
				}
			}
			slices.Sort(got)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.fails, impact.Fails())
		})
	}
}

func TestUnresolved(t *testing.T) {
	known, unknown := owner("a", "Namespace/n"), owner("a")
	unknown.Desired = Desired{Unresolved: "a chart", Inputs: "1"}
	other := unknown
	other.Desired.Inputs = "2"
	assert.False(t, Compare(state(unknown), state(unknown), Options{}).Fails(), "nothing changed")
	assert.True(t, Compare(state(unknown), state(other), Options{}).Fails(), "a file changed")
	lenient := Options{Rules: dupcheck.Rules{Severity: map[dupcheck.Rule]dupcheck.Severity{UnresolvedChange: dupcheck.Warning}}}
	assert.False(t, Compare(state(unknown), state(other), lenient).Fails(), "if the caller asks for it")
	assert.True(t, Compare(state(known), state(unknown), Options{}).Fails(), "it was known")
	assert.True(t, Compare(state(unknown), state(known), Options{}).Fails(), "it was not known")
	blank := unknown
	blank.Desired.Inputs = ""
	assert.True(t, Compare(state(known), state(blank), Options{}).Fails(), "it was known, and no inputs are")
	assert.True(t, Compare(state(unknown), state(), Options{}).Fails(), "it is deleted with what it has")
	// What both do not know does not hide what both know.
	partly, less := owner("a", "Namespace/n", "ConfigMap/c"), owner("a", "ConfigMap/c")
	partly.Desired.Unresolved, less.Desired.Unresolved = "a chart", "a chart"
	assert.True(t, Compare(state(partly), state(less), Options{}).Fails())
}

// TestPending: an owner that was not looked at may have taken an object over.
func TestPending(t *testing.T) {
	same := owner("b")
	same.Desired = Desired{Pending: true, Inputs: "1"}
	base, head := state(owner("a", "Namespace/n"), same), state(owner("a"), same)
	impact := Compare(base, head, Options{})
	require.Len(t, impact.Pending, 1)
	assert.Equal(t, "b", impact.Pending[0].Owner.ID.Name)
	assert.Equal(t, "n", impact.Pending[0].Objects[0].Name)
	assert.Empty(t, Compare(base, base, Options{}).Pending, "nothing vanishes")
}

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
		if !strings.Contains(tt.b, "*") {
			assert.Equal(t, tt.meets, globMatch(tt.a, tt.b), "%q %q", tt.a, tt.b)
		}
	}
}

func TestStateKinds(t *testing.T) {
	for _, k := range StateKinds() {
		assert.NotEmpty(t, k.Reason, k.Pattern)
		assert.Contains(t, k.Pattern, ".")
	}
	more, err := ParseStateKind("Database.*")
	require.NoError(t, err)
	id := dupcheck.ID{Group: "example.com", Kind: "Database"}
	assert.Empty(t, StateReason(nil, id.GroupKind()))
	assert.NotEmpty(t, StateReason([]StateKind{more}, id.GroupKind()))
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

func TestPlural(t *testing.T) {
	for one, want := range map[string]string{
		"Namespace": "Namespaces", "NetworkPolicy": "NetworkPolicies", "Ingress": "Ingresses", "StorageClass": "StorageClasses",
		"Gateway": "Gateways", "Endpoints": "Endpoints", "": "",
	} {
		assert.Equal(t, want, plural(one))
	}
}

// FuzzWrite: whatever is in a repository, no format lets it start a line or
// act on a terminal, and JSON stays JSON.
func FuzzWrite(f *testing.F) {
	for _, s := range []string{"a", "::error::x", "x\n::error::x", "##[error]x", "\x1b[2J", "a|b", "`", "\u202e", "</td>", "@all", "#1", "\xff", "a\rb", "- x", "# x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, b := owner(s, "Namespace/"+s, s+"/"+s), owner(s, s+"/x")
		a.At.File, a.Desired.Objects[0].At.File = s, s
		a.Fields = []Field{{Path: s, Value: s, At: a.At}}
		b.Fields = []Field{{Path: s, Value: s + "x", At: dupcheck.Position{File: s, Line: 3}}}
		b.Desired.Unresolved = s
		c := owner("c"+s, "Namespace/m")
		c.Maker.ID.Name = s
		o := Options{Allowed: []Allowance{{Owner: s, From: s}, {Owner: "argocd/" + s, From: s}}, Hidden: s}
		for _, impact := range []Impact{Compare(state(a, c), state(b), o), Compare(state(a), state(), o), Compare(state(a, c), state(b), Options{})} {
			for _, format := range formats {
				var out bytes.Buffer
				require.NoError(t, Write(&out, format, impact, ""))
				for line := range strings.Lines(out.String()) {
					assertHarmless(t, format, strings.TrimSuffix(line, "\n"))
				}
				if format == "json" || format == "sarif" {
					assert.True(t, json.Valid(out.Bytes()))
				}
			}
		}
	})
}

func assertHarmless(t *testing.T, format, line string) {
	t.Helper()
	for _, r := range line {
		if !unicode.IsPrint(r) {
			t.Errorf("%s: %q", format, line)
			return
		}
	}
	trimmed := strings.TrimSpace(line)
	if strings.HasPrefix(trimmed, "::") && format != "github" || strings.Contains(line, "##[") || strings.Contains(line, "##vso") {
		t.Errorf("%s: %q", format, line)
	}
}

package dupcheck_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// holding is a ConfigMap with a content.
func holding(namespace, name string, content map[string]any) dupcheck.Object {
	return dupcheck.Object{APIVersion: "v1", Kind: "ConfigMap", Namespace: namespace, Name: name, Body: valued{content}}
}

// TestTag: a host finds its own value again, whatever type that has.
func TestTag(t *testing.T) {
	a, b := holding("n", "a", nil), holding("n", "a", nil)
	a.Tag, b.Tag = []int{1}, map[string]int{"b": 2}
	b.ReaderFindings = []dupcheck.Diagnostic{{Rule: dupcheck.DuplicateKey, Message: "m", Declarations: []dupcheck.Declaration{{}, {Tag: "own"}}}}
	for _, d := range dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{a, b}).Diagnostics {
		first, last := d.Declarations[0].Tag, d.Declarations[1].Tag
		if d.Rule == dupcheck.DuplicateKey {
			if first.(map[string]int)["b"] != 2 || last != "own" {
				t.Errorf("%v, %v", first, last)
			}
		} else if first.([]int)[0] != 1 || last.(map[string]int)["b"] != 2 {
			t.Errorf("%v, %v", first, last)
		}
	}
}

// TestNamespaced: a caller that knows the scopes leaves no doubt.
func TestNamespaced(t *testing.T) {
	glob := func(namespace string) dupcheck.Object {
		return dupcheck.Object{APIVersion: "example.com/v1", Kind: "Glob", Namespace: namespace, Name: "a"}
	}
	objects := []dupcheck.Object{glob(""), glob("n")}
	kinds := []dupcheck.GroupKind{{Group: "example.com", Kind: "Glob"}}
	for _, tt := range []struct {
		rules dupcheck.Rules
		want  int
	}{
		{dupcheck.Rules{DefaultNamespace: "x"}, 1},
		{dupcheck.Rules{DefaultNamespace: "x", Namespaced: kinds}, 0},
		{dupcheck.Rules{Namespaced: kinds}, 1}, // n may be the default namespace
	} {
		if got := dupcheck.Check(tt.rules, objects).Diagnostics; len(got) != tt.want {
			t.Errorf("%+v: %d findings, want %d: %v", tt.rules, len(got), tt.want, got)
		}
	}
}

// TestAddUnread: a report of half the input says so, once.
func TestAddUnread(t *testing.T) {
	var c dupcheck.Checker
	for _, file := range []string{"b", "a", "b"} {
		c.AddUnread(dupcheck.Unread{File: file, Reason: "r"})
	}
	for range 2 {
		if got := c.Report().Unread; len(got) != 2 || got[0].File != "a" || got[1].File != "b" {
			t.Errorf("%v", got)
		}
	}
}

// TestDuplicatesOnly: nothing but duplicates, of all that triggers a rule.
func TestDuplicatesOnly(t *testing.T) {
	for rule, input := range triggers {
		for _, d := range check(t, dupcheck.DuplicatesOnly(), input).Diagnostics {
			if d.Rule != rule || rule != dupcheck.DuplicateObject && rule != dupcheck.IdenticalObject {
				t.Errorf("%s: %v", rule, d)
			}
		}
	}
	rules := dupcheck.DuplicatesOnly()
	if err := rules.Validate(); err != nil {
		t.Error(err)
	}
}

func TestValidate(t *testing.T) {
	kind := dupcheck.GroupKind{Group: "apps", Kind: "Deployment"}
	rules := dupcheck.Rules{
		Severity:      map[dupcheck.Rule]dupcheck.Severity{"no-names": dupcheck.Off, dupcheck.NoName: 9, "would-prune": dupcheck.Off},
		ClusterScoped: []dupcheck.GroupKind{kind, {Group: "g"}},
		Namespaced:    []dupcheck.GroupKind{kind},
	}
	err := rules.Validate(dupcheck.AllRules(), dupcheck.RuleTable{{Rule: "would-prune"}})
	want := []string{`rule no-name has no severity 9`, `unknown rule "no-names": did you mean no-name?`, `group "g" has no kind`, `Deployment.apps is both`}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Fatal(err)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("%s, want %s", line, want[i])
		}
	}
	if (&dupcheck.Rules{}).Validate() != nil {
		t.Error("the zero value is valid")
	}
}

// TestSpeltOutNamespace: copies of which one names the default namespace are
// identical, and others are not.
func TestSpeltOutNamespace(t *testing.T) {
	content := func(metadata map[string]any) map[string]any {
		return map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
	}
	plain := holding("", "a", content(map[string]any{"name": "a"}))
	full := holding("shop", "a", content(map[string]any{"name": "a", "namespace": "shop"}))
	other := holding("shop", "a", content(map[string]any{"name": "a", "namespace": "shop", "labels": map[string]any{}}))
	rules := dupcheck.Rules{DefaultNamespace: "shop"}
	if d := only(t, dupcheck.Check(rules, []dupcheck.Object{plain, full})); d.Rule != dupcheck.IdenticalObject {
		t.Error(d)
	}
	d := only(t, dupcheck.Check(rules, []dupcheck.Object{plain, other}))
	if len(d.Differs) != 1 || d.Differs[0] != "metadata.labels" {
		t.Error(d)
	}
	if _, kept := full.Body.(valued).value.(map[string]any)["metadata"].(map[string]any)["namespace"]; !kept {
		t.Error("the caller's value was changed")
	}
}

// TestOtherNumbers: contents made by programs have all types of numbers.
func TestOtherNumbers(t *testing.T) {
	one := []any{1, int32(1), int64(1), uint8(1), float32(1), 1.0, json.Number("1")}
	for _, n := range one {
		a, b := holding("n", "a", map[string]any{"x": one[0]}), holding("n", "a", map[string]any{"x": n})
		if d := only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{a, b})); !d.Identical {
			t.Errorf("%T: %v", n, d.Message)
		}
	}
}

func TestGroupKindOfResources(t *testing.T) {
	for s, want := range map[string]dupcheck.GroupKind{
		"Deployment.apps": {Group: "apps", Kind: "Deployment"}, "Pod": {Kind: "Pod"},
		"Role.rbac.authorization.k8s.io": {Group: "rbac.authorization.k8s.io", Kind: "Role"},
	} {
		if got, ok := dupcheck.ParseGroupKind(s); !ok || got != want || got.String() != s {
			t.Errorf("%s: %v", s, got)
		}
	}
	for _, s := range []string{"", ".apps", "deployments.apps", "pods"} {
		if got, ok := dupcheck.ParseGroupKind(s); ok {
			t.Errorf("%q: %v", s, got)
		}
	}
}

// TestDiagnosticJSON: a diagnostic by itself has the names of the report.
func TestDiagnosticJSON(t *testing.T) {
	d := only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{holding("n", "a", nil), holding("n", "a", nil)}))
	d.Declarations = d.Declarations[:1]
	d.Declarations[0].Tag = func() {} // which is not part of it
	got, err := json.Marshal(d)
	want := `{"rule":"identical-object","severity":"error","set":"","id":{"group":"","kind":"ConfigMap","namespace":"n","name":"a"},` +
		`"message":"ConfigMap n/a is declared twice with identical contents","identical":true,"differs":[],"differsMore":0,"wins":0,` +
		`"effect":"","advice":"remove all but one, or tolerate equal copies","declarations":[{"file":"","line":0,"column":0,"document":0,"path":"","origin":"",` +
		`"apiVersion":"v1","kind":"ConfigMap","namespace":"n","name":"a","generateName":""}]}`
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s\n%s", err, got, want)
	}
	if got, err := json.Marshal(dupcheck.Diagnostic{Rule: dupcheck.NoName}); err != nil || !strings.Contains(string(got), `"severity":"error","set":"","id":null,`) {
		t.Errorf("%v %s", err, got)
	}
}

func TestSeverityText(t *testing.T) {
	for s := dupcheck.Default; s <= dupcheck.Error; s++ {
		var back dupcheck.Severity
		text, err := s.MarshalText()
		if err = errors.Join(err, back.UnmarshalText(text)); err != nil || back != s {
			t.Errorf("%v: %v %v", s, back, err)
		}
	}
	var s dupcheck.Severity
	if err := json.Unmarshal([]byte(`{"a": "warn"}`), &map[string]*dupcheck.Severity{"a": &s}); err != nil {
		t.Error(err)
	}
	if s.UnmarshalText([]byte("fatal")) == nil {
		t.Error("fatal is no severity")
	}
	if _, err := dupcheck.Severity(9).MarshalText(); err == nil {
		t.Error("9 is no severity")
	}
}

// TestNamespaceOfOwnsItsObject: a host that writes to the object it is asked about
// changes no other one.
func TestNamespaceOfOwnsItsObject(t *testing.T) {
	c := dupcheck.Checker{Rules: dupcheck.Rules{NamespaceOf: func(o *dupcheck.Object) string {
		*o = dupcheck.Object{APIVersion: "v9", Kind: "Spoilt", Set: "spoilt", At: dupcheck.Position{File: "spoilt"}}
		return "shop"
	}}}
	for _, name := range []string{"a", "b", "a"} {
		c.Add(dupcheck.Object{APIVersion: "v1", Kind: "ConfigMap", Name: name, At: dupcheck.Position{File: "f"}})
	}
	report := c.Report()
	require.Len(t, report.Diagnostics, 1)
	require.Equal(t, dupcheck.ID{Kind: "ConfigMap", Namespace: "shop", Name: "a"}, report.Diagnostics[0].ID)
	for id, o := range c.Objects() {
		require.Equal(t, []string{"ConfigMap", "shop", "v1", "f", ""}, []string{id.Kind, id.Namespace, o.APIVersion, o.At.File, o.Set})
	}
}

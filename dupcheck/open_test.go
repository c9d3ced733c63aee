package dupcheck_test

import (
	"slices"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// TestVariables: an object whose identity has a variable in it is equal to
// nothing. Two that are written alike are possibly one if they are in one set,
// whatever their contents; of no other pair anything is said.
func TestVariables(t *testing.T) {
	const possible = "possible-duplicate warning"
	role := "rbac.authorization.k8s.io/v1 ClusterRole"
	for _, c := range []struct {
		name string
		a, b dupcheck.Object
		want []string
	}{
		{"a name", object("v1", "ConfigMap", "a", "${APP}"), object("v1", "ConfigMap", "a", "${APP}"), []string{possible}},
		{"part of a name", object("v1", "ConfigMap", "a", "web-${ENV}-x"), object("v1", "ConfigMap", "a", "web-${ENV}-x"), []string{possible}},
		{"a default with a slash", object("v1", "ConfigMap", "a", "${APP:=a/b}"), object("v1", "ConfigMap", "a", "${APP:=a/b}"), []string{possible}},
		{"other variables", object("v1", "ConfigMap", "a", "${APP}"), object("v1", "ConfigMap", "a", "${APP:-x}"), nil},
		{"variables that differ by case", object("v1", "ConfigMap", "a", "${app}"), object("v1", "ConfigMap", "a", "${APP}"), nil},
		{"a literal beside a variable", object("v1", "ConfigMap", "a", "${APP}"), object("v1", "ConfigMap", "a", "app"), nil},
		{"a name, in other namespaces", object("v1", "ConfigMap", "a", "${APP}"), object("v1", "ConfigMap", "b", "${APP}"), nil},
		{"a name, with and without a namespace", object("v1", "ConfigMap", "a", "${APP}"), object("v1", "ConfigMap", "", "${APP}"), nil},
		{"a namespace", object("v1", "ConfigMap", "${NS}", "x"), object("v1", "ConfigMap", "${NS}", "x"), []string{possible}},
		{"a namespace and none", object("v1", "ConfigMap", "${NS}", "x"), object("v1", "ConfigMap", "", "x"), nil},
		{"a namespace and another", object("v1", "ConfigMap", "${NS}", "x"), object("v1", "ConfigMap", "a", "x"), nil},
		{"a namespace of nothing that has one", object("rbac.authorization.k8s.io/v1", "ClusterRole", "${NS}", "x"), object("rbac.authorization.k8s.io/v1", "ClusterRole", "", "x"), []string{duplicate, "namespace-ignored warning"}},
		{"a name that its kind allows", object(cut(role)[0], cut(role)[1], "", "${APP}"), object(cut(role)[0], cut(role)[1], "", "${APP}"), []string{possible}},
		{"a kind", object("v1", "${KIND}", "a", "x"), object("v1", "${KIND}", "a", "x"), []string{possible}},
		{"a kind beside a literal", object("v1", "${KIND}", "a", "x"), object("v1", "ConfigMap", "a", "x"), nil},
		{"an apiVersion", object("${API}", "Deployment", "a", "x"), object("${API}", "Deployment", "a", "x"), []string{possible}},
		{"an apiVersion with a default", object("${API:=apps/v1}", "Deployment", "a", "x"), object("${API:=apps/v1}", "Deployment", "a", "x"), []string{possible}},
		{"a group", object("${GROUP}/v1", "Deployment", "a", "x"), object("${GROUP}/v2", "Deployment", "a", "x"), []string{possible}},
		{"a group beside a literal", object("${GROUP}/v1", "Deployment", "a", "x"), object("apps/v1", "Deployment", "a", "x"), nil},
		{"a version, which does not matter", object("apps/${V}", "Deployment", "a", "x"), object("apps/v1", "Deployment", "a", "x"), []string{duplicate}},
		{"a version with a default", object("apps/${V:=v1}", "Deployment", "a", "x"), object("apps/${V:=v1}", "Deployment", "a", "x"), []string{identical}},
		{"a version with a slash in its default", object("apps/${V:=v1/x}", "Deployment", "a", "x"), object("apps/${V:=v1/x}", "Deployment", "a", "x"), []string{possible}},
		{"a kind of a malformed apiVersion", object("a/b/c", "${KIND}", "a", "x"), object("a/b/c", "${KIND}", "a", "x"), []string{"invalid-type error", "invalid-type error"}},
		{"an escape", object("v1", "ConfigMap", "a", "$${APP}"), object("v1", "ConfigMap", "a", "$${APP}"), []string{identical, "invalid-name warning", "invalid-name warning"}},
		{"an escape before a variable", object("v1", "ConfigMap", "a", "$$${APP}"), object("v1", "ConfigMap", "a", "$$${APP}"), []string{possible}},
		{"no braces", object("v1", "ConfigMap", "a", "$APP"), object("v1", "ConfigMap", "a", "$APP"), []string{identical, "invalid-name warning", "invalid-name warning"}},
		{"an open brace", object("v1", "ConfigMap", "a", "${APP"), object("v1", "ConfigMap", "a", "${APP"), []string{identical, "invalid-name warning", "invalid-name warning"}},
		{"a name beside a bad namespace", object("v1", "ConfigMap", "A", "${APP}"), object("v1", "ConfigMap", "a", "x"), []string{"invalid-name warning"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			objects := []dupcheck.Object{c.a, c.b}
			for range 2 {
				assert.Equal(t, append([]string{}, c.want...), rulesOf(dupcheck.Check(dupcheck.Rules{}, objects)))
				apart := slices.Clone(objects)
				apart[0].Set = "east"
				assert.NotContains(t, rulesOf(dupcheck.Check(dupcheck.Rules{}, apart)), possible, "of two sets")
				slices.Reverse(objects)
			}
		})
	}
}

func cut(s string) [2]string {
	a, b := cutKind(s)
	return [2]string{a, b}
}

// TestVariablesOfGeneratedNames: what has no name is equal to nothing anyway,
// and its prefix may be anything.
func TestVariablesOfGeneratedNames(t *testing.T) {
	o := object("batch/v1", "Job", "a", "")
	o.GenerateName = "${APP:=a/b}-"
	assert.Empty(t, rulesOf(dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{o, o})))
}

// TestVariablesAreReported: the ID of the finding is what is written, so that a
// baseline and a pattern can name it.
func TestVariablesAreReported(t *testing.T) {
	rules := dupcheck.Rules{DefaultNamespace: "shop"}
	objects := []dupcheck.Object{object("v1", "Service", "", "${APP}"), object("v1", "Service", "shop", "${APP}"), object("v1", "Service", "shop", "${APP}")}
	report := dupcheck.Check(rules, objects)
	d := only(t, report)
	assert.Equal(t, dupcheck.ID{Kind: "Service", Namespace: "shop", Name: "${APP}"}, d.ID)
	assert.Equal(t, `Service shop/"${APP}" is declared 3 times; they are one object if the variables in it have the same values`, d.Message)
	assert.Len(t, d.Declarations, 3)
	assert.False(t, d.LastWins)
	accepted := report.Accept(report.Baseline())
	assert.Empty(t, accepted.Diagnostics)
	assert.Empty(t, accepted.Stale)
	pattern, err := dupcheck.ParseIgnore("Service shop/${APP}")
	assert.NoError(t, err)
	ignored, unused := report.Without([]dupcheck.Ignore{pattern})
	assert.Empty(t, ignored.Diagnostics)
	assert.Empty(t, unused)
	rules.Severity = map[dupcheck.Rule]dupcheck.Severity{dupcheck.PossibleDuplicate: dupcheck.Off}
	assert.Empty(t, dupcheck.Check(rules, objects).Diagnostics)

	c := dupcheck.Checker{}
	c.Add(objects[1])
	assert.Equal(t, []dupcheck.ID{d.ID}, c.IDs())
	for _, fields := range [][4]string{{"v1", "Service", "a", "${X}"}, {"v1", "Service", "${X}", "a"}, {"v1", "${X}", "a", "a"}, {"${X:=a/b/c}", "Y", "a", "a"}} {
		id, err := dupcheck.NewID(dupcheck.Rules{}, fields[0], fields[1], fields[2], fields[3])
		assert.NoError(t, err)
		assert.True(t, id.HasVariable(), "%v", id)
	}
	for _, id := range []dupcheck.ID{{Kind: "Service", Name: "$${X}"}, {Kind: "Service", Name: "$X"}, {Kind: "Service", Name: "${X"}} {
		assert.False(t, id.HasVariable(), "%v", id)
	}
}

// TestVariablesOfDefinitions: a CRD with variables says nothing about any kind,
// and contradicts nothing.
func TestVariablesOfDefinitions(t *testing.T) {
	definition := func(name, group, kind, plural string) dupcheck.Object {
		o := object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", name)
		o.CRD = &dupcheck.CRD{Group: group, Kind: kind, Plural: plural, Scope: "Cluster"}
		return o
	}
	assert.Empty(t, rulesOf(dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{
		definition("widgets.${DOMAIN}", "${DOMAIN}", "Widget", "widgets"),
		definition("a.${DOMAIN}", "${DOMAIN}", "Widget", "a"),
		definition("x.example.com", "example.com", "Gadget", "${PLURAL}"),
		definition("gadgets.example.com", "example.com", "Gadget", "gadgets"),
		object("${DOMAIN}/v1", "Widget", "a", "x"), object("${DOMAIN}/v1", "Widget", "b", "x"),
	})))
}

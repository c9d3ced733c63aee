package dupcheck_test

import (
	"errors"
	"testing"

	"github.com/kuniq/kuniq/dupcheck"
)

// triggers has for every rule an input that it finds, and nothing else does.
var triggers = map[dupcheck.Rule]string{
	dupcheck.DuplicateObject:   docs(configMapIn("a", "x", "data: {v: '1'}"), configMapIn("a", "x", "data: {v: '2'}")),
	dupcheck.IdenticalObject:   docs(configMapIn("a", "x"), configMapIn("a", "x")),
	dupcheck.PossibleDuplicate: docs(configMap("x"), configMapIn("a", "x")),
	dupcheck.NearDuplicate:     docs(role("x"), role("X")),
	dupcheck.DuplicateKey:      configMap("x\n  name: z"),
	dupcheck.NotAString:        configMap("on"),
	dupcheck.NestedList:        list("List", "v1", "{apiVersion: v1, kind: List, items: []}"),
	dupcheck.StrayItems:        configMap("x", "items: []"),
	dupcheck.NoName:            "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n",
	dupcheck.NoAPIVersion:      "kind: ConfigMap\nmetadata: {name: x}\n",
	dupcheck.InvalidType:       typed("core/v1", "ConfigMap"),
	dupcheck.InvalidName:       configMap("X"),
	dupcheck.NamespaceIgnored:  clusterRole(", namespace: a"),
	dupcheck.CRDConflict:       crd("foos.apps", "apps", "Foo", "foos", "Namespaced", ""),
}

// TestRules is the list of design section 3: every rule, its default level, and
// that a caller's level replaces it.
func TestRules(t *testing.T) {
	levels := map[dupcheck.Severity][]dupcheck.Rule{
		dupcheck.Error: {
			dupcheck.DuplicateObject, dupcheck.IdenticalObject, dupcheck.DuplicateKey, dupcheck.NotAString,
			dupcheck.NestedList, dupcheck.StrayItems, dupcheck.NoName, dupcheck.CRDConflict,
		},
		dupcheck.Warning: {
			dupcheck.PossibleDuplicate, dupcheck.NamespaceIgnored, dupcheck.NearDuplicate, dupcheck.InvalidName,
			dupcheck.NoAPIVersion, dupcheck.InvalidType,
		},
	}
	count := 0
	for level, rules := range levels {
		for _, rule := range rules {
			count++
			info, ok := dupcheck.AllRules().Info(rule)
			require.True(t, ok, rule)
			assert.Equal(t, level, info.Severity, rule)
			assert.Equal(t, level, rule.DefaultSeverity(), rule)
			assert.NotEmpty(t, info.Summary)
			assert.Equal(t, dupcheck.RulesPage+"#"+string(rule), info.Help)
			parsed, err := dupcheck.ParseRule(string(rule))
			require.NoError(t, err)
			assert.Equal(t, rule, parsed)
			d := only(t, check(t, dupcheck.Rules{}, triggers[rule]))
			assert.Equal(t, rule, d.Rule)
			assert.Equal(t, level, d.Severity, rule)
			assert.NotEmpty(t, d.Message, rule)
			assert.NotEmpty(t, d.Advice, rule)
			assert.NotEmpty(t, d.Declarations, rule)
			for _, other := range []dupcheck.Severity{dupcheck.Info, dupcheck.Warning, dupcheck.Error} {
				set := dupcheck.Rules{Severity: map[dupcheck.Rule]dupcheck.Severity{rule: other}}
				assert.Equal(t, other, only(t, check(t, set, triggers[rule])).Severity, rule)
			}
			off := dupcheck.Rules{Severity: map[dupcheck.Rule]dupcheck.Severity{rule: dupcheck.Off}}
			assert.Empty(t, check(t, off, triggers[rule]).Diagnostics, rule)
		}
	}
	assert.Len(t, dupcheck.AllRules(), count)
	assert.Equal(t, dupcheck.Error, dupcheck.Rule("unknown").DefaultSeverity())
	_, err := dupcheck.ParseRule("near")
	assert.ErrorContains(t, err, `unknown rule "near": use duplicate-object, `)
	for typed, meant := range map[string]string{
		"duplicate-objects": "duplicate-object", "dupicate-key": "duplicate-key", "duplicate_object": "duplicate-object",
		"no-nmae": "no-name", "crdconflict": "crd-conflict", "Near-Duplicate": "near-duplicate",
	} {
		_, err := dupcheck.ParseRule(typed)
		assert.EqualError(t, err, `unknown rule "`+typed+`": did you mean `+meant+`?`)
	}
}

// TestExplained: the text of a rule is the section under its heading, and nothing else.
func TestExplained(t *testing.T) {
	table := dupcheck.NewRuleTable("https://x.example/docs/rules.md", dupcheck.RuleInfo{Rule: "a"}, dupcheck.RuleInfo{Rule: "b"}, dupcheck.RuleInfo{Rule: "c"})
	got := table.Explained("# Rules\n\n## b\n\nSee [A](#a) and [B](other.md#x).\n\n```yaml\n# a.yaml\n### c\n```\n\n## More\n\nx\n\n## a\ny")
	assert.Equal(t, "y", got[0].Text)
	assert.Equal(t, "See [A](#a) and [B](https://x.example/docs/other.md#x).\n\n```yaml\n# a.yaml\n### c\n```", got[1].Text)
	assert.Empty(t, got[2].Text)
	assert.Empty(t, table[0].Text, "the table that was given stays")
}

// TestSplitLevels are the rules with two levels. A caller's level replaces both.
func TestSplitLevels(t *testing.T) {
	unnamed := func(apiVersion, kind string) dupcheck.Object { return object(apiVersion, kind, "", "") }
	definition := object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "widgets.example.com")
	definition.CRD = &dupcheck.CRD{Group: "example.com", Kind: "Widget", Plural: "widgets", Scope: "Namespaced"}
	tests := []struct {
		name    string
		objects []dupcheck.Object
		rule    dupcheck.Rule
		want    dupcheck.Severity
	}{
		{"built-in", []dupcheck.Object{unnamed("v1", "ConfigMap")}, dupcheck.NoName, dupcheck.Error},
		{"built-in group", []dupcheck.Object{unnamed("apps/v1", "Thing")}, dupcheck.NoName, dupcheck.Error},
		{"unknown group", []dupcheck.Object{unnamed("example.com/v1", "Gadget")}, dupcheck.NoName, dupcheck.Warning},
		{"group of a CRD", []dupcheck.Object{unnamed("example.com/v1", "Gadget"), definition}, dupcheck.NoName, dupcheck.Error},
		{"malformed", []dupcheck.Object{object("a/b/c", "X", "", "x")}, dupcheck.InvalidType, dupcheck.Error},
		{"misspelt", []dupcheck.Object{object("core/v1", "ConfigMap", "", "x")}, dupcheck.InvalidType, dupcheck.Warning},
		{"no such name", []dupcheck.Object{object("v1", "ConfigMap", "", "..")}, dupcheck.InvalidName, dupcheck.Error},
		{"name of another kind", []dupcheck.Object{object("v1", "ConfigMap", "", "X")}, dupcheck.InvalidName, dupcheck.Warning},
	}
	for _, tt := range tests {
		d := only(t, dupcheck.Check(dupcheck.Rules{}, tt.objects))
		assert.Equal(t, tt.rule, d.Rule, tt.name)
		assert.Equal(t, tt.want, d.Severity, tt.name)
		info := dupcheck.Rules{Severity: map[dupcheck.Rule]dupcheck.Severity{tt.rule: dupcheck.Info}}
		assert.Equal(t, dupcheck.Info, only(t, dupcheck.Check(info, tt.objects)).Severity, tt.name)
	}
}

func TestObjectsCounted(t *testing.T) {
	r := dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{
		object("v1", "ConfigMap", "", "x"),
		object("v1", "Config", "", ""),                       // no identity
		object("v1", "ConfigMap", "", ""),                    // no name
		object("a/b/c", "ConfigMap", "", "x"),                // malformed
		{APIVersion: "v1", Kind: "ConfigMap", Unnamed: true}, // no string
		{APIVersion: "v1", Kind: "List", Placeholder: true},  // no object
		{Kind: "ConfigMap", Name: "x"},
		{APIVersion: "v1"},
		{}, // not typed
	})
	assert.Equal(t, 5, r.Objects)
	assert.Empty(t, dupcheck.Check(dupcheck.Rules{}, nil).Objects)
}

func TestSets(t *testing.T) {
	in := func(set string, o dupcheck.Object) dupcheck.Object { o.Set = set; return o }
	x, upper, other := role("x"), role("X"), "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: x, namespace: a}\n"
	var objects []dupcheck.Object
	for set, yaml := range map[string]string{"": x, "east": x, "west": upper, "north": other} {
		objects = append(objects, in(set, read(t, yaml)[0]))
	}
	assert.Empty(t, dupcheck.Check(dupcheck.Rules{}, objects).Diagnostics, "objects of different sets never meet")
	d := only(t, dupcheck.Check(dupcheck.Rules{}, append(objects, in("east", read(t, x)[0]))))
	assert.Equal(t, "east", d.Set)
	assert.Len(t, d.Declarations, 2)
}

func TestGenerateNameEqualsNothing(t *testing.T) {
	yaml := "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: job-}\n"
	assert.Empty(t, check(t, dupcheck.Rules{}, docs(yaml, yaml, yaml)).Diagnostics)
	assert.Equal(t, 3, check(t, dupcheck.Rules{}, docs(yaml, yaml, yaml)).Objects)
}

func TestReportAgain(t *testing.T) {
	var c dupcheck.Checker
	assert.Empty(t, c.Report().Diagnostics)
	c.Add(object("v1", "ConfigMap", "a", "x"))
	assert.Empty(t, c.Report().Diagnostics)
	c.Add(object("v1", "ConfigMap", "a", "x"))
	first := c.Report()
	assert.Equal(t, []string{identical}, rulesOf(first))
	assert.Equal(t, first, c.Report())
	c.Add(object("v1", "ConfigMap", "a", "x"))
	assert.Len(t, only(t, c.Report()).Declarations, 3)
	assert.Len(t, only(t, first).Declarations, 2, "an earlier report stays as it is")
	c.Rules.Severity = map[dupcheck.Rule]dupcheck.Severity{dupcheck.IdenticalObject: dupcheck.Info}
	assert.Equal(t, dupcheck.Info, only(t, c.Report()).Severity)
}

// TestManyObjects crosses the pieces in which a Checker keeps its objects.
func TestManyObjects(t *testing.T) {
	const n = 3000
	var c dupcheck.Checker
	for i := range n {
		o := object("v1", "ConfigMap", "a", "x")
		o.At.Line = i + 1
		c.Add(o)
	}
	d := only(t, c.Report())
	require.Len(t, d.Declarations, n)
	for i, declaration := range d.Declarations {
		require.Equal(t, i+1, declaration.Line)
	}
	assert.Equal(t, "ConfigMap a/x is declared 3000 times with identical contents", d.Message)
}

func TestFoundByTheReader(t *testing.T) {
	o := object("v1", "ConfigMap", "a", "x")
	o.Set = "east"
	o.At = dupcheck.Position{File: "f", Line: 3, Column: 9, Document: 1, Path: "items[2]", Origin: "chart"}
	o.ReaderFindings = []dupcheck.Diagnostic{
		{Rule: dupcheck.DuplicateKey, Message: "twice", LastWins: true, Advice: "remove one", Declarations: []dupcheck.Declaration{
			{Position: dupcheck.Position{File: "f", Line: 2, Column: 9, Document: 1}, Name: "y"},
			{Position: dupcheck.Position{Line: 3, Column: 9, Document: 1}},
		}},
		{Rule: dupcheck.StrayItems, Severity: dupcheck.Info, Message: "items"},
	}
	r := dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{o})
	require.Len(t, r.Diagnostics, 2)
	d := r.Diagnostics[0]
	assert.Equal(t, dupcheck.ID{Kind: "ConfigMap", Namespace: "a", Name: "x"}, d.ID)
	assert.Equal(t, "east", d.Set)
	assert.Equal(t, dupcheck.Error, d.Severity)
	assert.Equal(t, []dupcheck.Declaration{
		{Position: dupcheck.Position{File: "f", Line: 2, Column: 9, Document: 1, Path: "items[2]", Origin: "chart"}, APIVersion: "v1", Kind: "ConfigMap", Namespace: "a", Name: "y"},
		{Position: o.At, APIVersion: "v1", Kind: "ConfigMap", Namespace: "a", Name: "x"},
	}, d.Declarations)
	wins, ok := d.Wins()
	assert.True(t, ok)
	assert.Equal(t, 1, wins)
	assert.Equal(t, dupcheck.Info, r.Diagnostics[1].Severity, "the reader's level")
	assert.Equal(t, o.At, r.Diagnostics[1].Declarations[0].Position, "the object's place")
}

// TestConfigKindsAreQuiet: what a server would mind in a file that no server
// reads is not reported.
func TestConfigKindsAreQuiet(t *testing.T) {
	assert.Empty(t, check(t, dupcheck.Rules{}, "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: on}\nitems: []\n").Diagnostics)
	assert.Empty(t, check(t, dupcheck.Rules{}, "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: ["+flow("a", "1")+"]\n").Diagnostics)
}

func TestUnnamedObjects(t *testing.T) {
	for name, yaml := range map[string]string{
		"name": configMap("1"), "namespace": configMapIn("yes", "x"), "kind": typed("v1", "true"),
		"apiVersion": typed("{a: b}", "ConfigMap"), "generateName": "apiVersion: v1\nkind: Pod\nmetadata: {generateName: 1.5}\n",
	} {
		d := only(t, check(t, dupcheck.Rules{}, docs(yaml)))
		assert.Equal(t, dupcheck.NotAString, d.Rule, name)
		assert.Equal(t, dupcheck.ID{}, d.ID, name)
		assert.Len(t, check(t, dupcheck.Rules{}, docs(yaml, yaml)).Diagnostics, 2, "two of them are no duplicates")
	}
}

// TestDoubtfulTypes are the hints at types that no server is likely to know.
func TestDoubtfulTypes(t *testing.T) {
	tests := []struct{ apiVersion, kind, message, advice string }{
		{"core/v1", "ConfigMap", `no API server knows kind "ConfigMap" in group "core"`, `write kind "ConfigMap" in the core group (apiVersion v1)`},
		{"core/v1", "Gadget", `there is no group "core"`, `write apiVersion "v1" for the core group`},
		{"Apps/v1", "Deployment", `no API server knows kind "Deployment" in group "Apps"`, `write kind "Deployment" in group "apps"`},
		{"v1", "configmap", `no API server knows kind "configmap" in the core group (apiVersion v1)`, `write kind "ConfigMap" in the core group (apiVersion v1)`},
		{"v1", "Deployment", `no API server knows kind "Deployment" in the core group (apiVersion v1)`, `write kind "Deployment" in group "apps"`},
		{"v1", " Pod", `no API server knows kind " Pod" in the core group (apiVersion v1)`, `write kind "Pod" in the core group (apiVersion v1)`},
		{"V1", "Pod", `no API server knows kind "Pod" in apiVersion "V1"`, `write apiVersion "v1"`},
		{"apps/V1beta2", "Deployment", `no API server knows kind "Deployment" in apiVersion "apps/V1beta2"`, `write apiVersion "apps/v1beta2"`},
		{"apps/latest", "Deployment", `no API server knows kind "Deployment" in apiVersion "apps/latest"`, `write a version of group "apps"`},
		{"apps/v0", "Deployment", `no API server knows kind "Deployment" in apiVersion "apps/v0"`, `write a version of group "apps"`},
		{"Example.com/v1", "Widget", `no API server has a group like "Example.com"`, `a group is made of lower-case letters, digits, "-" and "."`},
		{"example.com/v1 ", "Widget", `no API server has a version like "v1 "`, `a version is made of lower-case letters, digits and "-"`},
		{"example.com/v1", "Widget ", `kind "Widget " has blanks around it`, "remove the blanks"},
		{"example.com/", "Widget", `apiVersion "example.com/" is malformed`, `write it as "VERSION" or "GROUP/VERSION"`},
		{"example.com/v1", "", `a manifest with apiVersion "example.com/v1" has no kind`, "add kind: without it the object is not checked, and kubectl refuses it"},
		{"", "Widget", `a manifest of kind "Widget" has no apiVersion`, "add apiVersion: without it the object is not checked, and kubectl refuses it"},
	}
	for _, tt := range tests {
		d := only(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{object(tt.apiVersion, tt.kind, "", "x")}))
		assert.Equal(t, tt.message, d.Message)
		assert.Equal(t, tt.advice, d.Advice, tt.message)
	}
	for apiVersion, kind := range map[string]string{
		"apps/v1beta1": "Deployment", "flowcontrol.apiserver.k8s.io/v1alpha3": "FlowSchema", "example.com/stable": "Widget", "v1": "Gadget",
		"config.istio.io/v1alpha2": "rule", "v1alpha1": "Gadget", "serving.knative.dev/v1": "Service",
	} {
		assert.Empty(t, dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{object(apiVersion, kind, "", "x")}).Diagnostics, apiVersion)
	}
	known := dupcheck.Rules{OpenShift: true}
	assert.Empty(t, dupcheck.Check(known, []dupcheck.Object{object("v1", "Role", "", "x")}).Diagnostics)
	assert.Equal(t, []string{invalidType}, rulesOf(dupcheck.Check(dupcheck.Rules{}, []dupcheck.Object{object("v1", "Role", "", "x")})))
}

func TestNewIDErrors(t *testing.T) {
	tests := []struct {
		apiVersion, kind, name string
		noIdentity             bool
		message                string
	}{
		{"", "Pod", "x", false, `apiVersion "" is not of the form VERSION or GROUP/VERSION`},
		{"a/b/c", "Pod", "x", false, `apiVersion "a/b/c" is not of the form VERSION or GROUP/VERSION`},
		{"v1", "", "x", false, "no kind"},
		{"v1", "Pod", "", true, `"v1" "Pod" has no name: no identity`},
		{"v1", "Binding", "x", true, `no API server stores "v1" "Binding": no identity`},
		{"v1", "Config", "x", true, `no API server stores "v1" "Config": no identity`},
	}
	for _, tt := range tests {
		id, err := dupcheck.NewID(dupcheck.Rules{}, tt.apiVersion, tt.kind, "", tt.name)
		require.EqualError(t, err, tt.message)
		if tt.noIdentity {
			assert.ErrorIs(t, err, dupcheck.ErrNoIdentity)
		} else {
			assert.False(t, errors.Is(err, dupcheck.ErrNoIdentity))
		}
		assert.Empty(t, id)
	}
	id, err := dupcheck.NewID(dupcheck.Rules{}, "core/v1", "configmap", "", "../x")
	require.NoError(t, err, "doubts are no errors")
	assert.Equal(t, dupcheck.ID{Group: "core", Kind: "configmap", Name: "../x"}, id)
}

func TestIDs(t *testing.T) {
	c := dupcheck.Checker{Rules: dupcheck.Rules{DefaultNamespace: "d"}}
	generated := object("v1", "ConfigMap", "", "")
	generated.GenerateName = "x-"
	definition := object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "globs.example.com")
	definition.CRD = &dupcheck.CRD{Group: "example.com", Kind: "Glob", Plural: "globs", Scope: "Cluster"}
	for _, o := range []dupcheck.Object{
		object("v1", "ConfigMap", "", "x"), generated, object("v1", "Binding", "", "x"),
		object("example.com/v1", "Glob", "a", "x"), definition,
	} {
		c.Add(o)
	}
	assert.Equal(t, []dupcheck.ID{
		{Kind: "ConfigMap", Namespace: "d", Name: "x"},
		{Kind: "ConfigMap", Namespace: "d"},
		{},
		{Group: "example.com", Kind: "Glob", Name: "x"},
		{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition", Name: "globs.example.com"},
	}, c.IDs())
}

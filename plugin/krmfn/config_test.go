package krmfn

import (
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func TestConfigIsStrict(t *testing.T) {
	configMapOf := func(data string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n" + indent(data)
	}
	for name, tt := range map[string]struct{ config, log string }{
		"a typo":             {uniqueSpec("defaultNamespace: shop\nemitt: none"), "functionConfig.spec.emitt (line 10 of the ResourceList) is unknown: use clusterScoped, defaultNamespace, emit, identical, ignore, openshift, severity, skipLocalConfig"},
		"beside spec":        {"apiVersion: kuniq.dev/v1alpha1\nkind: UniqueObjects\nidentical: warn\n", "functionConfig.identical (line 7 of the ResourceList) is unknown: use apiVersion, kind, metadata, spec"},
		"of the other kind":  {filesSpec("ignore: []"), "functionConfig.spec.ignore (line 9 of the ResourceList) is unknown: use clusterScoped, defaultNamespace, directory, layout, openshift"},
		"twice":              {uniqueSpec("emit: items\nemit: none"), "functionConfig.spec.emit (line 10 of the ResourceList) is given twice"},
		"another case":       {uniqueSpec("defaultnamespace: x"), "functionConfig.spec.defaultnamespace (line 9"},
		"a merge key":        {uniqueSpec("<<: {emit: none}"), "functionConfig.spec.<< (line 9"},
		"another kind":       {"apiVersion: kuniq.dev/v1alpha1\nkind: UniqueObject\n", `functionConfig (line 5 of the ResourceList) is "UniqueObject" of "kuniq.dev/v1alpha1": use UniqueObjects or OneObjectPerFile of kuniq.dev/v1alpha1, or a ConfigMap`},
		"another version":    {"apiVersion: kuniq.dev/v1\nkind: UniqueObjects\n", `is "UniqueObjects" of "kuniq.dev/v1"`},
		"no kind":            {"spec: {}\n", `is "" of ""`},
		"not a mapping":      {"- a", "functionConfig (line 5 of the ResourceList) must be a mapping"},
		"spec not a mapping": {"apiVersion: kuniq.dev/v1alpha1\nkind: UniqueObjects\nspec: [a]\n", "functionConfig.spec (line 7 of the ResourceList) must be a mapping"},
		"not a string":       {uniqueSpec("defaultNamespace: 1"), "functionConfig.spec.defaultNamespace (line 9 of the ResourceList) must be a string"},
		"not a boolean":      {uniqueSpec("openshift: yes"), "must be true or false"},
		"not a list":         {uniqueSpec("clusterScoped: A.b"), "must be a list"},
		"emit":               {uniqueSpec("emit: nothing"), `"nothing": use items or none`},
		"identical":          {uniqueSpec("identical: never"), `has an unknown severity "never": use error, warning, info or off`},
		"a rule":             {uniqueSpec("severity: {duplicate: warn}"), "functionConfig.spec.severity.duplicate (line 9 of the ResourceList) is unknown: use crd-conflict, duplicate-key,"},
		"a level":            {uniqueSpec("severity: {no-name: 1}"), "functionConfig.spec.severity.no-name (line 9 of the ResourceList) must be a string"},
		"ignore":             {uniqueSpec("ignore: [Secret]"), `"Secret" is not of the form KIND[.GROUP] [NAMESPACE/]NAME`},
		"ignore, a field":    {uniqueSpec("ignore: [{names: x}]"), "functionConfig.spec.ignore.names (line 9 of the ResourceList) is unknown: use group, kind, name, namespace"},
		"ignore, a blank":    {uniqueSpec("ignore: [{kind: 'A b'}]"), `"A b" holds what no kind has`},
		"cluster-scoped":     {uniqueSpec("clusterScoped: [.group]"), `".group" is not of the form KIND.GROUP`},
		"data":               {configMapOf("ignore: Secret a"), "functionConfig.data.ignore (line 9 of the ResourceList) is unknown: use defaultNamespace, emit, identical, kind, openshift, skipLocalConfig"},
		"data, kind":         {configMapOf("kind: Unique"), `functionConfig.data.kind (line 9 of the ResourceList) "Unique": use UniqueObjects or OneObjectPerFile`},
		"a layout":           {filesSpec("layout: deep"), `unknown layout "deep"`},
		"a template":         {filesSpec("layout: '{{ .x | nothing }}'"), "the layout is not a template"},
		"outside":            {filesSpec("directory: a/../../b"), "is not a directory below the package"},
		"absolute":           {filesSpec("directory: /etc"), "is not a directory below the package"},
		"hostile":            {uniqueSpec(`"a\n::error::x": 1`), `functionConfig.spec."functionConfig.spec.a`},
	} {
		t.Run(name, func(t *testing.T) {
			out := Run([]byte(withConfig(listOf(), tt.config)), Env{})
			assert.Equal(t, BadConfig, out.Code, out.Log)
			assert.Empty(t, out.Output)
			if name != "hostile" {
				assert.Contains(t, out.Log, tt.log)
			}
			assert.Equal(t, 1, strings.Count(out.Log, "\n"), "one line: %s", out.Log)
		})
	}
}

func TestConfigDecides(t *testing.T) {
	object := func(kind, namespace, value string) string {
		return "- apiVersion: " + kind + "\n  metadata: {name: a" + namespace + "}\n  data: {k: " + value + "}\n"
	}
	cm, widget, route := "v1\n  kind: ConfigMap", "example.com/v1\n  kind: Widget", "v1\n  kind: Route"
	same := listOf(object(cm, ", namespace: shop", "v"), object(cm, ", namespace: shop", "v"))
	data := func(s string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {" + s + "}\n"
	}
	for name, tt := range map[string]struct {
		list, config string
		code         int
		log          string
	}{
		"no namespace":             {listOf(object(cm, "", "v"), object(cm, ", namespace: shop", "w")), uniqueSpec("{}"), Clean, "1 warning"},
		"default namespace":        {listOf(object(cm, "", "v"), object(cm, ", namespace: shop", "w")), uniqueSpec("defaultNamespace: shop"), Findings, "1 error"},
		"default namespace, data":  {listOf(object(cm, "", "v"), object(cm, ", namespace: shop", "w")), data("defaultNamespace: shop"), Findings, "1 error"},
		"identical":                {same, uniqueSpec("{}"), Findings, "1 error"},
		"identical: warn":          {same, uniqueSpec("identical: warn"), Clean, "no duplicates, 1 warning"},
		"identical: allow, data":   {same, data("identical: allow"), Clean, "2 objects, no duplicates\n"},
		"severity":                 {same, uniqueSpec("severity: {identical-object: info}"), Clean, "no duplicates\n"},
		"severity over identical":  {same, uniqueSpec("severity: {identical-object: error}\nidentical: allow"), Findings, "1 error"},
		"ignore":                   {same, uniqueSpec("ignore: ['ConfigMap shop/*']"), Clean, "no duplicates\n"},
		"ignore, a mapping":        {same, uniqueSpec("ignore: [{kind: ConfigMap, namespace: shop}]"), Clean, "no duplicates\n"},
		"ignore, the core group":   {same, uniqueSpec("ignore: [{group: '', name: a}]"), Clean, "no duplicates\n"},
		"ignore, another":          {same, uniqueSpec("ignore: [{group: apps}]"), Findings, "1 error"},
		"cluster-scoped":           {listOf(object(widget, ", namespace: p", "v"), object(widget, ", namespace: q", "w")), uniqueSpec("clusterScoped: [Widget.example.com]"), Findings, "1 error"},
		"not cluster-scoped":       {listOf(object(widget, ", namespace: p", "v"), object(widget, ", namespace: q", "w")), uniqueSpec("clusterScoped: []"), Clean, "no duplicates"},
		"OpenShift":                {listOf(object(route, ", namespace: x", "v"), object("route.openshift.io/"+route, ", namespace: x", "w")), uniqueSpec("openshift: true"), Findings, "1 error"},
		"OpenShift, data":          {listOf(object(route, ", namespace: x", "v"), object("route.openshift.io/"+route, ", namespace: x", "w")), data("openshift: 'true'"), Findings, "1 error"},
		"not OpenShift":            {listOf(object(route, ", namespace: x", "v"), object("route.openshift.io/"+route, ", namespace: x", "w")), uniqueSpec("openshift: false"), Clean, "no duplicates"},
		"no spec":                  {same, "apiVersion: kuniq.dev/v1alpha1\nkind: UniqueObjects\n", Findings, "1 error"},
		"no data":                  {same, "apiVersion: v1\nkind: ConfigMap\ndata: null\n", Findings, "1 error"},
		"null":                     {same, "null", Findings, "1 error"},
		"one object per file":      {same, filesSpec("{}"), Findings, "1 error"},
		"local-config":             {strings.ReplaceAll(same, "name: a", "annotations: {config.kubernetes.io/local-config: 'true'}, name: a"), uniqueSpec("{}"), Clean, "0 objects, nothing was checked, 2 local-config left out"},
		"local-config: false":      {strings.ReplaceAll(same, "name: a", "annotations: {config.kubernetes.io/local-config: 'false'}, name: a"), uniqueSpec("{}"), Findings, "1 error"},
		"skipLocalConfig":          {strings.ReplaceAll(same, "name: a", "annotations: {config.kubernetes.io/local-config: 'true'}, name: a"), uniqueSpec("skipLocalConfig: false"), Findings, "1 error"},
		"a config in front, alias": {"functionConfig: &c {apiVersion: kuniq.dev/v1alpha1, kind: UniqueObjects, spec: {identical: &w warn}}\n" + same, "", Clean, "1 warning"},
	} {
		t.Run(name, func(t *testing.T) {
			input := tt.list
			if tt.config != "" {
				input = withConfig(tt.list, tt.config)
			}
			out := Run([]byte(input), Env{})
			assert.Equal(t, tt.code, out.Code, out.Log)
			assert.Contains(t, out.Log, tt.log)
		})
	}
}

// TestDefinition holds definition.yaml against the code, field by field.
func TestDefinition(t *testing.T) {
	f, err := os.Open("definition.yaml")
	require.NoError(t, err)
	defer f.Close()
	decoder := yaml.NewDecoder(f)
	want := map[string][]setting{kindUnique: uniqueSettings, kindFiles: filesSettings}
	for {
		var value any
		if err := decoder.Decode(&value); err == io.EOF {
			break
		} else {
			require.NoError(t, err)
		}
		text, err := json.Marshal(value)
		require.NoError(t, err)
		var d framework.KRMFunctionDefinition
		strict := json.NewDecoder(strings.NewReader(string(text)))
		require.NoError(t, strict.Decode(&d))
		assert.Equal(t, framework.FunctionDefinitionKind, d.Kind)
		assert.Equal(t, framework.FunctionDefinitionGroupVersion, d.APIVersion)
		version := d.Spec.Versions[0]
		assert.Equal(t, apiVersion, d.Spec.Group+"/"+version.Name)
		kind := d.Spec.Names.Kind
		require.Contains(t, want, kind)
		var got []string
		for name := range version.Schema.OpenAPIV3Schema.Properties["spec"].Properties {
			got = append(got, name)
		}
		slices.Sort(got)
		assert.Equal(t, slices.Sorted(slices.Values(names(want[kind], false))), got, kind)
		for name, p := range version.Schema.OpenAPIV3Schema.Properties["spec"].Properties {
			i := slices.IndexFunc(want[kind], func(s setting) bool { return s.name == name })
			scalar := p.Type.Contains("string") || p.Type.Contains("boolean")
			assert.Equal(t, want[kind][i].scalar, scalar, "%s.%s", kind, name)
			for _, level := range p.Enum {
				c := &config{kind: kind}
				node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: level.(string)}
				assert.NoError(t, want[kind][i].set(c, value_(node)), "%s.%s: %s", kind, name, level)
			}
		}
		delete(want, kind)
	}
	assert.Empty(t, want, "kinds without a definition")
}

func value_(n *yaml.Node) value { return value{node: n, path: "x"} }

func TestDoc(t *testing.T) {
	var doc map[string]any
	require.NoError(t, json.Unmarshal(Doc(), &doc))
	for _, key := range []string{"short", "long", "examples", "image", "description", "tags", "sourceURL", "examplePackageURLs", "license", "hidden"} {
		assert.Contains(t, doc, key)
	}
	assert.Equal(t, "Fail when two objects of a package are the same object.", doc["short"])
	assert.Contains(t, doc["long"], "UniqueObjects")
	assert.Contains(t, doc["examples"], "kpt fn eval")
	var file map[string]any
	require.NoError(t, yaml.Unmarshal(metadataFile, &file))
	for key, value := range file {
		assert.Equal(t, value, doc[key], key)
	}
}

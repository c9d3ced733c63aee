package argocd_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout/gitops"
	"github.com/kuniq/kuniq/plugin/deploy"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/impact"
)

// appSet is an ApplicationSet with the generators as flow YAML.
func appSet(name, generators, template string, more ...string) string {
	path := "apps/{{cluster}}"
	if slices.Contains(more, goTemplate) {
		path = "apps"
	}
	return fmt.Sprintf(`apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: %s, namespace: argocd}
spec:
  %s
  generators: %s
  template:
    metadata: {name: '%s'}
    spec:
      project: default
      source: {repoURL: https://git.example.com/config.git, path: '%s', targetRevision: HEAD}
      destination: {server: https://prod01, namespace: x}
      syncPolicy: {automated: {prune: true}}
`, name, strings.Join(more, "\n  "), generators, template, path)
}

const goTemplate = "goTemplate: true"

// expand returns the names of what a set generates, and the patterns.
func expand(t testing.TB, manifest string, checkout fs.FS) (names, patterns []string, reason string) {
	t.Helper()
	d := gitops.Parse(gitops.ArgoCD, "", "set.yaml", []byte(manifest))
	require.Empty(t, d.Problems)
	require.Len(t, d.ApplicationSets, 1)
	applications, unexpanded := argocd.Expand(checkout, &d.ApplicationSets[0])
	for _, a := range applications {
		names = append(names, a.Metadata.Name)
	}
	for _, p := range unexpanded {
		patterns, reason = append(patterns, p.Name), p.Reason.String()
	}
	return names, patterns, reason
}

func TestExpand(t *testing.T) {
	checkout := tree(
		"apps/one/a.yaml", config, "apps/two/a.yaml", config, "apps/two/deep/a.yaml", config, "apps/.hidden/a.yaml", config,
		"clusters/eu/config.json", `{"cluster": {"name": "eu", "size": 3, "big": 1000000}}`,
		"clusters/us/config.json", `[{"cluster": {"name": "us"}}, {"cluster": {"name": "us2"}}]`,
		"odd/text.yaml", "text", "odd/empty.yaml", "", "odd/two.yaml", "a: b\n---\na: c\n",
	)
	for _, tt := range []struct {
		name, generators, template string
		more                       []string
		want, patterns             []string
	}{
		{name: "list", generators: `[{list: {elements: [{cluster: a}, {cluster: b, values: {x: z}}]}}]`, template: "{{cluster}}-web{{ values.x }}", want: []string{"a-web{{ values.x }}", "b-webz"}},
		{name: "list, go", generators: `[{list: {elements: [{cluster: a}, {cluster: b}]}}]`, template: "{{.cluster}}-web", more: []string{goTemplate}, want: []string{"a-web", "b-web"}},
		{name: "list with a number", generators: `[{list: {elements: [{cluster: 1}]}}]`, template: "{{cluster}}-web", patterns: []string{"*-web"}},
		{name: "list with a number, go", generators: `[{list: {elements: [{cluster: 1000000}]}}]`, template: "{{.cluster}}-web", more: []string{goTemplate}, want: []string{"1e+06-web"}},
		{name: "list with elementsYaml", generators: `[{list: {elementsYaml: "[{cluster: a}]"}}]`, template: "{{.cluster}}", more: []string{goTemplate}, want: []string{"a"}},
		{name: "two generators", generators: `[{list: {elements: [{cluster: a}]}}, {list: {elements: [{cluster: b}]}}]`, template: "{{cluster}}", want: []string{"a", "b"}},
		{name: "directories", generators: `[{git: {directories: [{path: "apps/*"}]}}]`, template: "{{path.basename}}-{{path[0]}}", want: []string{"one-apps", "two-apps"}},
		{name: "directories, deeper", generators: `[{git: {directories: [{path: "apps/*/*"}]}}]`, template: "{{path.basename}}", want: []string{"deep"}},
		{name: "directories, excluded", generators: `[{git: {directories: [{path: "apps/*"}, {path: apps/one, exclude: true}]}}]`, template: "{{path.basenameNormalized}}", want: []string{"two"}},
		{name: "directories, go", generators: `[{git: {directories: [{path: "apps/*"}], values: {x: "{{.path.basename}}!"}}}]`, template: "{{index .path.segments 1}}-{{.values.x}}", more: []string{goTemplate}, want: []string{"one-one!", "two-two!"}},
		{name: "directories with a prefix", generators: `[{git: {directories: [{path: "apps/*"}], pathParamPrefix: p}}]`, template: "{{p.path.basename}}", want: []string{"one", "two"}},
		{name: "files", generators: `[{git: {files: [{path: "clusters/**/config.json"}]}}]`, template: "{{cluster.name}}-{{path.basename}}-{{path.filename}}", want: []string{"eu-eu-config.json", "us-us-config.json", "us2-us-config.json"}},
		{name: "files, go", generators: `[{git: {files: [{path: "clusters/*/config.json"}]}}]`, template: "{{.cluster.name}}{{.path.path}}", more: []string{goTemplate}, want: []string{"euclusters/eu", "usclusters/us", "us2clusters/us"}},
		{name: "files, excluded", generators: `[{git: {files: [{path: "clusters/*/config.json"}, {path: "clusters/us/*", exclude: true}]}}]`, template: "{{cluster.name}}", want: []string{"eu"}},
		{name: "matrix", generators: `[{matrix: {generators: [{git: {directories: [{path: "apps/*"}]}}, {list: {elements: [{cluster: a}, {cluster: b}]}}]}}]`, template: "{{path.basename}}-{{cluster}}", want: []string{"one-a", "one-b", "two-a", "two-b"}},
		{name: "matrix whose second uses the first", generators: `[{matrix: {generators: [{list: {elements: [{dir: apps}]}}, {git: {directories: [{path: "{{dir}}/*"}]}}]}}]`, template: "{{path.basename}}-{{dir}}", want: []string{"one-apps", "two-apps"}},
		{name: "matrix, go: the first stays", generators: `[{matrix: {generators: [{list: {elements: [{x: a, nested: {p: 1}}]}}, {list: {elements: [{x: b, nested: {p: 2, q: 3}}]}}]}}]`, template: "{{.x}}{{.nested.p}}{{.nested.q}}", more: []string{goTemplate}, want: []string{"a13"}},
		{name: "matrix of two values for one name", generators: `[{matrix: {generators: [{list: {elements: [{x: a}]}}, {list: {elements: [{x: b}]}}]}}]`, template: "{{x}}", patterns: []string{"*"}},
		{name: "merge", generators: `[{merge: {mergeKeys: [cluster], generators: [{list: {elements: [{cluster: a, x: one}, {cluster: b, x: two}]}}, {list: {elements: [{cluster: b, x: three}, {cluster: c, x: four}]}}]}}]`, template: "{{cluster}}-{{x}}", want: []string{"a-one", "b-three"}},
		{name: "merge with an empty value", generators: `[{merge: {mergeKeys: [cluster], generators: [{list: {elements: [{cluster: a, x: one}]}}, {list: {elements: [{cluster: a, x: ""}]}}]}}]`, template: "{{cluster}}-{{x}}", want: []string{"a-"}},
		{name: "merge with an empty value, go", generators: `[{merge: {mergeKeys: [cluster], generators: [{list: {elements: [{cluster: a, x: one}]}}, {list: {elements: [{cluster: a, x: ""}]}}]}}]`, template: "{{.cluster}}-{{.x}}", more: []string{goTemplate}, want: []string{"a-one"}},
		{name: "matrix whose second has values of both", generators: `[{matrix: {generators: [{list: {elements: [{env: dev}]}}, {git: {directories: [{path: "apps/*"}], values: {x: "{{.path.basename}}", z: "{{.env}}"}}}]}}]`, template: "{{.values.x}}-{{.values.z}}", more: []string{goTemplate}, want: []string{"one-dev", "two-dev"}},
		{name: "two kinds in one generator", generators: `[{list: {elements: [{cluster: a}]}, clusters: {}}]`, template: "{{cluster}}", patterns: []string{"*"}},
		{name: "no parameters", generators: `[{list: {elements: [{}]}}]`, template: "{{.cluster}}", more: []string{goTemplate}, want: []string{"{{.cluster}}"}},
		{name: "matrix in merge", generators: `[{merge: {mergeKeys: [x], generators: [{matrix: {generators: [{list: {elements: [{x: a}]}}, {list: {elements: [{w: b}]}}]}}, {list: {elements: [{x: a, z: c}]}}]}}]`, template: "{{x}}{{w}}{{z}}", want: []string{"abc"}},
		{name: "selector", generators: `[{list: {elements: [{cluster: a, env: v}, {cluster: b, env: w}]}, selector: {matchLabels: {env: w}}}]`, template: "{{cluster}}", want: []string{"b"}},
		{name: "selector with an expression", generators: `[{list: {elements: [{cluster: a, env: v}, {cluster: b}]}, selector: {matchExpressions: [{key: env, operator: DoesNotExist}]}}]`, template: "{{cluster}}", want: []string{"b"}},
		{name: "a template of the generator", generators: `[{list: {elements: [{cluster: a}], template: {metadata: {name: "own-{{cluster}}"}}}}]`, template: "{{cluster}}", want: []string{"own-a"}},
		{name: "functions", generators: `[{list: {elements: [{cluster: A_b}]}}]`, template: `{{.cluster | normalize}}-{{lower .cluster | replace "_" "x"}}-{{printf "%02d" 7}}`, more: []string{goTemplate}, want: []string{"a-b-axb-07"}},
		{name: "missing, go", generators: `[{list: {elements: [{cluster: a}]}}]`, template: "{{.missing}}x", more: []string{goTemplate}, want: []string{"<no value>x"}},
		{name: "missing, an error", generators: `[{list: {elements: [{cluster: a}]}}]`, template: "{{.missing}}x", more: []string{goTemplate, `goTemplateOptions: ["missingkey=error"]`}, patterns: []string{"*x"}},
		{name: "text beside elements", generators: `[{list: {elements: [{cluster: a}], elementsYaml: "[{cluster: b}, {cluster: 1}]"}}]`, template: "{{cluster}}", want: []string{"a", "b", "{{cluster}}"}},
		{name: "two kinds that are known", generators: `[{list: {elements: [{cluster: a}]}, git: {directories: [{path: "apps/*"}]}}]`, template: "{{cluster}}{{path.basename}}", want: []string{"a{{path.basename}}", "{{cluster}}one", "{{cluster}}two"}},
		{name: "two kinds inside of a matrix", generators: `[{matrix: {generators: [{list: {elements: [{cluster: a}]}, git: {directories: [{path: "apps/*"}]}}, {list: {elements: [{b: c}]}}]}}]`, template: "x", patterns: []string{"x"}},
		{name: "no kind", generators: `[{}, {list: {elements: [{cluster: a}]}}]`, template: "{{cluster}}", want: []string{"a"}},
		{name: "no kind inside of a merge", generators: `[{merge: {mergeKeys: [a], generators: [{}, {list: {elements: [{a: c}]}}]}}]`, template: "x", patterns: []string{"x"}},
		{name: "a matrix of three", generators: `[{matrix: {generators: [{list: {elements: [{a: b}]}}, {list: {elements: [{c: d}]}}, {list: {elements: [{e: f}]}}]}}]`, template: "x", patterns: []string{"x"}},
		{name: "a matrix in a matrix", generators: `[{matrix: {generators: [{matrix: {generators: [{list: {elements: [{a: b}]}}, {list: {elements: [{c: d}]}}]}}, {list: {elements: [{e: f}]}}]}}]`, template: "{{a}}{{c}}{{e}}", want: []string{"bdf"}},
		{name: "a matrix in a matrix in a matrix", generators: `[{matrix: {generators: [{matrix: {generators: [{matrix: {generators: [{list: {elements: [{a: b}]}}, {list: {elements: [{c: d}]}}]}}, {list: {elements: [{e: f}]}}]}}, {list: {elements: [{g: h}]}}]}}]`, template: "x", patterns: []string{"x"}},
		{name: "a matrix with a mapping in a text", generators: `[{matrix: {generators: [{list: {elementsYaml: "[{a: {b: c}}]"}}, {list: {elementsYaml: "[{a: {b: c}}]"}}]}}]`, template: "x", want: []string{"x"}},
		{name: "a merge of two alike", generators: `[{merge: {mergeKeys: [a], generators: [{list: {elements: [{a: b}, {a: b}]}}, {list: {elements: [{a: c}]}}]}}]`, template: "x", patterns: []string{"x"}},
		{name: "a merge by what is missing", generators: `[{merge: {mergeKeys: [values.a], generators: [{list: {elements: [{a: b}, {a: c}]}}, {list: {elements: [{a: c}]}}]}}]`, template: "x", more: []string{goTemplate}, patterns: []string{"x"}},
		{name: "a selector that matches nothing", generators: `[{list: {elements: [{cluster: a}]}, selector: {matchLabels: {cluster: b}}}]`, template: "{{cluster}}"},
		{name: "a selector: Exists", generators: `[{list: {elements: [{cluster: a, env: v}, {cluster: b}]}, selector: {matchExpressions: [{key: env, operator: Exists}]}}]`, template: "{{cluster}}", want: []string{"a"}},
		{name: "a selector: NotIn", generators: `[{list: {elements: [{cluster: a, env: v}, {cluster: b}, {cluster: c, env: "any / text"}]}, selector: {matchExpressions: [{key: env, operator: NotIn, values: ["any / text"]}]}}]`, template: "{{cluster}}", want: []string{"a", "b"}},
		{name: "a selector of nested values", generators: `[{list: {elements: [{cluster: a, x: {z: [p, q]}}, {cluster: b, x: {z: [q]}}]}, selector: {matchLabels: {x.z.0: q}}}]`, template: "{{.cluster}}", more: []string{goTemplate}, want: []string{"b"}},
		{name: "a selector without values", generators: `[{list: {elements: [{cluster: a}]}, selector: {matchExpressions: [{key: cluster, operator: In}]}}]`, template: "x", patterns: []string{"x"}},
		{name: "a selector with values too many", generators: `[{list: {elements: [{cluster: a}]}, selector: {matchExpressions: [{key: cluster, operator: Exists, values: [a]}]}}]`, template: "x", patterns: []string{"x"}},
		{name: "a selector with another operator", generators: `[{list: {elements: [{cluster: a}]}, selector: {matchExpressions: [{key: cluster, operator: Gt, values: ["1"]}]}}]`, template: "x", patterns: []string{"x"}},
		{name: "a selector whose key is no label", generators: `[{list: {elements: [{cluster: a}]}, selector: {matchLabels: {"path[0]": a}}}]`, template: "x", patterns: []string{"x"}},
		{name: "a selector inside", generators: `[{matrix: {generators: [{list: {elements: [{a: b}, {a: c}]}, selector: {matchLabels: {a: c}}}, {list: {elements: [{d: e}]}}]}}]`, template: "{{a}}{{d}}", want: []string{"ce"}},
		{name: "a selector inside of the first parameter", generators: `[{matrix: {generators: [{list: {elements: [{a: c}]}}, {list: {elements: [{d: b}, {d: c}]}, selector: {matchLabels: {d: "{{a}}"}}}]}}]`, template: "{{a}}{{d}}", want: []string{"cc"}},
		{name: "a template inside does not count", generators: `[{matrix: {generators: [{list: {elements: [{a: b}], template: {metadata: {name: own}}}}, {list: {elements: [{d: e}]}}]}}]`, template: "{{a}}{{d}}", want: []string{"be"}},
		{name: "a template of a matrix", generators: `[{matrix: {generators: [{list: {elements: [{a: b}]}}, {list: {elements: [{d: e}]}}], template: {metadata: {name: "own-{{a}}"}}}}]`, template: "{{a}}{{d}}", want: []string{"own-b"}},
		{name: "files: a pattern that is a directory", generators: `[{git: {files: [{path: "clusters/us"}]}}]`, template: "{{cluster.name}}", want: []string{"us", "us2"}},
		{name: "files: an asterisk crosses slashes", generators: `[{git: {files: [{path: "cl*config.json"}]}}]`, template: "{{cluster.name}}", want: []string{"eu", "us", "us2"}},
		{name: "files: braces that match otherwise", generators: `[{git: {files: [{path: "clusters/{eu,us}/config.json"}]}}]`, template: "{{cluster.name}}", patterns: []string{"*"}},
		{name: "files: braces that match nothing", generators: `[{git: {files: [{path: "clusters/{a,b}/config.json"}]}}]`, template: "{{cluster.name}}"},
		{name: "files: a colon", generators: `[{git: {files: [{path: ":(exclude)clusters"}]}}]`, template: "{{cluster.name}}", patterns: []string{"*"}},
		{name: "files: no mapping", generators: `[{git: {files: [{path: "odd/text.yaml"}]}}]`, template: "x", patterns: []string{"x"}},
		{name: "files: empty", generators: `[{git: {files: [{path: "odd/empty.yaml"}]}}]`, template: "{{path.basename}}", want: []string{"odd"}},
		{name: "files: the first document", generators: `[{git: {files: [{path: "odd/two.yaml"}]}}]`, template: "{{a}}", want: []string{"b"}},
		{name: "files: large numbers", generators: `[{git: {files: [{path: "clusters/eu/config.json"}]}}]`, template: "{{cluster.big}}", want: []string{"1e+06"}},
		{name: "directories: a bad pattern is passed over", generators: `[{git: {directories: [{path: "apps/["}, {path: "apps/one"}]}}]`, template: "{{path.basename}}", want: []string{"one"}},
		{name: "directories: no pattern crosses slashes", generators: `[{git: {directories: [{path: "**"}]}}]`, template: "{{path}}", want: []string{"apps", "clusters", "odd"}},
		{name: "directories: exclusion wins", generators: `[{git: {directories: [{path: "apps/*", exclude: true}, {path: "apps/one"}]}}]`, template: "{{path}}"},
		{name: "neither directories nor files", generators: `[{git: {}}]`, template: "x", patterns: []string{"x"}},
		{name: "keys are templates", generators: `[{list: {elements: [{cluster: a}]}}]`, template: `{{ index (dict "k" "v") "k" }}`, more: []string{goTemplate}, want: []string{"v"}},
		{name: "values do not see each other", generators: `[{git: {directories: [{path: "apps/one"}], values: {x: "{{path.basename}}", z: "{{values.x}}"}}}]`, template: "{{values.x}}{{values.z}}", want: []string{"one{{values.x}}"}},
		{name: "a function that there is not", generators: `[{list: {elements: [{cluster: a}]}}]`, template: `{{ getHostByName "x" }}`, more: []string{goTemplate}, patterns: []string{"*"}},
		{name: "a random name", generators: `[{list: {elements: [{cluster: a}]}}]`, template: `x-{{ randAlpha 3 }}`, more: []string{goTemplate}, patterns: []string{"x-*"}},
		{name: "clusters", generators: `[{clusters: {}}]`, template: "web-{{name}}", patterns: []string{"web-*"}},
		{name: "matrix with clusters", generators: `[{matrix: {generators: [{git: {directories: [{path: "apps/*"}]}}, {clusters: {}}]}}]`, template: "{{path.basename}}-{{name}}-x", patterns: []string{"*-*-x"}},
		{name: "pull requests", generators: `[{pullRequest: {}}]`, template: "pr-{{number}}", patterns: []string{"pr-*"}},
		{name: "nothing known", generators: `[{future: {}}]`, template: "{{x}}", patterns: []string{"*"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			names, patterns, reason := expand(t, appSet("set", tt.generators, tt.template, tt.more...), checkout)
			assert.Equal(t, tt.want, names, reason)
			assert.Equal(t, tt.patterns, patterns)
			assert.Equal(t, tt.patterns != nil, reason != "")
		})
	}
}

// TestExpandIsBounded: no template takes long or much.
func TestExpandIsBounded(t *testing.T) {
	argo := []string{"recursion", "a panic"} // what it could not apply either
	for name, template := range map[string]string{
		"nested loops":    `{{range until 9999}}{{range until 9999}}{{range until 9999}}{{end}}{{end}}{{end}}`,
		"doubling":        `{{$x := "abcdefgh"}}{{range until 60}}{{$x = print $x $x}}{{end}}{{$x}}`,
		"doubling lists":  `{{$x := list 1}}{{range until 60}}{{$x = list $x $x}}{{end}}{{toJson $x}}`,
		"escapes":         `{{$x := "\\"}}{{range until 60}}{{$x = js $x}}{{end}}`,
		"a cycle":         `{{$d := dict}}{{$_ := set $d "a" $d}}{{$d}}`,
		"a cycle of dot":  `{{$_ := set . "a" .}}{{.}}`,
		"a wide number":   `{{printf "%999999999d" 1}}`,
		"a wide argument": `{{printf "%*d" 999999999 1}}`,
		"repeat":          `{{repeat 999999999 "x"}}`,
		"indent":          `{{indent 999999999 "x"}}`,
		"recursion":       `{{define "x"}}{{template "x" .}}{{end}}{{template "x" .}}`,
		"replace":         `{{$x := repeat 8000 "x"}}{{replace "x" $x $x}}`,
		"until":           `{{until 999999999}}`,
		"environment":     `{{env "HOME"}}`,
		"a key":           `{{genPrivateKey "rsa"}}`,
		"a panic":         `{{index (list) 1}}`,
		"text":            `{{range until 9999}}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{end}}`,
	} {
		t.Run(name, func(t *testing.T) {
			names, patterns, reason := expand(t, appSet("set", `[{list: {elements: [{cluster: a}]}}]`, strings.ReplaceAll(template, "'", "''"), goTemplate), nil)
			assert.Empty(t, names)
			assert.Len(t, patterns, 1, reason)
			assert.Equal(t, slices.Contains(argo, name), strings.HasPrefix(reason, "Argo CD could not apply it: "), reason)
		})
	}
	t.Run("a large matrix", func(t *testing.T) {
		many := "{list: {elements: [" + strings.Repeat("{a: b}, ", 3000) + "]}}"
		_, patterns, reason := expand(t, appSet("set", "[{matrix: {generators: ["+many+", "+many+"]}}]", "{{a}}"), nil)
		assert.Len(t, patterns, 1)
		assert.Contains(t, reason, "more than kuniq reads")
	})
}

// TestGenerated: an Application of a set is like any other one, and it is gone with the
// element it came from.
func TestGenerated(t *testing.T) {
	list := func(elements string) string {
		return appSet("set", "[{list: {elements: ["+elements+"]}}]", "{{cluster}}")
	}
	files := []string{"apps/one/pvc.yaml", claimFile("data", ""), "apps/two/c.yaml", config}
	both := tree(append(files, "set.yaml", list("{cluster: one}, {cluster: two}"))...)
	one := func(more string) fs.FS {
		return tree(append(files, "set.yaml", strings.Replace(list("{cluster: two}"), "spec:\n", "spec:\n  syncPolicy: {"+more+"}\n", 1))...)
	}
	for _, tt := range []struct {
		name       string
		base, head fs.FS
		outcomes   []string
		fails      bool
	}{
		{"loses one", both, one(""), []string{"one PersistentVolumeClaim/data: deleted"}, true},
		{"loses one, and deletes none", both, one("applicationsSync: create-update"), nil, false},
		// The finalizer is on the live Application already.
		{"preserves too late", both, one("preserveResourcesOnDeletion: true"), []string{"one PersistentVolumeClaim/data: deleted"}, true},
		{
			"preserved", tree(append(files, "set.yaml", strings.Replace(list("{cluster: one}, {cluster: two}"), "spec:\n", "spec:\n  syncPolicy: {preserveResourcesOnDeletion: true}\n", 1))...),
			one("preserveResourcesOnDeletion: true"),
			[]string{"one PersistentVolumeClaim/data: orphaned"},
			false,
		},
		// The set is gone, and with it all that it owns.
		{"no set", both, tree(files...), []string{"one PersistentVolumeClaim/data: deleted", "two ConfigMap/config: deleted"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := compare(t, tt.base, tt.head, impact.Options{})
			assert.Equal(t, tt.outcomes, outcomes(got))
			assert.Equal(t, tt.fails, got.Fails())
		})
	}
	t.Run("finalizers", func(t *testing.T) {
		own := strings.Replace(list("{cluster: one}"), "metadata: {name: '{{cluster}}'}", "metadata: {name: '{{cluster}}', finalizers: [own]}", 1)
		s := stateOf(t, tree(append(files, "set.yaml", own)...), argocd.Options{})
		require.Len(t, s.Deployers, 1)
		assert.False(t, s.Deployers[0].Policy.Cascade, "a template with a finalizer gets no other")
	})
	t.Run("twice", func(t *testing.T) {
		repo := tree(append(files, "set.yaml", list("{cluster: one}"), "apps.yaml", app{name: "one", path: "x"}.String(), "other.yaml", appSet("other", "[{clusters: {}}]", "on{{name}}"))...)
		report := deploy.Check(stateOf(t, repo, argocd.Options{}), deploy.CheckOptions{})
		var got []string
		for _, d := range report.Diagnostics {
			got = append(got, fmt.Sprintf("%s %s", d.Severity, d.Rule))
		}
		assert.Equal(t, []string{
			"error application-collision",
			"warning application-collision", "warning application-collision", "warning unresolved-deployer", "info not-expanded",
		}, got)
		assert.Equal(t, 1, report.Count(dupcheck.Error))
	})
}

package jsonnethook_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-jsonnet"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/assertion"
	"github.com/kuniq/kuniq/plugin/jsonnethook"
)

// answered is what the library and the Go hook both have to say.
type answered struct {
	Failed     bool // no answer: there is a leaf that is no object
	Collisions []collision
	Problems   []problem
}

type collision struct {
	Rule  string
	ID    dupcheck.ID
	Paths []string
}

type problem struct{ Rule, Path string }

// libraryRules are those of the problems that the library looks for. Names and
// CustomResourceDefinitions it takes as they are.
var libraryRules = []dupcheck.Rule{
	dupcheck.NoName, dupcheck.NotAString, dupcheck.NestedList, dupcheck.StrayItems, dupcheck.InvalidType,
}

func (a *answered) sort() {
	slices.SortFunc(a.Collisions, func(x, y collision) int { return x.ID.Compare(y.ID)*2 + slices.Compare(x.Paths, y.Paths) })
	slices.SortFunc(a.Problems, func(x, y problem) int { return strings.Compare(x.Path+x.Rule, y.Path+y.Rule) })
	a.Problems = slices.Compact(a.Problems)
}

// askHook asks the Go hook.
func askHook(t testing.TB, rules dupcheck.Rules, tree string) answered {
	t.Helper()
	var out answered
	c := jsonnethook.Collector{Rules: rules, AllRules: true}
	if c.Add("", decode(t, tree)) != nil {
		return answered{Failed: true}
	}
	for _, d := range c.Report().Diagnostics {
		switch {
		case d.Severity != dupcheck.Error:
		case d.Rule == dupcheck.DuplicateObject || d.Rule == dupcheck.IdenticalObject:
			var paths []string
			for _, at := range d.Declarations {
				paths = append(paths, at.Path)
			}
			out.Collisions = append(out.Collisions, collision{string(d.Rule), d.ID, paths})
		case slices.Contains(libraryRules, d.Rule):
			out.Problems = append(out.Problems, problem{string(d.Rule), d.Declarations[0].Path})
		}
	}
	out.sort()
	return out
}

// askLibrary asks kuniq.libsonnet. options and tree are jsonnet.
func askLibrary(t testing.TB, options, tree string) answered {
	t.Helper()
	text, err := library(t, fmt.Sprintf("kuniq.report(%s, %s)", tree, options))
	if err != nil {
		require.ErrorContains(t, err, "not a Kubernetes object")
		return answered{Failed: true}
	}
	var out answered
	require.NoError(t, json.Unmarshal([]byte(text), &out), text)
	if len(out.Collisions) == 0 {
		out.Collisions = nil
	}
	if len(out.Problems) == 0 {
		out.Problems = nil
	}
	out.sort()
	_, err = library(t, fmt.Sprintf("kuniq.check(%s, %s)", tree, options))
	require.Equal(t, len(out.Collisions)+len(out.Problems) == 0, err == nil, "check and report disagree")
	return out
}

// withLibrary keeps what it has parsed.
var withLibrary = func() *jsonnet.VM {
	vm := jsonnet.MakeVM()
	vm.Importer(&jsonnet.FileImporter{JPaths: []string{".", casesDir}})
	return vm
}()

func library(t testing.TB, expression string) (string, error) {
	t.Helper()
	return withLibrary.EvaluateAnonymousSnippet("test", "local kuniq = import 'kuniq.libsonnet'; "+expression)
}

// TestLibrarySaysWhatTheHookSays holds kuniq.libsonnet to the cases, and to the
// identities and paths that the Go hook has for them.
func TestLibrarySaysWhatTheHookSays(t *testing.T) {
	for _, want := range answers(t) {
		t.Run(strings.TrimSuffix(want.name+" "+want.namespace, " "), func(t *testing.T) {
			got := askLibrary(t, fmt.Sprintf("{namespace: %q}", want.namespace), "import '"+want.name+".jsonnet'")
			assert.Equal(t, want.outcome == "error", got.Failed)
			assert.Equal(t, want.outcome == "findings", len(got.Collisions)+len(got.Problems) > 0)
			text, err := jsonnet.MakeVM().EvaluateFile(casesDir + "/" + want.name + ".jsonnet")
			require.NoError(t, err)
			assert.Equal(t, askHook(t, dupcheck.Rules{DefaultNamespace: want.namespace}, text), got)
		})
	}
}

// TestLibraryNamesBothPaths: who is told to rename one must find both.
func TestLibraryNamesBothPaths(t *testing.T) {
	for _, call := range []string{"kuniq.check(%s)", "assert kuniq.ok(%s); 1", "%s { assert kuniq.ok(self) }"} {
		_, err := library(t, fmt.Sprintf(call, "(import 'x_incident.jsonnet')"))
		require.ErrorContains(t, err, "Application.argoproj.io argocd/idpe-cd-aws-prod01-eu-central-1 is declared twice "+
			"with different contents: $.idpe, $.iox [duplicate-object]")
	}
}

// TestLibraryReturnsTheTree: check changes nothing, hidden fields included.
func TestLibraryReturnsTheTree(t *testing.T) {
	text, err := library(t, "kuniq.check({ hidden:: 'x', a: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } } }).hidden")
	require.NoError(t, err)
	assert.Equal(t, "\"x\"\n", text)
}

func TestLibraryOptions(t *testing.T) {
	const twice = `local o = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'web-tls', namespace: 'prod' } }; `
	for _, tt := range []struct{ name, tree, options, want string }{
		{"identical", "{a: o, b: o}", "{}", "identical contents: $.a, $.b"},
		{"identical allowed", "{a: o, b: o}", "{identical: 'allow'}", ""},
		{"different is not identical", "{a: o, b: o {x: 1}}", "{identical: 'allow'}", "different contents"},
		{"ignored", "{a: o, b: o {x: 1}}", "{ignore: ['Secret. prod/*-tls']}", ""},
		{"ignored by name", "{a: o, b: o {x: 1}}", "{ignore: ['Sec??t web*']}", ""},
		{"ignored elsewhere", "{a: o, b: o {x: 1}}", "{ignore: ['Secret stage/*']}", "is declared twice"},
		{"ignored kind", "{a: o, b: o {x: 1}}", "{ignore: ['Secret.x.io *', 'Config* *']}", "is declared twice"},
		{"ignore nothing", "{a: o, b: o}", "{ignore: ['Secret']}", "not of the form"},
		{"misspelled", "{}", "{namespaces: 'x'}", `no option "namespaces"`},
		{"wrong value", "{}", "{identical: 'warn'}", `no option "identical"`},
		{"wrong type", "{}", "{ignore: 'x'}", `no option "ignore"`},
		{"cluster-scoped", "{local w = o {apiVersion: 'x.io/v1', kind: 'Widget'}, a: w, b: w {metadata: {name: 'web-tls'}}}", "{clusterScoped: ['Widget.x.io']}", "Widget.x.io web-tls is declared twice"},
		{"not cluster-scoped", "{local w = o {apiVersion: 'x.io/v1', kind: 'Widget'}, a: w, b: w {metadata: {name: 'web-tls'}}}", "{}", ""},
		{"openshift", "{a: o {kind: 'Role'}, b: o {apiVersion: 'authorization.openshift.io/v1', kind: 'Role'}}", "{openshift: true}", "is declared twice"},
		{"no openshift", "{a: o {kind: 'Role'}, b: o {apiVersion: 'authorization.openshift.io/v1', kind: 'Role'}}", "{}", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := library(t, twice+fmt.Sprintf("kuniq.check(%s, %s)", tt.tree, tt.options))
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// TestAGlanceDoesNotMissIt: objects with one identity that do not look alike,
// without anything else that would make the library look at them closely.
func TestAGlanceDoesNotMissIt(t *testing.T) {
	const o = `local o(apiVersion, kind, metadata={}) = { apiVersion: apiVersion, kind: kind, metadata: { name: 'a' } + metadata };
local crd(scope) = o('apiextensions.k8s.io/v1', 'CustomResourceDefinition', { name: 'widgets.x.io' }) { spec: { group: 'x.io', names: { kind: 'Widget' } } + scope };
local n = { namespace: 'n' }, m = { namespace: 'm' }; `
	for _, tt := range []struct{ name, tree, options, want string }{
		{"cluster-scoped", "[o('v1', 'Node', n), o('v1', 'Node', m)]", "{}", "Node a is declared twice"},
		{"with and without namespace", "[o('v1', 'Node', n), o('v1', 'Node')]", "{}", "Node a is declared twice"},
		{"on two levels", "{ a: o('v1', 'Secret'), b: [o('v1', 'Secret')] }", "{}", "$.a, $.b[0]"},
		{"default namespace", "[o('v1', 'Secret', n), o('v1', 'Secret')]", "{ namespace: 'n' }", "Secret n/a is declared twice"},
		{"no default namespace", "[o('v1', 'Secret', n), o('v1', 'Secret')]", "{}", ""},
		{"another kind", "[o('batch/v1', 'CronJob'), o('batch/v2alpha1', 'ScheduledJob')]", "{}", "CronJob.batch a is declared twice"},
		{"another kind of OpenShift", "[o('v1', 'Namespace'), o('project.openshift.io/v1', 'Project', n)]", "{ openshift: true }", "Namespace a is declared twice"},
		{"another group", "[o('apps/v1', 'Deployment', n), o('extensions/v1beta1', 'Deployment', n)]", "{}", "Deployment.apps n/a is declared twice"},
		{"two groups", "[o('v1', 'Service', n), o('serving.knative.dev/v1', 'Service', n)]", "{}", ""},
		{"a definition, later", "[o('x.io/v1', 'Widget', n), o('x.io/v1', 'Widget', m), crd({ scope: 'Cluster' })]", "{}", "Widget.x.io a is declared twice"},
		{"a definition without scope", "[o('x.io/v1', 'Widget', n), o('x.io/v1', 'Widget', m), crd({})]", "{}", ""},
		{"an option", "[o('x.io/v1', 'Widget', n), o('x.io/v1', 'Widget', m)]", "{ clusterScoped: ['Widget.x.io'] }", "Widget.x.io a is declared twice"},
		{"a variable", "[o('v1', 'Secret', { name: '${A}' }), o('v1', 'Secret', { name: '${A}' })]", "{}", ""},
		{"a variable as namespace", "[o('v1', 'Secret', { namespace: 'x-${A}' }), o('v1', 'Secret', { namespace: 'x-${A}' })]", "{}", ""},
		{"an escaped variable", "[o('v1', 'Secret', { name: '$${A}' }), o('v1', 'Secret', { name: '$${A}' })]", "{}", "is declared twice"},
		{"an escape before a variable", "[o('v1', 'Secret', { name: '$$${A}' }), o('v1', 'Secret', { name: '$$${A}' })]", "{}", ""},
		{"slashes", "[o('v1', 'Secret', { name: 'a/b' } + m), o('v1', 'Secret', { namespace: 'b/m' })]", "{}", ""},
		{"malformed", "[o('a/b/', 'Secret')]", "{}", "malformed apiVersion"},
		{"no version", "[o('apps/', 'Secret')]", "{}", "malformed apiVersion"},
		{"no group", "[o('/v1', 'Secret'), o('v1', 'Secret')]", "{}", "is declared twice"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := library(t, o+fmt.Sprintf("kuniq.check(%s, %s)", tt.tree, tt.options))
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// TestCollisionsAreNotSilentlyEmpty: an object without a legible identity may
// be the double of any other.
func TestCollisionsAreNotSilentlyEmpty(t *testing.T) {
	text, err := library(t, "kuniq.collisions(import 'x_incident.jsonnet')")
	require.NoError(t, err)
	assert.Contains(t, text, `"paths": [`)
	_, err = library(t, "kuniq.collisions(import 'xxiv_number_name.jsonnet')")
	require.ErrorContains(t, err, "not-a-string")
}

// TestLongDepth: the library needs no more of the stack than the tree itself, with
// the default of 500 frames, and with one that lets 1,000 levels pass.
func TestLongDepth(t *testing.T) {
	assertion.Long(t)
	const tree = `local deep(n) = if n == 0 then %s else if n %% 2 == 0 then { a: deep(n - 1) } else [deep(n - 1)]; `
	const one = "{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }"
	evaluates := func(stack, n int, expression string) error {
		vm := jsonnet.MakeVM()
		vm.MaxStack = stack
		_, err := vm.EvaluateAnonymousSnippet("test", fmt.Sprintf(tree+expression, one, n))
		return err
	}
	for _, stack := range []int{500, 1100} {
		deepest := 0
		for deepest < 1000 && evaluates(stack, deepest+1, "deep(%d)") == nil {
			deepest++
		}
		require.Greater(t, deepest, 400)
		require.NoError(t, evaluates(stack, deepest, "(import 'kuniq.libsonnet').check(deep(%d))"))
		err := evaluates(stack, deepest, "(import 'kuniq.libsonnet').check(local d = deep(%d); [d, d])")
		require.ErrorContains(t, err, "is declared twice")
	}
}

// randomTree returns a tree in which much is alike and some things are wrong.
func randomTree(r *rand.Rand, depth int) any {
	pick := func(of ...any) any { return of[r.IntN(len(of))] }
	switch n := r.IntN(20); {
	case n < 4 && depth > 0:
		arr := []any{}
		for range r.IntN(4) {
			arr = append(arr, randomTree(r, depth-1))
		}
		return arr
	case n < 10 && depth > 0:
		m := map[string]any{}
		for range r.IntN(5) {
			m[pick("a", "b c", "\"", "é\U0001f600", "local", "_x9", "9", "a.b").(string)] = randomTree(r, depth-1)
		}
		return m
	case n == 10 && r.IntN(8) == 0:
		return pick(1, "x", true)
	case n == 11:
		return nil
	}
	return randomObject(r, depth)
}

func randomObject(r *rand.Rand, depth int) map[string]any {
	pick := func(of ...any) any { return of[r.IntN(len(of))] }
	o, metadata := map[string]any{}, map[string]any{}
	set := func(m map[string]any, key string, often int, of ...any) {
		if r.IntN(often) > 0 {
			m[key] = pick(of...)
		}
	}
	types := [][2]string{
		{"v1", "ConfigMap"},
		{"apps/v1", "Deployment"},
		{"extensions/v1beta1", "Deployment"},
		{"v1", "Namespace"},
		{"x.io/v1", "Widget"},
		{"x.io/v2", "Widget"},
		{"kubeadm.k8s.io/v1", "X"},
		{"v1", "Event"},
		{"events.k8s.io/v1", "Event"},
		{"/v1", "ConfigMap"},
	}
	kind := types[r.IntN(len(types))]
	o["apiVersion"], o["kind"] = kind[0], kind[1]
	if r.IntN(30) == 0 {
		set(o, "apiVersion", 9, "a/b/c", 1, nil, "", "apps/")
		set(o, "kind", 3, 1, nil, "", "List", "FooList", true)
	}
	set(metadata, "name", 20, "a", "a", "b", "c")
	set(metadata, "namespace", 2, "n", "m", "", "default", nil)
	if r.IntN(40) == 0 {
		metadata[pick("name", "namespace").(string)] = pick("${A}", "x-${A:=b}", "$${A}", "$$${A}", "$A", "${A")
	}
	if r.IntN(20) == 0 {
		set(metadata, pick("name", "namespace", "generateName").(string), 9, 1, "g-", nil, "", []any{})
	}
	o["metadata"] = metadata
	switch r.IntN(16) {
	case 0:
		o["data"] = pick("x", "y")
	case 1:
		o["items"] = pick(1, []any{}, nil, randomItems(r, depth))
	case 2:
		return map[string]any{
			"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": map[string]any{"name": "widgets.x.io"},
			"spec": map[string]any{"group": "x.io", "scope": pick("Cluster", "Namespaced", nil), "names": map[string]any{"kind": "Widget", "plural": "widgets"}},
		}
	case 3, 4:
		if depth > 0 {
			return randomList(r, depth)
		}
	case 5:
		return map[string]any{
			"apiVersion": "tanka.dev/v1alpha1", "kind": "Environment", "metadata": map[string]any{"name": pick("e", "f", nil)},
			"spec": map[string]any{"namespace": pick("n", nil)}, "data": randomTree(r, depth-1),
		}
	}
	return o
}

func randomList(r *rand.Rand, depth int) map[string]any {
	list := [][2]string{{"v1", "List"}, {"v1", "ConfigMapList"}, {"x.io/v1", "WidgetList"}, {"config.kubernetes.io/v1", "ResourceList"}}[r.IntN(4)]
	return map[string]any{"apiVersion": list[0], "kind": list[1], "items": randomItems(r, depth)}
}

func randomItems(r *rand.Rand, depth int) []any {
	pick := func(of ...any) any { return of[r.IntN(len(of))] }
	items := []any{}
	if depth == 0 {
		return items
	}
	for range r.IntN(4) {
		item := randomObject(r, depth-1)
		if r.IntN(3) == 0 {
			delete(item, "kind")
			delete(item, "apiVersion")
		} else if r.IntN(9) == 0 {
			delete(item, pick("kind", "apiVersion", "metadata").(string))
		}
		items = append(items, pick(item, item, item, item, item, item, item, randomTree(r, 0)))
	}
	return items
}

// agree holds the library to the Go hook for one random tree.
func agree(t *testing.T, seed uint64) answered {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	text, err := json.Marshal(randomTree(r, 4))
	require.NoError(t, err)
	namespace := []string{"", "n", "default"}[r.IntN(3)]
	want := askHook(t, dupcheck.Rules{DefaultNamespace: namespace}, string(text))
	require.Equal(t, want, askLibrary(t, fmt.Sprintf("{namespace: %q}", namespace), string(text)), "seed %d: %s", seed, text)
	return want
}

// TestRandomTrees also proves that the trees are not all of one sort.
func TestRandomTrees(t *testing.T) {
	failed, clean, collisions, problems := 0, 0, 0, map[string]int{}
	for seed := range uint64(400) {
		a := agree(t, seed)
		switch {
		case a.Failed:
			failed++
		case len(a.Collisions)+len(a.Problems) == 0:
			clean++
		}
		collisions += len(a.Collisions)
		for _, p := range a.Problems {
			problems[p.Rule]++
		}
	}
	assert.NotEmpty(t, failed)
	assert.NotEmpty(t, clean)
	assert.NotEmpty(t, collisions)
	assert.Len(t, problems, len(libraryRules), "%v", problems)
}

func FuzzLibrary(f *testing.F) {
	f.Add(uint64(0))
	f.Fuzz(func(t *testing.T, seed uint64) { agree(t, seed) })
}

// TestLibraryIsSmall: it is one file that people copy.
func TestLibraryIsSmall(t *testing.T) {
	text, err := os.ReadFile("kuniq.libsonnet")
	require.NoError(t, err)
	assert.Less(t, len(text), 64<<10)
	assert.NotContains(t, string(text), "import '../", "it must work where only this file is")
}

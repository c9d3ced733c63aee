package gojsonnet_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-jsonnet"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/internal/assertion"
	"github.com/kuniq/kuniq/plugin/jsonnethook"
	"github.com/kuniq/kuniq/plugin/jsonnethook/gojsonnet"
)

var assert, require = assertion.Continue, assertion.Stop

const maps = `local m(name) = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name } };` + "\n"

func snippet(t *testing.T, vm *jsonnet.VM, code string) dupcheck.Report {
	t.Helper()
	e, err := gojsonnet.Snippet(vm, "main.jsonnet", code)
	require.NoError(t, err)
	c := jsonnethook.Collector{AllRules: true}
	require.NoError(t, c.Add(e.Source, e.Tree))
	return gojsonnet.Locate(c.Report(), e)
}

// TestArguments: the lines are found under the arguments that the VM has.
func TestArguments(t *testing.T) {
	vm := jsonnet.MakeVM()
	vm.ExtVar("a", "x")
	vm.ExtCode("b", "{ name: 'x' }")
	vm.TLACode("c", "{ name: 'x' }")
	vm.NativeFunction(&jsonnet.NativeFunction{Name: "d", Func: func([]any) (any, error) { return "x", nil }})
	r := snippet(t, vm, maps+`function(c, unused=3) [
		m(std.extVar('a')),
		m(std.extVar('b').name),
		m(c.name),
		m(std.native('d')()),
	]`)
	require.Len(t, r.Diagnostics, 1)
	for i, at := range r.Diagnostics[0].Declarations {
		assert.Equal(t, i+3, at.Line, at.Path)
	}
}

// TestColumns are counted in characters, and at the name.
func TestColumns(t *testing.T) {
	r := snippet(t, jsonnet.MakeVM(), maps+`{ 'ä': m('x'), 'ö': { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } } }`)
	var got []string
	for _, at := range r.Diagnostics[0].Declarations {
		got = append(got, fmt.Sprintf("%d:%d", at.Line, at.Column))
	}
	assert.Equal(t, []string{"1:74", "2:78"}, got)
}

// TestSnippetImports: they are resolved from the working directory, the second
// time as the first, whatever the snippet is called.
func TestSnippetImports(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	require.NoError(t, os.WriteFile("x.libsonnet", []byte(maps+"[m('x'),\nm('x')]"), 0o600))
	e, err := gojsonnet.Snippet(jsonnet.MakeVM(), "elsewhere/main.jsonnet", `import 'x.libsonnet'`)
	require.NoError(t, err)
	err = jsonnethook.Check(dupcheck.Rules{}, e.Source, e.Tree)
	var found *jsonnethook.FindingsError
	require.ErrorAs(t, err, &found)
	at := gojsonnet.Locate(found.Report, e).Diagnostics[0].Declarations
	assert.Equal(t, "x.libsonnet", at[1].File)
	assert.Equal(t, 3, at[1].Line)
	assert.Empty(t, found.Report.Diagnostics[0].Declarations[1].Line, "the caller's report was changed")
}

// TestMany: a report has at most 20 declarations with a line, and the others
// their path.
func TestMany(t *testing.T) {
	r := snippet(t, jsonnet.MakeVM(), maps+`[m('x' + i) for i in std.range(1, 50) for j in [1, 2]]`)
	located := 0
	for _, d := range r.Diagnostics {
		for _, at := range d.Declarations {
			assert.Equal(t, "main.jsonnet", at.File)
			assert.NotEmpty(t, at.Path)
			if at.Line > 0 {
				located++
			}
		}
	}
	assert.Equal(t, 20, located)
}

// TestSeveral: every declaration is looked for in the program it comes from.
func TestSeveral(t *testing.T) {
	c := jsonnethook.Collector{AllRules: true}
	var all []*gojsonnet.Evaluation
	for i, name := range []string{"a.jsonnet", "b.jsonnet"} {
		e, err := gojsonnet.Snippet(jsonnet.MakeVM(), name, maps+strings.Repeat("\n", i)+"{ x: m('x') }")
		require.NoError(t, err)
		require.NoError(t, c.Add(e.Source, e.Tree))
		all = append(all, e)
	}
	at := gojsonnet.Locate(c.Report(), all...).Diagnostics[0].Declarations
	assert.Equal(t, []string{"a.jsonnet", "b.jsonnet"}, []string{at[0].File, at[1].File})
	assert.Equal(t, gojsonnet.Locate(c.Report()), c.Report())
}

func TestErrors(t *testing.T) {
	vm := jsonnet.MakeVM()
	file := filepath.Join(t.TempDir(), "main.jsonnet")
	for code, want := range map[string]string{
		`{ a: error 'no' }`:                 "RUNTIME ERROR: no",
		`{ a: `:                             "main.jsonnet:1:6",
		`{ a: 3 }`:                          "main.jsonnet: $.a is a number, not a Kubernetes object",
		maps + `[m('x'), m('x')]`:           "main.jsonnet:2:10: error: ConfigMap x is declared twice",
		maps + `{ a: [null, m('x')] }`:      "",
		`{ a: { apiVersion: 1, kind: 2 } }`: "not a string",
	} {
		require.NoError(t, os.WriteFile(file, []byte(code), 0o600))
		vm := jsonnet.MakeVM()
		rules := dupcheck.Rules{Severity: map[dupcheck.Rule]dupcheck.Severity{dupcheck.NotAString: dupcheck.Error}}
		text, err := gojsonnet.Check(rules, vm, file)
		if want == "" {
			require.NoError(t, err)
			plain, err := jsonnet.MakeVM().EvaluateFile(file)
			require.NoError(t, err)
			assert.Equal(t, plain, text)
			continue
		}
		assert.ErrorContains(t, err, want)
	}
	vm.StringOutput = true
	_, err := gojsonnet.Snippet(vm, "main.jsonnet", `"text"`)
	assert.ErrorContains(t, err, "main.jsonnet: its result is not JSON")
}

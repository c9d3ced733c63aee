package render

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/kuniq/kuniq/plugin/checkout"
)

const programs = `
-- jsonnetfile.json --
{}
-- lib/objects.libsonnet --
{ map(n): { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: n } } }
-- env/prod/main.jsonnet --
local o = import /* from lib */ 'objects.libsonnet';
{
  a: o.map('a'),
  b: o.map('b') + { data: { text: importstr './text.txt' } },
  unused:: import 'nowhere.libsonnet',
}
-- env/prod/text.txt --
hello
-- env/prod/spec.json --
{"apiVersion": "tanka.dev/v1alpha1", "kind": "Environment", "spec": {"namespace": "shop"}}
-- inline/main.jsonnet --
[
  {
    apiVersion: 'tanka.dev/v1alpha1', kind: 'Environment', metadata: { name: n }, spec: { namespace: n },
    data: (import 'objects.libsonnet').map('a'),
  }
  for n in ['p', 'q']
]
-- named/prog.jsonnet --
function(name) (import 'objects.libsonnet').map(name + std.extVar('suffix'))
-- named/other.jsonnet --
error 'hunter2'
-- named/leaf.jsonnet --
{ a: 'hunter2' }
-- named/outside.jsonnet --
import '../../secret.libsonnet'
-- named/absolute.jsonnet --
import '/etc/passwd'
-- named/native.jsonnet --
local n = std.native;
assert n('parseJson')('{"a": [1]}') == { a: [1] };
assert n('parseYaml')('a: 1\n---\n- b\n') == [{ a: 1 }, ['b']];
assert n('manifestJsonFromJson')('{"a":1}', 1) == '{\n "a": 1\n}\n';
assert n('manifestYamlFromJson')('{"a":[1]}') == 'a:\n  - 1\n';
assert n('escapeStringRegex')('a.b') == @'a\.b';
assert n('regexMatch')('^a.$', 'ab') && !n('regexMatch')('^a$', 'ab');
assert n('regexSubst')('(b)', 'abc', '[$1]') == 'a[b]c';
assert n('sha256')('') == 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'native' } }
-- named/runs.jsonnet --
std.native('helmTemplate')('a', './chart', {})
-- named/deep.jsonnet --
local f(n) = if n == 0 then {} else f(n - 1) { a: 1 }; f(100000)
`

// evaluate finds the one root below a path, and evaluates it.
func evaluate(t *testing.T, at string, with Jsonnet) Result {
	t.Helper()
	p := find(tree(programs), at)
	require.Len(t, p.Targets, 1)
	j, reason := newJob(p, Target{Target: p.Targets[0], Jsonnet: with})
	if reason != "" {
		return Result{Reason: checkout.Text(reason)}
	}
	j.Origins = true
	return run(j)
}

func TestEnvironment(t *testing.T) {
	r := evaluate(t, "env", Jsonnet{})
	require.Empty(t, r.Reason)
	assert.Equal(t, []string{"ConfigMap shop/a", "ConfigMap shop/b"}, names(r))
	assert.JSONEq(t, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"},"data":{"text":"hello\n"}}`, string(r.Contents[1]))
	assert.Equal(t, "env/prod/main.jsonnet", r.Places[0].File)
	assert.Equal(t, []int{3, 4}, []int{r.Places[0].Line, r.Places[1].Line})
	assert.Equal(t, "$.a", r.Places[0].Path)
}

func TestInlineEnvironments(t *testing.T) {
	r := evaluate(t, "inline", Jsonnet{})
	require.Empty(t, r.Reason)
	assert.Equal(t, []string{"ConfigMap p/a", "ConfigMap q/a"}, names(r))
	assert.Equal(t, []string{"p", "q"}, []string{r.Objects[0].Set, r.Objects[1].Set})
}

func TestProgram(t *testing.T) {
	lib, name := Library{Dir: "lib"}, []Variable{{Name: "name", Value: "a", Top: true}}
	for _, tt := range []struct {
		at     string
		with   Jsonnet
		reason string
	}{
		{"named/prog.jsonnet", Jsonnet{Variables: name}, `it imports "objects.libsonnet", which is not in what is checked`},
		{"named/prog.jsonnet", Jsonnet{Libraries: []Library{lib}}, `it needs the top-level argument "name"`},
		{
			"named/prog.jsonnet",
			Jsonnet{Libraries: []Library{lib}, Variables: name},
			`it needs the external variable "suffix"`,
		},
		{"named/other.jsonnet", Jsonnet{}, "it fails at named/other.jsonnet:1; jsonnet says why"},
		{"named/leaf.jsonnet", Jsonnet{}, "its result has something that is not an object: $.a is a string, not a Kubernetes object"},
		{"named/outside.jsonnet", Jsonnet{}, `it imports "../../secret.libsonnet", which is not in what is checked`},
		{"named/absolute.jsonnet", Jsonnet{}, `it imports "/etc/passwd", which is not in what is checked`},
		{"named/runs.jsonnet", Jsonnet{}, "it fails at named/runs.jsonnet:1; jsonnet says why"},
		{"named/deep.jsonnet", Jsonnet{}, "it fails at named/deep.jsonnet:1; jsonnet says why"},
	} {
		assert.Equal(t, tt.reason, evaluate(t, tt.at, tt.with).Reason.String(), tt.at)
	}
	r := evaluate(t, "named/prog.jsonnet", Jsonnet{
		Libraries: []Library{lib},
		Variables: []Variable{{Name: "name", Value: "'a'", Top: true, Code: true}, {Name: "suffix", Value: "-x"}},
	})
	assert.Equal(t, []string{"ConfigMap /a-x"}, names(r))

	assert.Equal(t, []string{"ConfigMap /native"}, names(evaluate(t, "named/native.jsonnet", Jsonnet{})))

	assert.Empty(t, find(tree(programs), "named").Targets, "a program that is not named is a library")
}

// TestLibraryOutside: what the caller names may be outside of the tree, and
// what it imports from there, too.
func TestLibraryOutside(t *testing.T) {
	outside := fstest.MapFS{
		"objects.libsonnet": &fstest.MapFile{Data: []byte(`{ map(n): (import 'more/kinds.libsonnet').map(n) }`)},
		"more/kinds.libsonnet": &fstest.MapFile{Data: []byte(
			`{ map(n): { apiVersion: 'v1', kind: (import '../kind.json').kind, metadata: { name: n } } }`)},
		"kind.json": &fstest.MapFile{Data: []byte(`{"kind": "ConfigMap"}`)},
	}
	r := evaluate(t, "named/prog.jsonnet", Jsonnet{
		Libraries: []Library{{Dir: "--jpath/0", FS: outside}},
		Variables: []Variable{{Name: "name", Value: "a", Top: true}, {Name: "suffix", Value: "-x"}},
	})
	require.Empty(t, r.Reason)
	assert.Equal(t, []string{"ConfigMap /a-x"}, names(r))
}

// TestLinkedLibrary: jsonnet-bundler puts links into vendor. One that leaves the
// tree is not followed.
func TestLinkedLibrary(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	write("top/lib/a.libsonnet", "{}")
	write("top/good.jsonnet", "import 'vendor/lib/a.libsonnet'")
	write("top/bad.jsonnet", "import 'vendor/out/a.libsonnet'")
	write("out/a.libsonnet", "{}")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "top/vendor"), 0o755))
	if err := os.Symlink("../lib", filepath.Join(dir, "top/vendor/lib")); err != nil {
		t.Skip("needs symbolic links")
	}
	require.NoError(t, os.Symlink("../../out", filepath.Join(dir, "top/vendor/out")))
	root, err := os.OpenRoot(filepath.Join(dir, "top"))
	require.NoError(t, err)
	defer root.Close()
	p := find(root.FS(), "bad.jsonnet", "good.jsonnet")
	require.Len(t, p.Targets, 2)
	_, reason := newJob(p, Target{Target: p.Targets[0]})
	assert.Equal(t, `bad.jsonnet imports "vendor/out/a.libsonnet": it cannot be read, or is a symbolic link that leaves what is checked`, reason)
	j, reason := newJob(p, Target{Target: p.Targets[1]})
	require.Empty(t, reason)
	assert.Empty(t, run(j).Reason)
}

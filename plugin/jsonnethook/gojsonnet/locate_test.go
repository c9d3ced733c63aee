package gojsonnet_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-jsonnet"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/jsonnethook"
	"github.com/kuniq/kuniq/plugin/jsonnethook/gojsonnet"
)

// programs are jsonnet files, the first of which is evaluated. In them "//1"
// and "//2" mark the lines where the two declarations of the one duplicate are
// to be found, and without them nothing is.
var programs = map[string]string{
	"literals": `
-- main.jsonnet --
{
  idpe: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {
    name: 'a', //1
  } },
  iox: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {
    name: 'a', //2
  } },
}
`,
	"one function made both": `
-- main.jsonnet --
local app(name) = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name } };
{
  'iox-cd': app('a'), //1
  prod: {
    idpe: app('a'), //2
  },
}
`,
	"array at the top": `
-- main.jsonnet --
local app(name) = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name } };
[
  app('a'), //1
  null,
  [
    app('a'), //2
  ],
]
`,
	"imports": `
-- main.jsonnet --
{ a: import 'a.libsonnet', b: (import 'lib/b.libsonnet').b }
-- a.libsonnet --
{ apiVersion: 'v1', kind: 'ConfigMap', metadata: {
  name: 'a', //1
} }
-- lib/b.libsonnet --
import 'c.libsonnet'
-- lib/c.libsonnet --
{ b: {
  apiVersion: 'v1', kind: 'ConfigMap', metadata: {
    name: 'a', //2
} } }
`,
	"overridden with +:": `
-- main.jsonnet --
local base = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'n', name: 'base' } };
{
  a: base {
    metadata+: {
      name: 'a', //1
    },
  },
  b: base + { metadata+: {
    name: super.name[:0] + 'a', //2
  } },
}
`,
	"array comprehension over objects": `
-- main.jsonnet --
[
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: n } } //1 //2
  for n in ['a', 'a']
]
`,
	"object comprehension over names": `
-- main.jsonnet --
local names = { x: 'a', y: 'a' };
{
  [k]: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: names[k] } } //1 //2
  for k in std.objectFields(names)
}
`,
	"a program that is a function": `
-- main.jsonnet --
local lib = import 'lib.libsonnet';
function(name='a') {
  x: lib.app(name), //1
  y: lib.app('a'), //2
}
-- lib.libsonnet --
{ app(name):: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name } } }
`,
	"an imported function": `
-- main.jsonnet --
import 'f.libsonnet'
-- f.libsonnet --
function(name='a')
  local app(name) = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name } };
  {
    x: app(name), //1
    y: app('a'), //2
  }
`,
	"a List and std.thisFile": `
-- main.jsonnet --
import 'lib/list.libsonnet'
-- lib/list.libsonnet --
local name = if std.thisFile == 'lib/list.libsonnet' then 'a' else error std.thisFile;
{ apiVersion: 'v1', kind: 'List', items: [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: {
    name: name, //1
  } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: '',
    name: name, //2
  } },
] }
`,
	"the user's own std and traces": `
-- main.jsonnet --
local trace(x) = std.trace('kuniq-m0;', x);
local std = 3;
{
  x: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {
    name: trace('a'), //1
  } },
  y: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {
    name: trace('a'), //2
  } },
}
`,
	"keys that are names": `
-- main.jsonnet --
local a = { apiVersion: 'v1', kind: 'ConfigMap', metadata: {
  name: 'a',
} };
local b = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: '',
  name: 'a',
} };
local other = { metadata: {
  name: 'other',
} };
{
  [a.metadata.name]: a, //1
  [b.metadata.name + '-' + other.metadata.name]: b, //2
}
`,
	"a file that is never evaluated": `
-- main.jsonnet --
local unused = import 'does-not-exist.libsonnet';
{
  x: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {
    name: 'a', //1
  } },
  y: { apiVersion: 'v1', kind: 'ConfigMap', unused:: unused, metadata: {
    name: 'a', //2
  } },
}
`,
	"all evaluated before": `
-- main.jsonnet --
local o = {
  x: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
  y: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
};
local other = { name: 'b' };
assert o.x.metadata.name == o.y.metadata.name && o.x.metadata.name != other.name;
o
`,
	"names that std computes": `
-- main.jsonnet --
local labels = {
  one: 'a',
  two: 'a',
};
local metadata(label) = std.mapWithKey(function(k, v) labels[label], { name: 1 });
{
  x: { apiVersion: 'v1', kind: 'ConfigMap',
    metadata: metadata('one'), //1
  },
  y: { apiVersion: 'v1', kind: 'ConfigMap',
    metadata: metadata('two'), //2
  },
}
`,
	"a function behind a condition": `
-- main.jsonnet --
local app(name) = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: name } };
if std.length('x') == 1 then function() { x: app('a'), y: app('a') }
`,
}

// archive returns the files of a text in which each begins with "-- NAME --".
func archive(text string) map[string]string {
	files, name := map[string]string{}, ""
	for line := range strings.Lines(text) {
		if header, ok := strings.CutPrefix(strings.TrimSuffix(line, " --\n"), "-- "); ok {
			name = header
		} else {
			files[name] += line
		}
	}
	return files
}

// marked returns FILE:LINE of the mark.
func marked(files map[string]string, mark string) string {
	for name, text := range files {
		n := 0
		for line := range strings.Lines(text) {
			n++
			if strings.Contains(line, mark) {
				return fmt.Sprintf("%s:%d", name, n)
			}
		}
	}
	return "main.jsonnet:0"
}

func importer(files map[string]string) *reading {
	data := map[string]jsonnet.Contents{}
	for name, text := range files {
		data[name] = jsonnet.MakeContents(text)
	}
	return &reading{data: data, read: map[string]bool{}}
}

// reading is an importer in memory that resolves paths relative to the file,
// and keeps what was asked for.
type reading struct {
	data map[string]jsonnet.Contents
	read map[string]bool
}

func (r *reading) Import(from, path string) (jsonnet.Contents, string, error) {
	at := from[:strings.LastIndex(from, "/")+1] + path
	r.read[at] = true
	if data, ok := r.data[at]; ok {
		return data, at, nil
	}
	return jsonnet.Contents{}, "", fmt.Errorf("no file %s", at)
}

func TestLines(t *testing.T) {
	for name, text := range programs {
		t.Run(name, func(t *testing.T) {
			files := archive(text)
			vm, in := jsonnet.MakeVM(), importer(files)
			vm.Importer(in)
			var traced bytes.Buffer
			vm.SetTraceOut(&traced)
			e, err := gojsonnet.File(vm, "main.jsonnet")
			require.NoError(t, err)
			read, printed := len(in.read), traced.Len()

			var found *jsonnethook.FindingsError
			require.ErrorAs(t, jsonnethook.Check(dupcheck.Rules{}, e.Source, e.Tree), &found)
			d := gojsonnet.Locate(found.Report, e).Diagnostics[0]
			require.Len(t, d.Declarations, 2)
			for i, at := range d.Declarations {
				assert.Equal(t, marked(files, fmt.Sprintf("//%d", i+1)), fmt.Sprintf("%s:%d", at.File, at.Line), "%s", at.Path)
			}
			assert.Len(t, in.read, read, "files were read that the program did not read: %v", in.read)
			assert.Equal(t, printed, traced.Len(), "the caller's trace output got what is not his")
			_, err = vm.EvaluateFile("main.jsonnet")
			require.NoError(t, err)
			assert.Equal(t, 2*printed, traced.Len(), "the caller's trace output is no longer his")
		})
	}
}

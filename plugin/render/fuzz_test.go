package render

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/google/go-jsonnet"
	"github.com/google/go-jsonnet/ast"
	"github.com/google/go-jsonnet/toolutils"
	"github.com/stretchr/testify/require"
)

// FuzzImports: whatever go-jsonnet would import is found without parsing, so
// that a program misses no file when it is evaluated.
func FuzzImports(f *testing.F) {
	for _, text := range []string{
		`import 'a'`, `(import "b.json") + importstr /* x */ @'c''d'`, "importbin # y\n // z\n \"e\\\"f\\u0041\"",
		`local import_ = 1; {a: import '\\', b:: importstr 'x' + import "y"}`, `'import "no"'`, "import |||\n  a\n|||", `import @"a""b"`,
		`import '\/\b\n'`, `import"a"import'b'`, `[import'a',1 import'b']`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<12 {
			t.Skip()
		}
		root, err := jsonnet.SnippetToAST("a.jsonnet", text)
		if err != nil {
			t.Skip()
		}
		found := map[string]bool{}
		for _, name := range importsIn([]byte(text)) {
			found[name] = true
		}
		for _, name := range imported(root) {
			require.True(t, found[name], "%q imports %q, found are %q", text, name, found)
		}
	})
}

// imported returns what a program imports.
func imported(n ast.Node) (names []string) {
	if n == nil {
		return nil
	}
	switch n := n.(type) {
	case *ast.Import:
		names = append(names, n.File.Value)
	case *ast.ImportStr:
		names = append(names, n.File.Value)
	case *ast.ImportBin:
		names = append(names, n.File.Value)
	}
	for _, child := range toolutils.Children(n) {
		names = append(names, imported(child)...)
	}
	return names
}

// FuzzKustomization: a stranger's kustomization is looked at in kuniq's own
// process. Whatever it says, it ends in a job or in a reason, and no file
// outside of the tree is asked for.
func FuzzKustomization(f *testing.F) {
	f.Add("resources: [a.yaml, ../b]\nPATCHES: [{path: a.yaml}]")
	f.Add("kind: Component\nconfigMapGenerator: [{files: [k=a.yaml], envs: [x], env: y}]")
	f.Add("transformers:\n- |\n  apiVersion: builtin\n  kind: PatchTransformer\n  path: ../../x\n- a.yaml")
	f.Add("helmCharts: [{name: x}]\nopenapi: {path: a.yaml}\nreplacements: [{path: a.yaml}]")
	f.Add("patchesStrategicMerge: [a.yaml, '{x: y}']\npatchesJson6902: [{path: ../a.yaml}]\nbases: [https://a]")
	f.Fuzz(func(t *testing.T, text string) {
		fsys := fstest.MapFS{
			"k/kustomization.yaml": &fstest.MapFile{Data: []byte(text), Mode: 0o644},
			"k/a.yaml":             &fstest.MapFile{Data: []byte(text), Mode: 0o644},
			"b/kustomization.yaml": &fstest.MapFile{Data: []byte("resources: [../k/a.yaml]"), Mode: 0o644},
		}
		p := find(fsys, ".")
		for _, root := range p.Targets {
			job, reason := NewJob(p, Target{Target: root})
			require.NotEqual(t, reason == "", len(job.Files) == 0)
			for name := range job.Files {
				require.True(t, fs.ValidPath(name))
			}
		}
	})
}

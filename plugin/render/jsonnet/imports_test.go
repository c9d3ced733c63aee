package jsonnet

import (
	"testing"

	"github.com/google/go-jsonnet"
	"github.com/google/go-jsonnet/ast"
	"github.com/google/go-jsonnet/toolutils"
	"github.com/stretchr/testify/assert"
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

func TestImportsIn(t *testing.T) {
	for text, want := range map[string][]string{
		`import 'a' + importstr "b" + importbin @'c''d'`: {"a", "b", "c'd"},
		"import // why\n  # and\n /* more\n */ 'a'":      {"a"},
		`import 'a\'b\u0041'`:                            {"a'bA"},
		`import "a\"b" `:                                 {`a"b`},
		`imported 'a'`:                                   nil,
		`local x = 'import'; x`:                          nil,
		`import '\n\/\ud83d\ude00'`:                      {"\n/😀"},
	} {
		assert.Equal(t, want, importsIn([]byte(text)), text)
	}
}

package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"
)

// TestEveryRuleIsListed: a rule outside of package dupcheck is an element of what
// Rules of its package returns, or SARIF would call it an error without a word
// about it. Package dupcheck has such a test of its own.
func TestEveryRuleIsListed(t *testing.T) {
	count := 0
	for _, p := range packages(t, "split", "plugin") {
		declared, listed := map[string]bool{}, map[string]bool{}
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, 0)
			require.NoError(t, err)
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.GenDecl:
					addRules(declared, n)
				case *ast.FuncDecl:
					return n.Name.Name == "Rules"
				case *ast.KeyValueExpr:
					if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Rule" {
						if value, ok := n.Value.(*ast.Ident); ok {
							listed[value.Name] = true
						}
					}
				}
				return true
			})
		}
		count += len(declared)
		for name := range declared {
			assert.True(t, listed[name], "%s: Rules does not list %s", p.ImportPath, name)
		}
	}
	assert.Greater(t, count, 20)
}

// addRules adds the names of the constants that are rules.
func addRules(names map[string]bool, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		value, ok := spec.(*ast.ValueSpec)
		if !ok || d.Tok != token.CONST {
			continue
		}
		if kind, ok := value.Type.(*ast.SelectorExpr); ok && kind.Sel.Name == "Rule" {
			for _, name := range value.Names {
				names[name.Name] = true
			}
		}
	}
}

package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"
)

// TestGoroutinesAreCaught: a panic in a goroutine ends the process with exit code
// 2 and a stack, unless package crash has started the goroutine.
func TestGoroutinesAreCaught(t *testing.T) {
	for _, p := range packages(t) {
		path, _ := own(p.ImportPath)
		if path == "internal/crash" {
			continue
		}
		for _, name := range slices.Concat(p.GoFiles, p.IgnoredGoFiles) {
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, 0)
			require.NoError(t, err)
			for _, at := range uncaught(f) {
				t.Errorf("%s/%s:%d: start this goroutine with package crash", path, name, fset.Position(at).Line)
			}
		}
	}
}

// uncaught returns where a file starts a goroutine by itself.
func uncaught(f *ast.File) (places []token.Pos) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			places = append(places, n.Pos())
		case *ast.SelectorExpr:
			if p, ok := n.X.(*ast.Ident); ok && (p.Name == "sync" && n.Sel.Name == "WaitGroup" || p.Name == "errgroup") {
				places = append(places, n.Pos())
			}
		}
		return true
	})
	return places
}

// TestUncaught shows that the test above can fail.
func TestUncaught(t *testing.T) {
	for text, want := range map[string]int{
		"go f()": 1, "go func() {}()": 1, "var g sync.WaitGroup; g.Go(f)": 1, "g := errgroup.Group{}": 1, "var g crash.Group; g.Go(f)": 0,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "a.go", "package p\nfunc g() {"+text+"}", 0)
		require.NoError(t, err)
		assert.Len(t, uncaught(f), want, text)
	}
}

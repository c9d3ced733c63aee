package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kuniq/kuniq/internal/assertion"
)

var assert, require = assertion.Continue, assertion.Stop

// TestExportedIsDocumented: every package and every exported identifier has a
// comment, and that of a type or function begins with its name. In the two
// libraries so has every field.
func TestExportedIsDocumented(t *testing.T) {
	for _, p := range packages(t) {
		var files []*ast.File
		fset := token.NewFileSet()
		for _, name := range slices.Concat(p.GoFiles, p.IgnoredGoFiles) {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.ParseComments)
			require.NoError(t, err)
			files = append(files, f)
		}
		if len(files) == 0 {
			continue
		}
		path, _ := own(p.ImportPath)
		documented := slices.ContainsFunc(files, func(f *ast.File) bool { return f.Doc != nil })
		assert.True(t, documented, "package %s has no comment", path)
		for _, f := range files {
			for _, complaint := range undocumented(fset, f) {
				isField := strings.Contains(complaint, ".")
				if !isField || within(path, "dupcheck") || within(path, "split") {
					t.Errorf("%s: %s", path, complaint)
				}
			}
		}
	}
}

// undocumented lists what is wrong with the comments of a file.
func undocumented(fset *token.FileSet, f *ast.File) (complaints []string) {
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Name.IsExported() && exportedReceiver(decl) && !beginsWith(decl.Doc, decl.Name.Name) {
				complaints = append(complaints, decl.Name.Name+" needs a comment that begins with its name")
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				complaints = append(complaints, undocumentedSpec(fset, decl, spec)...)
			}
		}
	}
	return complaints
}

// exportedReceiver says whether a function is no method of a hidden type.
func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	t := f.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return true
		}
	}
}

func undocumentedSpec(fset *token.FileSet, decl *ast.GenDecl, spec ast.Spec) (complaints []string) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if !spec.Name.IsExported() {
			return nil
		}
		doc := spec.Doc
		if doc == nil {
			doc = decl.Doc
		}
		if !beginsWith(doc, spec.Name.Name) {
			complaints = append(complaints, spec.Name.Name+" needs a comment that begins with its name")
		}
		return append(complaints, undocumentedFields(fset, spec, doc)...)
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			if name.IsExported() && spec.Doc == nil && spec.Comment == nil && decl.Doc == nil {
				complaints = append(complaints, name.Name+" needs a comment, or its group does")
			}
		}
	}
	return complaints
}

// undocumentedFields looks at the fields of a struct and the methods of an
// interface. They need a comment of their own, or one on a field right above
// them, or a word in the comment of the type.
func undocumentedFields(fset *token.FileSet, spec *ast.TypeSpec, typeDoc *ast.CommentGroup) (complaints []string) {
	var list *ast.FieldList
	switch x := spec.Type.(type) {
	case *ast.StructType:
		list = x.Fields
	case *ast.InterfaceType:
		list = x.Methods
	default:
		return nil
	}
	documented, below := false, 0 // the field above, and the line after it
	for _, field := range list.List {
		own := field.Doc != nil || field.Comment != nil
		documented = own || documented && fset.Position(field.Pos()).Line == below
		below = fset.Position(field.End()).Line + 1
		for _, name := range field.Names {
			if name.IsExported() && !documented && !mentions(typeDoc, name.Name) {
				complaints = append(complaints, spec.Name.Name+"."+name.Name+" needs a comment, or a word in that of "+spec.Name.Name)
			}
		}
	}
	return complaints
}

func mentions(doc *ast.CommentGroup, name string) bool {
	return doc != nil && slices.Contains(strings.FieldsFunc(doc.Text(), func(c rune) bool {
		return c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	}), name)
}

func beginsWith(doc *ast.CommentGroup, name string) bool {
	text := doc.Text()
	for _, article := range []string{"", "A ", "An ", "The "} {
		if rest, ok := strings.CutPrefix(text, article+name); ok {
			return rest == "" || strings.ContainsAny(rest[:1], " \n,:.'")
		}
	}
	return strings.HasPrefix(text, "Deprecated:")
}

// TestUndocumented shows that the test above can fail.
func TestUndocumented(t *testing.T) {
	const source = `package x

func A() {}

// Is wrong.
func B() {}

// C is right.
func C() {}

type D struct{}

// E is right, and so is its Field.
type E struct {
	Field int
	Other int
	// Third is right.
	Third, Fourth int
	Fifth int

	Sixth int
}

func (e *E) M() {}

type hidden struct{ Field int }

func (hidden) M() {}

const F = 1

// These are right.
const (
	G = 1
	H = 2
)

// An I is right.
type I interface {
	M()
}

// Jay is wrong.
type J int
`
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "x.go", source, parser.ParseComments)
	require.NoError(t, err)
	var names []string
	for _, c := range undocumented(fset, f) {
		name, _, _ := strings.Cut(c, " ")
		names = append(names, name)
	}
	assert.Equal(t, []string{"A", "B", "D", "E.Other", "E.Sixth", "M", "F", "I.M", "J"}, names)
}

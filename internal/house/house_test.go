// Package house holds the repository to its own rules: which package may
// import which, and that everything exported is documented.
package house

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/kuniq/kuniq"

// listed is what "go list" says about a package.
type listed struct {
	ImportPath, Dir, Name string
	Standard              bool
	GoFiles               []string
	Imports               []string
	IgnoredGoFiles        []string
}

// goList runs "go list" in the root of the module.
func goList(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Dir,Name,Standard,GoFiles,Imports,IgnoredGoFiles"}, args...)...)
	cmd.Dir = filepath.Join("..", "..")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else {
			require.NoError(t, err)
		}
		all = append(all, p)
	}
}

// own returns the path of a package of ours inside the module.
func own(importPath string) (string, bool) {
	if importPath == module {
		return ".", true
	}
	return strings.CutPrefix(importPath, module+"/")
}

// within says whether a package is a folder or below it.
func within(pkg, folder string) bool {
	return pkg == folder || strings.HasPrefix(pkg, folder+"/")
}

// layers are the folders of the house, and which others each may import. The
// first that holds a package counts. A folder may always import what is below
// itself.
var layers = []struct {
	folder string
	may    []string
}{
	{"dupcheck/manifest/rnode", []string{"dupcheck", "dupcheck/manifest"}},
	{"dupcheck/manifest/unstructured", []string{"dupcheck", "dupcheck/manifest"}},
	{"dupcheck/manifest", []string{"dupcheck"}},
	{"dupcheck/report", []string{"dupcheck"}},
	{"dupcheck", nil},
	{"split", []string{"dupcheck", "dupcheck/manifest"}}, // to read what it wrote
	{"plugin/cmd", []string{"dupcheck", "dupcheck/manifest", "dupcheck/report", "split", "plugin/*"}},
	{"plugin/argocd", []string{"dupcheck", "dupcheck/manifest", "dupcheck/report", "split", "plugin/render", "plugin/jsonnethook"}},
	{"plugin/render", []string{"dupcheck", "dupcheck/manifest", "dupcheck/report", "split", "plugin/jsonnethook"}},
	{"plugin", []string{"dupcheck", "dupcheck/manifest", "dupcheck/report", "split"}}, // see folderOf
	{"examples", []string{"dupcheck", "dupcheck/manifest", "dupcheck/report", "split", "plugin/*"}},
	{"internal/house", nil},
}

// allowed says whether one package of ours may import another.
func allowed(from, to string) bool {
	for _, l := range layers {
		if !within(from, l.folder) {
			continue
		}
		if within(to, folderOf(from, l.folder)) && !isPublicPart(from, to) {
			return true
		}
		return slices.ContainsFunc(l.may, func(may string) bool {
			if folder, ok := strings.CutSuffix(may, "/*"); ok {
				return strings.HasPrefix(to, folder+"/")
			}
			return to == may || strings.HasPrefix(to, may+"/") && may != "dupcheck"
		})
	}
	return false
}

// folderOf is the folder that a package is a part of: every plugin is one of
// its own.
func folderOf(pkg, layer string) string {
	if layer != "plugin" {
		return layer
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(pkg, "plugin/"), "/")
	return "plugin/" + name
}

// isPublicPart says whether the core would import one of the packages that
// stand on it, which live in folders below it.
func isPublicPart(from, to string) bool {
	return from == "dupcheck" && (within(to, "dupcheck/manifest") || within(to, "dupcheck/report")) ||
		from == "dupcheck/manifest" && (within(to, "dupcheck/manifest/rnode") || within(to, "dupcheck/manifest/unstructured"))
}

// TestImportsRunOneWay is design section 1.
func TestImportsRunOneWay(t *testing.T) {
	for _, p := range goList(t, "./...") {
		from, ok := own(p.ImportPath)
		require.True(t, ok, p.ImportPath)
		known := slices.ContainsFunc(layers, func(l struct {
			folder string
			may    []string
		}) bool {
			return within(from, l.folder)
		})
		assert.True(t, known, "%s is in no folder of the house: say here which others it may import", from)
		for _, i := range p.Imports {
			if to, ok := own(i); ok {
				assert.True(t, allowed(from, to), "%s imports %s", from, to)
			}
		}
	}
}

// TestAllowed shows that the test above can fail.
func TestAllowed(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		want     bool
	}{
		{"dupcheck/manifest", "dupcheck", true},
		{"dupcheck/manifest/rnode", "dupcheck/manifest", true},
		{"dupcheck/internal/foldgen", "dupcheck/internal/x", true},
		{"split", "dupcheck", true},
		{"plugin/argocd", "plugin/render", true},
		{"plugin/argocd", "plugin/jsonnethook", true},
		{"plugin/render", "plugin/jsonnethook", true},
		{"plugin/krmfn", "plugin/krmfn/internal/x", true},
		{"plugin/cmd/kuniq/internal/cli", "plugin/krmfn", true},
		{"plugin/cmd/kuniq", "plugin/cmd/kuniq/internal/cli", true},
		{"dupcheck", "dupcheck/manifest", false},
		{"dupcheck", "dupcheck/report", false},
		{"dupcheck", "split", false},
		{"dupcheck/manifest", "dupcheck/report", false},
		{"dupcheck/manifest", "dupcheck/manifest/rnode", false},
		{"dupcheck/report", "dupcheck/manifest", false},
		{"split", "dupcheck/report", false},
		{"split", "plugin/render", false},
		{"plugin/render", "plugin/argocd", false},
		{"plugin/jsonnethook", "plugin/render", false},
		{"plugin/krmfn", "plugin/render", false},
		{"plugin/krmfn", "plugin/cmd/kuniq", false},
		{"attic", "dupcheck", false},
	} {
		assert.Equal(t, tt.want, allowed(tt.from, tt.to), "%s -> %s", tt.from, tt.to)
	}
}

// externals are the imports from other modules, package by package: whoever
// wants identity alone must not get a YAML parser with it. "..." stands for all
// packages below. Plugins, and what stands on them, may import what they need.
var externals = map[string][]string{
	"dupcheck":                       {"k8s.io/apimachinery/pkg/runtime/schema"},
	"dupcheck/internal/foldgen":      {"golang.org/x/text/unicode/norm"},
	"dupcheck/manifest":              {"go.yaml.in/yaml/v3"},
	"dupcheck/manifest/rnode":        {"sigs.k8s.io/kustomize/kyaml/..."},
	"dupcheck/manifest/unstructured": {"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"},
	"dupcheck/report":                {},
}

func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

func TestExternalImports(t *testing.T) {
	for _, p := range goList(t, "./dupcheck/...") {
		from, _ := own(p.ImportPath)
		listed, ok := externals[from]
		if !assert.True(t, ok, "%s: list here what it may import from other modules", from) {
			continue
		}
		for _, i := range p.Imports {
			if _, ours := own(i); ours || isStandard(i) {
				continue
			}
			assert.True(t, slices.ContainsFunc(listed, func(l string) bool {
				folder, ok := strings.CutSuffix(l, "/...")
				return i == l || ok && within(i, folder)
			}), "%s imports %s", from, i)
		}
	}
}

// TestCoreDependencies: all that the core needs, directly or not.
func TestCoreDependencies(t *testing.T) {
	var got []string
	for _, p := range goList(t, "-deps", "./dupcheck") {
		if !p.Standard {
			got = append(got, p.ImportPath)
		}
	}
	slices.Sort(got)
	assert.Equal(t, []string{module + "/dupcheck", "k8s.io/apimachinery/pkg/runtime/schema"}, got)
}

// TestExportedIsDocumented: every package and every exported identifier has a
// comment, and that of a type or function begins with its name. The fields of
// types that no other module can import are free.
func TestExportedIsDocumented(t *testing.T) {
	for _, p := range goList(t, "./...") {
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
				if strings.Contains("/"+path+"/", "/internal/") && strings.Contains(complaint, ".") {
					continue
				}
				t.Errorf("%s: %s", path, complaint)
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

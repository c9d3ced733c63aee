// Messages lists every text of the source that a user can see: the string literals of two
// words and more in Go code without its tests, the help texts and the templates, each with
// its place. Its test reads the same list, and the comments.
//
//	go run ./internal/messages [DIRECTORY]
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// text is a message, a help text, a comment or a page, and its place.
type text struct {
	file string
	line int
	text string
}

func main() {
	dir := "."
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	list, err := messages(os.DirFS(dir))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	out := bufio.NewWriter(os.Stdout)
	for _, m := range list {
		fmt.Fprintf(out, "%s:%d: %s\n", m.file, m.line, strings.ReplaceAll(m.text, "\n", "\n\t"))
	}
	if err := out.Flush(); err != nil {
		os.Exit(1)
	}
}

// messages lists the texts that a user can see, in the order of their files.
func messages(fsys fs.FS) (all []text, err error) {
	err = walk(fsys, product, func(name string, data []byte) error {
		switch {
		case path.Ext(name) == ".go":
			f, fset, err := parse(name, data)
			if err == nil {
				all = append(all, literals(fset, f)...)
			}
			return err
		case path.Ext(name) == ".txtar", path.Ext(name) == ".tmpl":
			all = append(all, text{name, 1, string(data)})
		}
		return nil
	})
	return all, err
}

// scriptComment are the lines of a comment in a script of a test.
var scriptComment = regexp.MustCompile(`(?m)^(?:# .*\n)+`)

// comments lists the comments of Go code and of the scripts of tests.
func comments(fsys fs.FS) (all []text, err error) {
	everything := func(string) bool { return true }
	err = walk(fsys, everything, func(name string, data []byte) error {
		switch path.Ext(name) {
		case ".go":
			f, fset, err := parse(name, data)
			if err != nil {
				return err
			}
			for _, c := range f.Comments {
				all = append(all, text{name, fset.Position(c.Pos()).Line, c.Text()})
			}
		case ".txtar":
			for _, at := range scriptComment.FindAllIndex(data, -1) {
				c := strings.ReplaceAll(string(data[at[0]:at[1]]), "# ", "")
				all = append(all, text{name, 1 + bytes.Count(data[:at[0]], []byte("\n")), c})
			}
		}
		return nil
	})
	return all, err
}

// product says of a directory or a file whether it is a part of the product: no tests, no
// test data, no tools of the repository itself.
func product(name string) bool {
	return path.Base(name) != "testdata" && name != "internal/messages" && name != "internal/bench" && !strings.HasSuffix(name, "_test.go")
}

// walk reads the files that have texts, of the directories and files that are wanted.
func walk(fsys fs.FS, wanted func(name string) bool, visit func(name string, data []byte) error) error {
	return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		hidden := name != "." && strings.HasPrefix(d.Name(), ".")
		switch {
		case err != nil:
			return err
		case d.IsDir() && (hidden || !wanted(name)):
			return fs.SkipDir
		case !d.Type().IsRegular() || !wanted(name):
			return nil
		}
		switch path.Ext(name) {
		case ".go", ".txtar", ".tmpl", ".md":
			data, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			return visit(name, data)
		}
		return nil
	})
}

func parse(name string, data []byte) (*ast.File, *token.FileSet, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, data, parser.ParseComments)
	return f, fset, err
}

// prose matches a text with a space between two words. All others are names, keys and
// fragments of syntax.
var prose = regexp.MustCompile(`[a-z%][,:;]? +[%a-zA-Z]`)

// literals lists the string literals of a file that are prose. A sum of literals is one
// message, with %v for each other operand.
func literals(fset *token.FileSet, f *ast.File) (all []text) {
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			n.Tag = nil
		case *ast.BinaryExpr, *ast.BasicLit:
			s := sum(n.(ast.Expr), visit)
			if prose.MatchString(s) {
				at := fset.Position(n.Pos())
				all = append(all, text{at.Filename, at.Line, s})
			}
			return false
		}
		return true
	}
	ast.Inspect(f, visit)
	return all
}

// sum returns the operands of a sum as one text, and visits those that are no literals.
func sum(n ast.Expr, visit func(ast.Node) bool) string {
	switch n := n.(type) {
	case *ast.BasicLit:
		if s, ok := literal(n); ok {
			return s
		}
	case *ast.BinaryExpr:
		if n.Op == token.ADD {
			return sum(n.X, visit) + sum(n.Y, visit)
		}
		ast.Inspect(n.X, visit)
		ast.Inspect(n.Y, visit)
	default:
		ast.Inspect(n, visit)
	}
	return "%v"
}

func literal(n *ast.BasicLit) (string, bool) {
	if n.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(n.Value)
	return s, err == nil
}

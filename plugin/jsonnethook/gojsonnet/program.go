package gojsonnet

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/go-jsonnet"
	"github.com/google/go-jsonnet/ast"
)

// program is an annotated copy of a jsonnet program. Imports are put into it one after
// the other, and only those that an evaluation has asked for: a file that the program
// never evaluates is not read.
type program struct {
	vm      jsonnet.VM // a copy, so that the caller's VM keeps its trace output
	nonce   string     // begins our events, and no program can know it
	root    ast.Node
	spots   []spot
	imports []imported
	known   map[importKey]int
	files   []ast.LocalBind
	loaded  map[string]ast.Identifier // by where the file was found
}

type importKey struct{ from, path string }

// imported is an import expression.
type imported struct {
	importKey
	node *ast.Import
	file ast.Identifier // of the file in its place, or empty
}

func newProgram(vm *jsonnet.VM, root ast.Node) *program {
	p := &program{vm: *vm, nonce: "kuniq-" + rand.Text() + ":", known: map[importKey]int{}, loaded: map[string]ast.Identifier{}}
	p.vm.StringOutput = false
	p.root = p.annotate(ast.Clone(root))
	return p
}

const importPrefix = "$kuniq_import_"

// importOf returns the variable that stands for an import.
func (p *program) importOf(n *ast.Import) ast.Identifier {
	key := importKey{n.Loc().FileName, n.File.Value}
	i, ok := p.known[key]
	if !ok {
		i = len(p.imports)
		p.known[key] = i
		p.imports = append(p.imports, imported{importKey: key, node: n})
	}
	return ast.Identifier(importPrefix + strconv.Itoa(i))
}

// load puts an annotated copy of the file in the place of an import that has
// been evaluated. It comes out of the VM's cache.
func (p *program) load(i int) error {
	if p.imports[i].file != "" {
		return nil
	}
	node, foundAt, err := p.vm.ImportAST(p.imports[i].from, p.imports[i].path)
	if err != nil {
		return err
	}
	file, ok := p.loaded[foundAt]
	if !ok {
		file = ast.Identifier("$kuniq_file_" + strconv.Itoa(len(p.files)))
		p.loaded[foundAt] = file
		body := withThisFile(p.annotate(ast.Clone(node)), foundAt)
		p.files = append(p.files, ast.LocalBind{Variable: file, Body: body})
	}
	p.imports[i].file = file
	return nil
}

// withThisFile gives a file the std that it had when it was imported, in which
// std.thisFile is its own name.
func withThisFile(n ast.Node, name string) ast.Node {
	own := &ast.DesugaredObject{Fields: ast.DesugaredObjectFields{{
		Name: &ast.LiteralString{Value: "thisFile"}, Body: &ast.LiteralString{Value: name}, Hide: ast.ObjectFieldHidden,
	}}}
	settle(own)
	std := &ast.Binary{Left: variable("$std"), Op: ast.BopPlus, Right: own}
	settle(std)
	return local(ast.LocalBinds{{Variable: "std", Body: std}}, n)
}

func local(binds ast.LocalBinds, body ast.Node) ast.Node {
	n := &ast.Local{Binds: binds, Body: body, NodeBase: ast.NodeBase{LocRange: *body.Loc()}}
	settle(n)
	return n
}

// query returns the program with its value replaced by the value at the end of the steps.
func (p *program) query(steps []step) (ast.Node, error) {
	body, err := p.inside(p.root, 0, func(n ast.Node) ast.Node {
		n = p.mark(0, n)
		for i, s := range steps {
			n = p.mark(i+1, index(n, s.literal()))
		}
		return n
	})
	if err != nil {
		return nil, err
	}
	binds := append(ast.LocalBinds{}, p.files...)
	for i, im := range p.imports {
		b := ast.LocalBind{Variable: ast.Identifier(importPrefix + strconv.Itoa(i))}
		if im.file != "" {
			b.Body = variable(im.file)
		} else {
			b.Body = p.trace("i"+strconv.Itoa(i), im.node, *im.node.Loc())
		}
		binds = append(binds, b)
	}
	n := local(binds, body)
	n.Loc().FileName = p.root.Loc().FileName
	return n, nil
}

// mark tells when a step of the query has been evaluated.
func (p *program) mark(i int, n ast.Node) ast.Node {
	return p.trace("m"+strconv.Itoa(i), n, *n.Loc())
}

// mostTail is how many locals and imports may stand around the value.
const mostTail = 1000

// inside replaces the value of a program, after its locals, and inside the function if it
// is one: the VM calls that with the top-level arguments, which only the VM knows.
func (p *program) inside(n ast.Node, depth int, replace func(ast.Node) ast.Node) (ast.Node, error) {
	if depth > mostTail {
		return nil, errors.New("too many locals")
	}
	var err error
	switch n := n.(type) {
	case *ast.Local:
		outer := *n
		outer.Body, err = p.inside(n.Body, depth+1, replace)
		if err != nil {
			return nil, err
		}
		settle(&outer)
		return &outer, nil
	case *ast.Function:
		outer := *n
		outer.Body = replace(n.Body)
		settle(&outer)
		return &outer, nil
	case *ast.Var:
		var i int
		if _, err := fmt.Sscanf(string(n.Id), importPrefix+"%d", &i); err == nil {
			if err := p.load(i); err != nil {
				return nil, err
			}
			return p.inside(p.file(p.imports[i].file), depth+1, replace)
		}
	}
	return replace(n), nil
}

func (p *program) file(name ast.Identifier) ast.Node {
	for _, f := range p.files {
		if f.Variable == name {
			return f.Body
		}
	}
	return nil
}

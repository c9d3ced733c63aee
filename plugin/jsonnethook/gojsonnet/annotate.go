package gojsonnet

import (
	"fmt"
	"strconv"

	"github.com/google/go-jsonnet/ast"
)

// spot is a place in the source whose evaluation can be seen.
type spot struct {
	key     string // of the field
	element bool   // no field, but an element of an array
	any     bool   // a field whose key is computed
	at      place  // of the field, or of the element
	value   place  // of the field's value
}

// matches says whether the spot may be what a step of a path leads to.
func (s spot) matches(to step) bool {
	if s.element {
		return !to.isField
	}
	return to.isField && (s.any || s.key == to.key)
}

// annotate changes a desugared program so that it reports which of its fields
// and array elements are being evaluated, and that imports can be put into it.
// The program is the caller's own copy.
func (p *program) annotate(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.Import:
		return variable(p.importOf(n))
	case *ast.Array:
		for i := range n.Elements {
			e := &n.Elements[i].Expr
			loc := *(*e).Loc()
			*e = p.seen(spot{element: true, at: placeOf(loc)}, p.annotate(*e), loc)
		}
	case *ast.DesugaredObject:
		p.annotateObject(n)
	default:
		for _, child := range children(n) {
			*child.node = p.annotate(*child.node)
		}
	}
	settle(n)
	return n
}

func (p *program) annotateObject(n *ast.DesugaredObject) {
	for _, child := range children(n) {
		*child.node = p.annotate(*child.node)
	}
	for i := range n.Fields {
		f := &n.Fields[i]
		s := spot{at: placeOf(f.LocRange), value: placeOf(*f.Body.Loc()), any: true}
		if name, ok := f.Name.(*ast.LiteralString); ok {
			s.key, s.any = name.Value, false
		}
		if s.value.line == 0 {
			s.value = s.at
		}
		f.Body = p.seen(s, f.Body, f.LocRange)
	}
}

// seen returns an expression that is the same as n and reports the spot when it
// has been evaluated.
func (p *program) seen(s spot, n ast.Node, loc ast.LocationRange) ast.Node {
	if s.at.line == 0 && s.value.line == 0 {
		return n // made by jsonnet itself
	}
	p.spots = append(p.spots, s)
	return p.trace("s"+strconv.Itoa(len(p.spots)-1), n, loc)
}

// trace returns std.trace(event, n), which prints the event after it has
// evaluated n. It goes by "$std", which no program can shadow.
func (p *program) trace(event string, n ast.Node, loc ast.LocationRange) ast.Node {
	if loc.File == nil {
		loc.File = &ast.Source{} // std.trace prints its name
	}
	t := &ast.Apply{
		Target: index(variable("$std"), &ast.LiteralString{Value: "trace"}),
		Arguments: ast.Arguments{Positional: []ast.CommaSeparatedExpr{
			{Expr: &ast.LiteralString{Value: p.nonce + event + ";"}}, {Expr: n},
		}},
		NodeBase: ast.NodeBase{LocRange: loc},
	}
	settle(t)
	return t
}

func variable(name ast.Identifier) ast.Node {
	return &ast.Var{Id: name, NodeBase: ast.NodeBase{FreeVars: ast.Identifiers{name}}}
}

func index(target, key ast.Node) ast.Node {
	n := &ast.Index{Target: target, Index: key}
	settle(n)
	return n
}

// child is a part of a node. inside says that it sees the variables which the
// node binds.
type child struct {
	node   *ast.Node
	inside bool
}

// children are the parts of a node of a desugared program.
func children(n ast.Node) []child {
	switch n := n.(type) {
	case *ast.Apply:
		return argumentsOf(n)
	case *ast.Array:
		var all []child
		for i := range n.Elements {
			all = append(all, child{node: &n.Elements[i].Expr})
		}
		return all
	case *ast.Binary:
		return []child{{node: &n.Left}, {node: &n.Right}}
	case *ast.Conditional:
		return []child{{node: &n.Cond}, {node: &n.BranchTrue}, {node: &n.BranchFalse}}
	case *ast.Error:
		return []child{{node: &n.Expr}}
	case *ast.Function:
		return partsOfFunction(n)
	case *ast.InSuper:
		return []child{{node: &n.Index}}
	case *ast.SuperIndex:
		return []child{{node: &n.Index}}
	case *ast.Index:
		return []child{{node: &n.Target}, {node: &n.Index}}
	case *ast.Local:
		return append(bodies(n.Binds), child{&n.Body, true})
	case *ast.DesugaredObject:
		return partsOfObject(n)
	case *ast.Unary:
		return []child{{node: &n.Expr}}
	case *ast.Import, *ast.ImportStr, *ast.ImportBin, *ast.Self, *ast.Var,
		*ast.LiteralBoolean, *ast.LiteralNull, *ast.LiteralNumber, *ast.LiteralString:
		return nil
	}
	panic(fmt.Sprintf("unknown node %T", n)) // of a newer go-jsonnet; see locate
}

func argumentsOf(n *ast.Apply) []child {
	all := []child{{node: &n.Target}}
	for i := range n.Arguments.Positional {
		all = append(all, child{node: &n.Arguments.Positional[i].Expr})
	}
	for i := range n.Arguments.Named {
		all = append(all, child{node: &n.Arguments.Named[i].Arg})
	}
	return all
}

func partsOfFunction(n *ast.Function) []child {
	all := []child{{&n.Body, true}}
	for i := range n.Parameters {
		if n.Parameters[i].DefaultArg != nil {
			all = append(all, child{&n.Parameters[i].DefaultArg, true})
		}
	}
	return all
}

func partsOfObject(n *ast.DesugaredObject) []child {
	all := bodies(n.Locals)
	for i := range n.Asserts {
		all = append(all, child{&n.Asserts[i], true})
	}
	for i := range n.Fields {
		all = append(all, child{&n.Fields[i].Name, false}, child{&n.Fields[i].Body, true})
	}
	return all
}

func bodies(binds ast.LocalBinds) []child {
	var all []child
	for i := range binds {
		all = append(all, child{&binds[i].Body, true})
	}
	return all
}

// binds are the variables that a node binds for the parts inside it.
func binds(n ast.Node) []ast.Identifier {
	var all []ast.Identifier
	switch n := n.(type) {
	case *ast.Function:
		for _, p := range n.Parameters {
			all = append(all, p.Name)
		}
	case *ast.Local:
		for _, b := range n.Binds {
			all = append(all, b.Variable)
		}
	case *ast.DesugaredObject:
		for _, b := range n.Locals {
			all = append(all, b.Variable)
		}
	}
	return all
}

// settle writes down the free variables of a node from those of its parts. The
// interpreter keeps only these for a part that is evaluated later.
func settle(n ast.Node) {
	if _, ok := n.(*ast.Var); ok {
		return
	}
	inside, free := ast.NewIdentifierSet(), ast.NewIdentifierSet()
	for _, c := range children(n) {
		if c.inside {
			inside.AddIdentifiers((*c.node).FreeVariables())
		} else {
			free.AddIdentifiers((*c.node).FreeVariables())
		}
	}
	for _, name := range binds(n) {
		inside.Remove(name)
	}
	free.AddIdentifiers(inside.ToOrderedSlice())
	n.SetFreeVariables(free.ToOrderedSlice())
}

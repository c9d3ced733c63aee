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

// annotate changes a desugared program so that it reports the fields and array elements
// that are being evaluated, and so that imports can be put into it. The program is the
// caller's own copy.
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
		p.annotateParts(n)
	}
	settle(n)
	return n
}

func (p *program) annotateParts(n ast.Node) {
	parts(n, func(part *ast.Node, _ bool) { *part = p.annotate(*part) })
}

func (p *program) annotateObject(n *ast.DesugaredObject) {
	p.annotateParts(n)
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

// seen returns an expression that is the same as n and reports the spot when it has been
// evaluated.
func (p *program) seen(s spot, n ast.Node, loc ast.LocationRange) ast.Node {
	if s.at.line == 0 && s.value.line == 0 {
		return n // made by jsonnet itself
	}
	p.spots = append(p.spots, s)
	return p.trace("s"+strconv.Itoa(len(p.spots)-1), n, loc)
}

// trace returns std.trace(event, n), which prints the event after it has evaluated n. It
// uses "$std", which no program can shadow.
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

// parts calls do for each part of a node of a desugared program. inside says that the
// part sees the variables which the node binds.
func parts(n ast.Node, do func(part *ast.Node, inside bool)) {
	outside := func(all ...*ast.Node) {
		for _, part := range all {
			do(part, false)
		}
	}
	switch n := n.(type) {
	case *ast.Apply:
		outside(&n.Target)
		for i := range n.Arguments.Positional {
			outside(&n.Arguments.Positional[i].Expr)
		}
		for i := range n.Arguments.Named {
			outside(&n.Arguments.Named[i].Arg)
		}
	case *ast.Array:
		for i := range n.Elements {
			outside(&n.Elements[i].Expr)
		}
	case *ast.Binary:
		outside(&n.Left, &n.Right)
	case *ast.Conditional:
		outside(&n.Cond, &n.BranchTrue, &n.BranchFalse)
	case *ast.Error:
		outside(&n.Expr)
	case *ast.InSuper:
		outside(&n.Index)
	case *ast.SuperIndex:
		outside(&n.Index)
	case *ast.Index:
		outside(&n.Target, &n.Index)
	case *ast.Unary:
		outside(&n.Expr)
	case *ast.Function, *ast.Local, *ast.DesugaredObject:
		binding(n, do)
	case *ast.Import, *ast.ImportStr, *ast.ImportBin, *ast.Self, *ast.Var,
		*ast.LiteralBoolean, *ast.LiteralNull, *ast.LiteralNumber, *ast.LiteralString:
	default:
		panic(fmt.Sprintf("unknown node %T", n)) // of a newer go-jsonnet; see locate
	}
}

// binding is parts for the nodes that bind variables. It returns these.
func binding(n ast.Node, do func(part *ast.Node, inside bool)) (bound []ast.Identifier) {
	bodies := func(binds ast.LocalBinds) {
		for i := range binds {
			do(&binds[i].Body, true)
			bound = append(bound, binds[i].Variable)
		}
	}
	switch n := n.(type) {
	case *ast.Function:
		do(&n.Body, true)
		for i := range n.Parameters {
			p := &n.Parameters[i]
			if bound = append(bound, p.Name); p.DefaultArg != nil {
				do(&p.DefaultArg, true)
			}
		}
	case *ast.Local:
		bodies(n.Binds)
		do(&n.Body, true)
	case *ast.DesugaredObject:
		bodies(n.Locals)
		for i := range n.Asserts {
			do(&n.Asserts[i], true)
		}
		for i := range n.Fields {
			do(&n.Fields[i].Name, false)
			do(&n.Fields[i].Body, true)
		}
	}
	return bound
}

// settle sets the free variables of a node from those of its parts. The interpreter keeps
// only these for a part that is evaluated later.
func settle(n ast.Node) {
	if _, ok := n.(*ast.Var); ok {
		return
	}
	inside, free := ast.NewIdentifierSet(), ast.NewIdentifierSet()
	parts(n, func(part *ast.Node, within bool) {
		if within {
			inside.AddIdentifiers((*part).FreeVariables())
		} else {
			free.AddIdentifiers((*part).FreeVariables())
		}
	})
	for _, name := range binding(n, func(*ast.Node, bool) {}) {
		inside.Remove(name)
	}
	free.AddIdentifiers(inside.ToOrderedSlice())
	n.SetFreeVariables(free.ToOrderedSlice())
}

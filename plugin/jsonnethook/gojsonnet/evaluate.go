// Package gojsonnet evaluates jsonnet with go-jsonnet and finds the Kubernetes objects
// that the program declares more than once, with their source lines. The caller provides
// the VM, with its importer, external variables, top-level arguments and native
// functions:
//
//	vm := jsonnet.MakeVM()
//	vm.Importer(&jsonnet.FileImporter{JPaths: paths})
//	text, err := gojsonnet.Check(dupcheck.Rules{}, vm, "main.jsonnet")
//
// To check several programs that are deployed together, evaluate them one by one, add
// their trees to one [jsonnethook.Collector], and let [Locate] complete its report. The
// package works with go-jsonnet since v0.20.
//
// # Stability
//
// The API is v0: a release may change it, and CHANGELOG.md lists every change of an
// exported name. It becomes v1 when the report in JSON has been stable for two minor
// releases.
package gojsonnet

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/go-jsonnet"
	"github.com/google/go-jsonnet/ast"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/jsonnethook"
)

// Evaluation is the result of evaluating a program.
type Evaluation struct {
	// Source is the name of the program in positions.
	Source string
	// Text is the output of the VM, unchanged.
	Text string
	// Tree is Text decoded, as [jsonnethook.Collector.Add] takes it.
	Tree any

	vm    *jsonnet.VM
	parse func() (ast.Node, error) // the program, once more
	took  time.Duration
}

// File evaluates a file. The importer of the VM resolves the name. The error is that of
// the VM; the program can choose its text, so quote it before you show it. Or the error
// says that the output is not JSON, as with VM.StringOutput.
func File(vm *jsonnet.VM, name string) (*Evaluation, error) {
	start := time.Now()
	text, err := vm.EvaluateFile(name)
	if err != nil {
		return nil, err
	}
	return finish(&Evaluation{Source: cleanName(name), Text: text, vm: vm, took: time.Since(start), parse: func() (ast.Node, error) {
		root, _, err := vm.ImportAST("", name) // from its cache
		return root, err
	}})
}

// Snippet evaluates a program in memory. The name stands for it in positions; imports in
// it are resolved from the working directory. Errors are those of File.
func Snippet(vm *jsonnet.VM, name, code string) (*Evaluation, error) {
	start := time.Now()
	text, err := vm.EvaluateAnonymousSnippet(name, code)
	if err != nil {
		return nil, err
	}
	return finish(&Evaluation{Source: cleanName(name), Text: text, vm: vm, took: time.Since(start), parse: func() (ast.Node, error) {
		root, err := jsonnet.SnippetToAST(name, code)
		if err != nil {
			return nil, err
		}
		anonymous(root)
		return root, nil
	}})
}

// anonymous removes the file name from a program, as EvaluateAnonymousSnippet does, so
// that imports are resolved as before.
func anonymous(n ast.Node) {
	n.Loc().FileName = ""
	parts(n, func(part *ast.Node, _ bool) { anonymous(*part) })
}

func finish(e *Evaluation) (*Evaluation, error) {
	if err := json.Unmarshal([]byte(e.Text), &e.Tree); err != nil {
		return nil, fmt.Errorf("%s: its result is not JSON: %w", dupcheck.Quote(e.Source), err)
	}
	return e, nil
}

// Check evaluates a file and returns its output as the VM does, so that it can replace
// vm.EvaluateFile. The error is that of the VM, or that of [jsonnethook.Check], with
// source lines; the output is returned with it.
func Check(rules dupcheck.Rules, vm *jsonnet.VM, file string) (string, error) {
	e, err := File(vm, file)
	if err != nil {
		return "", err
	}
	err = jsonnethook.Check(rules, e.Source, e.Tree)
	if found := new(jsonnethook.FindingsError); errors.As(err, &found) {
		return e.Text, jsonnethook.Err(Locate(found.Report, e))
	}
	return e.Text, err
}

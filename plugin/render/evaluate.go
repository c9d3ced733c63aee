package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"

	"github.com/google/go-jsonnet"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/checkout"
	"github.com/kuniq/kuniq/plugin/jsonnethook"
	"github.com/kuniq/kuniq/plugin/jsonnethook/gojsonnet"
	"github.com/kuniq/kuniq/plugin/render/natives"
)

// evaluate evaluates a program from what is in memory.
func (j Job) evaluate() Result {
	vm := jsonnet.MakeVM()
	vm.Importer(&importer{job: j, contents: map[string]jsonnet.Contents{}})
	vm.SetTraceOut(io.Discard) // a trace is the program's to choose
	natives.Add(vm)
	for _, v := range j.Jsonnet.Variables {
		v.Set(vm)
	}
	e, err := gojsonnet.File(vm, j.File)
	if err != nil {
		return Result{Reason: j.jsonnetFailure(err.Error())}
	}
	found, unread, err := jsonnethook.Objects(j.File, e.Tree)
	if leaf, ok := errors.AsType[*jsonnethook.LeafError](err); ok {
		return Result{Reason: "what it evaluates to holds something that is no object: " + dupcheck.Quote(leaf.Path) + " " + leaf.Problem}
	}
	var r Result
	for _, u := range unread {
		r.Unread = append(r.Unread, u.Reason)
	}
	namespace := j.namespace()
	for i, o := range found {
		if j.Origins {
			r.Contents = append(r.Contents, contentOf(o.Object))
			r.Places = append(r.Places, dupcheck.Position{File: j.File, Path: o.At.Path})
		}
		b := bare(o.Object, i)
		b.At.Path, b.Set = "", o.Environment
		if b.Namespace == "" {
			b.Namespace = namespace
			if o.Environment != "" {
				b.Namespace = o.DefaultNamespace
			}
		}
		r.Objects = append(r.Objects, b)
	}
	if j.Origins {
		j.locate(&r, e)
	}
	return r
}

// Set makes the variable known to the programs of a VM.
func (v Variable) Set(vm *jsonnet.VM) {
	switch {
	case v.Top && v.Code:
		vm.TLACode(v.Name, v.Value)
	case v.Top:
		vm.TLAVar(v.Name, v.Value)
	case v.Code:
		vm.ExtCode(v.Name, v.Value)
	default:
		vm.ExtVar(v.Name, v.Value)
	}
}

// namespace is the one that Tanka gives to objects without one: that of the
// environment, or "default" (tanka v0.28.0, pkg/process/namespace.go). It means
// nothing to what is cluster-scoped.
func (j Job) namespace() string {
	if j.Kind != checkout.Environment {
		return ""
	}
	var spec struct {
		Spec struct{ Namespace string }
	}
	data, ok := j.Files[path.Join(j.Dir, "spec.json")]
	if !ok || json.Unmarshal(data, &spec) != nil {
		return ""
	}
	if spec.Spec.Namespace == "" {
		return "default"
	}
	return spec.Spec.Namespace
}

// locate finds the lines of the objects that are wanted.
func (j Job) locate(r *Result, e *gojsonnet.Evaluation) {
	all := dupcheck.Diagnostic{Rule: dupcheck.DuplicateObject}
	var index []int
	for i := range r.Places {
		if j.Wanted == nil || j.Wanted[i] {
			all.Declarations = append(all.Declarations, dupcheck.Declaration{Position: r.Places[i]})
			index = append(index, i)
		}
	}
	for k, d := range gojsonnet.Locate(dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{all}}, e).Diagnostics[0].Declarations {
		r.Places[index[k]] = d.Position
	}
}

// importer finds imports in what is in memory.
type importer struct {
	job      Job
	contents map[string]jsonnet.Contents
}

// Import returns the same contents for the same file, as go-jsonnet asks.
func (i *importer) Import(from, name string) (jsonnet.Contents, string, error) {
	candidates := i.job.Jsonnet.candidates(from, name)
	if from == "" {
		candidates = []Library{{Dir: name}}
	}
	for _, c := range candidates {
		text, ok := i.job.Files[c.Dir]
		if !ok || path.IsAbs(name) {
			continue
		}
		if _, met := i.contents[c.Dir]; !met {
			i.contents[c.Dir] = jsonnet.MakeContentsRaw(text)
		}
		return i.contents[c.Dir], c.Dir, nil
	}
	return jsonnet.Contents{}, "", fmt.Errorf("no import %q", name)
}

// What go-jsonnet's errors say that may be shown. All else in them is the
// program's, which may print what it likes.
var (
	unknownVariable = regexp.MustCompile(`^RUNTIME ERROR: Undefined external variable: ([\w./-]{1,80})\n`)
	missingArgument = regexp.MustCompile(`^RUNTIME ERROR: Missing argument: ([\w./-]{1,80})\n`)
	unknownImport   = regexp.MustCompile(`^RUNTIME ERROR: no import "([^"\n]{1,200})"\n`)
	errorPlace      = regexp.MustCompile(`(?m)^\s*([^\s:()]+):\(?(\d+)[:)]`)
)

// jsonnetFailure says why a program failed.
func (j Job) jsonnetFailure(message string) string {
	if m := unknownVariable.FindStringSubmatch(message); m != nil {
		return "it needs the external variable " + dupcheck.QuoteAlways(m[1]) + " (--ext-str, --ext-code)"
	}
	if m := missingArgument.FindStringSubmatch(message); m != nil {
		return "it needs the top-level argument " + dupcheck.QuoteAlways(m[1]) + " (--tla-str, --tla-code)"
	}
	if m := unknownImport.FindStringSubmatch(message); m != nil {
		return "it imports " + dupcheck.QuoteAlways(m[1]) + ", which is not in what is checked (-J names other directories)"
	}
	for _, m := range errorPlace.FindAllStringSubmatch(message, -1) {
		if _, ours := j.Files[m[1]]; ours {
			line, _ := strconv.Atoi(m[2])
			return "it fails at " + dupcheck.Quote(m[1]) + ":" + strconv.Itoa(line) + "; jsonnet says why"
		}
	}
	return "it fails; jsonnet says why"
}

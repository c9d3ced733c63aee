package jsonnet

import (
	"cmp"
	"context"
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
	"github.com/kuniq/kuniq/plugin/render/job"
	"github.com/kuniq/kuniq/plugin/render/jsonnet/natives"
)

// Render is that of job.Renderer.
func (Renderer) Render(_ context.Context, j job.Job) job.Result {
	vm := jsonnet.MakeVM()
	vm.Importer(&importer{job: j, contents: map[string]jsonnet.Contents{}})
	vm.SetTraceOut(io.Discard) // a trace is the program's to choose
	natives.Add(vm)
	for _, v := range j.Jsonnet.Variables {
		Set(vm, v)
	}
	e, err := gojsonnet.File(vm, j.File)
	if err != nil {
		return job.Failure(failure(j, err.Error()))
	}
	found, unread, err := jsonnethook.Objects(j.File, e.Tree)
	var leaf *jsonnethook.LeafError
	if errors.As(err, &leaf) {
		return job.Failure(checkout.Errorf(checkout.Invalid, "its result has something that is not an object: %s %s", dupcheck.Quote(leaf.Path), leaf.Problem))
	}
	var r job.Result
	for _, u := range unread {
		r.Unread = append(r.Unread, u.Reason)
	}
	for i, o := range found {
		if j.Origins {
			r.Contents = append(r.Contents, job.ContentOf(o.Object))
			r.Places = append(r.Places, dupcheck.Position{File: j.File, Path: o.At.Path})
		}
		b := job.Bare(o.Object, i)
		b.At.Path, b.Set = "", o.Environment
		if o.Environment != "" {
			b.Namespace = cmp.Or(b.Namespace, o.DefaultNamespace)
		}
		r.Objects = append(r.Objects, b)
	}
	if j.Origins {
		locate(j, &r, e)
	}
	return r
}

// Set makes a variable known to the programs of a VM.
func Set(vm *jsonnet.VM, v job.Variable) {
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

// locate finds the lines of the objects that are wanted.
func locate(j job.Job, r *job.Result, e *gojsonnet.Evaluation) {
	all := dupcheck.Diagnostic{Rule: dupcheck.DuplicateObject}
	var index []int
	for i := range r.Places {
		if j.Wanted == nil || j.Wanted[i] {
			all.Declarations = append(all.Declarations, dupcheck.Declaration{Position: r.Places[i]})
			index = append(index, i)
		}
	}
	for k, d := range gojsonnet.Locate(dupcheck.Report{Diagnostics: []dupcheck.Diagnostic{all}}, e).Diagnostics[0].Declarations {
		if from := j.Moved[d.Position.File]; from != "" {
			d.Position.File = from
		}
		r.Places[index[k]] = d.Position
	}
}

// importer finds imports in what is in memory.
type importer struct {
	job      job.Job
	contents map[string]jsonnet.Contents
}

// Import returns the same contents for the same file, as go-jsonnet asks.
func (i *importer) Import(from, name string) (jsonnet.Contents, string, error) {
	dirs := searchPath(i.job.Jsonnet.Libraries, from)
	if from == "" {
		dirs = []job.Library{{}}
	}
	for _, dir := range dirs {
		file := path.Join(dir.Dir, name)
		text, ok := i.job.Files[file]
		if !ok || path.IsAbs(name) {
			continue
		}
		if _, met := i.contents[file]; !met {
			i.contents[file] = jsonnet.MakeContentsRaw(text)
		}
		return i.contents[file], file, nil
	}
	return jsonnet.Contents{}, "", fmt.Errorf("no import %q", name)
}

// These match the parts of go-jsonnet's errors that may be shown. All else in them
// is text of the program.
var (
	unknownVariable = regexp.MustCompile(`^RUNTIME ERROR: Undefined external variable: ([\w./-]{1,80})\n`)
	missingArgument = regexp.MustCompile(`^RUNTIME ERROR: Missing argument: ([\w./-]{1,80})\n`)
	unknownImport   = regexp.MustCompile(`^RUNTIME ERROR: no import "([^"\n]{1,200})"\n`)
	errorPlace      = regexp.MustCompile(`(?m)^\s*([^\s:()]+):\(?(\d+)[:)]`)
)

// failure says why a program failed.
func failure(j job.Job, message string) error {
	for _, needed := range []struct {
		pattern *regexp.Regexp
		code    checkout.Code
		reason  string
	}{
		{unknownVariable, checkout.NeedsValue, "it needs the external variable %s"},
		{missingArgument, checkout.NeedsValue, "it needs the top-level argument %s"},
		{unknownImport, checkout.NeedsImport, "it imports %s, which is not in what is checked"},
	} {
		if m := needed.pattern.FindStringSubmatch(message); m != nil {
			if missing := j.Missing[m[1]]; missing != "" && needed.code == checkout.NeedsImport {
				return checkout.Errorf(checkout.Remote, "it imports %s: %s", dupcheck.QuoteAlways(m[1]), missing)
			}
			return checkout.Errorf(needed.code, needed.reason, dupcheck.QuoteAlways(m[1]))
		}
	}
	for _, m := range errorPlace.FindAllStringSubmatch(message, -1) {
		if _, ours := j.Files[m[1]]; ours {
			line, _ := strconv.Atoi(m[2])
			return checkout.Errorf(checkout.Refused, "it fails at %s:%d; jsonnet says why", job.Named(m[1]), line)
		}
	}
	return checkout.Errorf(checkout.Refused, "it fails; jsonnet says why")
}

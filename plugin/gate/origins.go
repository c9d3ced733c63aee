package gate

import (
	"bytes"
	"context"
	"hash/fnv"
	"io"
	"strings"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/plugin/render"
)

// originPass is the result of rendering a target a second time: contents and places
// of the objects in findings.
type originPass struct {
	wanted   map[int]bool // by document
	contents map[int][]byte
	places   map[int]dupcheck.Position
	failed   string
}

// renderedBody is the content of a rendered object. It is known after the second
// rendering.
type renderedBody struct {
	root     *target
	document int
}

// Value decodes the content.
func (b *renderedBody) Value() (any, error) {
	if b.root.again.failed != "" {
		return nil, &dupcheck.Unread{File: b.root.name, Reason: b.root.again.failed}
	}
	text := b.root.again.contents[b.document]
	if text == nil {
		return nil, render.ErrNoContent
	}
	return render.Body{JSON: text}.Value()
}

// suspects are the targets with objects in findings.
func (x *targets) suspects(r dupcheck.Report) []*target {
	found := map[*target]bool{}
	for _, diagnostic := range r.Diagnostics {
		for _, d := range diagnostic.Declarations {
			root := x.rootOf(d.Position)
			if root == nil {
				continue
			}
			if !found[root] {
				found[root] = true
				root.again.wanted = map[int]bool{}
			}
			root.again.wanted[d.Document] = true
		}
	}
	var out []*target
	for _, root := range x.roots {
		if found[root] {
			out = append(out, root)
		}
	}
	return out
}

// renderAgain renders targets a second time, for the contents and the sources of
// objects in findings.
func (x *run) renderAgain(ctx context.Context, roots []*target) {
	jobs := map[int]render.Job{}
	x.pool.Run(ctx, len(roots), func(i int) (render.Job, error) {
		job, err := render.NewJob(roots[i].tree, roots[i].Target)
		job.Origins, job.Wanted = true, roots[i].again.wanted
		for file := range job.Files {
			if job.Moved[file] == "" {
				roots[i].uses = append(roots[i].uses, x.with.display(roots[i], file))
			}
		}
		x.mu.Lock()
		defer x.mu.Unlock()
		jobs[i] = job
		return job, err
	}, func(o render.Outcome) {
		x.mu.Lock()
		job := jobs[o.Index]
		delete(jobs, o.Index)
		x.mu.Unlock()
		x.takeAgain(roots[o.Index], job, o)
		x.progress(Progress{Doing: "with findings rendered again", Done: o.Index + 1, Total: len(roots)})
	})
}

func (x *run) takeAgain(root *target, job render.Job, o render.Outcome) {
	root.took += o.Took
	a := &root.again
	switch {
	case o.Reason != "":
		a.failed = "to find where its objects come from: " + x.with.shown(root, o.Reason)
		return
	case identities(o.Objects) != root.objects:
		a.failed = "changed while it was being checked"
		return
	}
	a.contents, a.places = map[int][]byte{}, map[int]dupcheck.Position{}
	for _, object := range o.Objects {
		i := object.At.Document
		if !a.wanted[i] {
			continue
		}
		a.contents[i] = o.Contents[i]
		if at := o.Places[i]; at.File != "" {
			text := job.Files[at.File]
			at.File = x.with.display(root, at.File)
			x.remember(at, text)
			a.places[i] = at
		}
	}
}

// locate replaces the positions of rendered objects by those in source files.
func (x *run) locate(r *dupcheck.Report) {
	for i := range r.Diagnostics {
		for k := range r.Diagnostics[i].Declarations {
			d := &r.Diagnostics[i].Declarations[k]
			root := x.rootOf(d.Position)
			if root == nil {
				continue
			}
			if at, ok := root.again.places[d.Document]; ok {
				d.Position = at
			} else {
				d.Document = 0
			}
			d.Origin = root.name
		}
	}
}

// using returns the input files of the targets with findings, by the name of the target,
// which several may have: a directory can be a kustomization and a Tanka environment.
func (x *targets) using(r dupcheck.Report) map[string][]string {
	origins := map[string]bool{}
	for _, diagnostic := range r.Diagnostics {
		for _, d := range diagnostic.Declarations {
			origins[d.Origin] = true
		}
	}
	uses := map[string][]string{}
	for _, root := range x.roots {
		if !origins[root.name] {
			continue
		}
		uses[root.name] = append(uses[root.name], root.uses...)
		if root.uses == nil { // it was not rendered again
			for file := range root.inputs {
				uses[root.name] = append(uses[root.name], root.display(file))
			}
		}
	}
	return uses
}

// remember keeps the source line of a position for the report.
func (x *run) remember(at dupcheck.Position, text []byte) {
	if at.Line == 0 {
		return
	}
	for i := 1; ; i++ {
		line, after, found := bytes.Cut(text, []byte("\n"))
		if i == at.Line {
			x.lines[dupcheck.Position{File: at.File, Line: at.Line}] = strings.TrimSuffix(string(bytes.TrimPrefix(line, []byte("\ufeff"))), "\r")
		}
		if i >= at.Line || !found {
			return
		}
		text = after
	}
}

// line returns a source line for the report.
func (x *run) line(name string, number int) (string, bool) {
	if line, ok := x.lines[dupcheck.Position{File: name, Line: number}]; ok {
		return line, true
	}
	return x.tree.Line(name, number)
}

// identities is a hash of the identities of some objects.
func identities(objects []dupcheck.Object) uint64 {
	h := fnv.New64a()
	for _, o := range objects {
		for _, s := range []string{o.APIVersion, o.Kind, o.Namespace, o.Name, o.GenerateName} {
			_, _ = io.WriteString(h, s+"\x00")
		}
	}
	return h.Sum64()
}

package cli

import (
	"context"
	"slices"

	"github.com/kuniq/kuniq/dupcheck"
	"github.com/kuniq/kuniq/dupcheck/manifest"
	"github.com/kuniq/kuniq/plugin/deploy/argocd"
	"github.com/kuniq/kuniq/plugin/render"
)

// guarded is what guard looks at.
type guarded struct {
	objects  []dupcheck.Object
	declared argocd.Declared
	report   dupcheck.Report // what was read, and what was not
	plain    int             // files as they are
	rendered int             // directories
}

// guarded reads files as they are and renders the rest.
func (c Command) guarded(ctx context.Context, f *guardFlags, tree *manifest.Tree, g *globs) (*guarded, error) {
	if f.render.timeout <= 0 || f.render.jobs < 0 {
		return nil, usagef("--timeout has to be positive, and --jobs must not be negative")
	}
	x, err := c.deployed(tree, g, &f.render)
	defer x.close()
	if err != nil {
		return nil, err
	}
	in := &intake{}
	x.find()
	x.unused(in)
	x.origins = true
	progress := newProgress(c.Stderr)
	x.renderAll(ctx, progress)
	progress.done()
	x.claim()
	tree.List = x.list
	out := &guarded{rendered: len(x.roots)}
	for file := range tree.Bytes(ctx) {
		if cl := x.claims[file.Name]; cl == nil || cl.asIs || cl.role == render.Data {
			out.file(file, g.set(file.Name))
		}
	}
	used := map[string]bool{}
	for _, root := range x.roots {
		out.root(x, in, root)
		for file := range root.inputs {
			used[root.display(file)] = true
		}
	}
	x.unresolved(in)
	if ctx.Err() != nil {
		return nil, errInterrupted
	}
	x.sayMore()
	out.declared.Unread = nil // they are in the report already
	out.report.Files = out.plain + len(used)
	out.report.Unread = append(out.report.Unread, in.report.Unread...)
	out.report.Skipped = slices.Concat(out.report.Skipped, in.report.Skipped, x.account.skipped)
	return out, nil
}

// file takes in a file as it is.
func (out *guarded) file(file manifest.FileBytes, set string) {
	out.report.Unread = append(out.report.Unread, file.Unread...)
	if file.Skipped != "" {
		out.report.Skipped = append(out.report.Skipped, dupcheck.Skipped{File: file.Name, Reason: file.Skipped})
	}
	if file.Data == nil {
		return
	}
	objects, ok := objectsOf(file, set, &out.report)
	if !ok {
		return
	}
	out.plain++
	out.declared.Merge(inSet(argocd.Parse(file.Name, file.Data), set))
	out.objects = append(out.objects, objects...)
}

// root takes in what came of rendering one.
func (out *guarded) root(x *deployed, in *intake, root *renderedRoot) {
	o := root.outcome
	if root.refused() {
		in.report.Unread = append(in.report.Unread, dupcheck.Unread{File: root.name, Reason: "unresolved: " + o.Reason})
	}
	if !root.resolved() {
		return
	}
	for _, reason := range o.Unread {
		in.report.Unread = append(in.report.Unread, dupcheck.Unread{File: root.name, Reason: "in what it renders: " + reason})
	}
	for _, object := range o.Objects {
		document := object.At.Document
		object.Set = x.globs.set(root.name)
		object.At = dupcheck.Position{File: root.file, Document: document, Path: object.At.Path}
		if document < len(o.Contents) {
			object.Body = jsonBody{o.Contents[document]}
		}
		if document < len(o.Places) && o.Places[document].File != "" {
			object.At = o.Places[document]
			object.At.File = root.display(object.At.File)
		}
		object.At.Origin = root.name
		out.objects = append(out.objects, object)
		out.declared.Merge(inSet(argocd.FromObjects([]dupcheck.Object{object}), object.Set))
	}
}
